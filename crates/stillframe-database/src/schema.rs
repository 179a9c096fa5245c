//! `sqlite_schema`, the table on page 1 that says what else there is (SQLite's file format, section 2.6).
//!
//! | column | what it holds |
//! |---|---|
//! | `type` | `table`, `index`, `view` or `trigger` |
//! | `name` | of the object |
//! | `tbl_name` | of the table or view that it belongs to |
//! | `rootpage` | the root page; 0 or NULL where it has none |
//! | `sql` | the statement that made it; NULL for an index that a constraint made |

use alloc::vec::Vec;

use stillframe_format::{PageNumber, Pages};

use crate::Geometry;
use crate::record::{self, Value};
use crate::table::{Rows, rows};

/// A row of `sqlite_schema`: a table, an index, a view or a trigger. Its text is in the encoding of the database
/// ([`crate::TextEncoding::text`]); what is no text is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object {
    /// `table`, `index`, `view` or `trigger`.
    pub kind: Vec<u8>,
    /// Its name.
    pub name: Vec<u8>,
    /// The name of the table or view that it belongs to.
    pub table_name: Vec<u8>,
    /// Its root page, where it has one.
    pub root: Option<PageNumber>,
    /// The statement that made it.
    pub sql: Option<Vec<u8>>,
}

impl Object {
    /// The row with this record.
    pub fn parse(record: &[u8]) -> Self {
        let mut object = Self::default();
        let own = |bytes: &[u8]| bytes.to_vec();
        for (column, value) in record::values(record).take(5).enumerate() {
            match (column, value) {
                (0, Value::Text(text)) => object.kind = own(text),
                (1, Value::Text(text)) => object.name = own(text),
                (2, Value::Text(text)) => object.table_name = own(text),
                (3, Value::Integer(root)) => {
                    object.root = u32::try_from(root).ok().and_then(PageNumber::new);
                }
                (4, Value::Text(text)) => object.sql = Some(own(text)),
                _ => {}
            }
        }
        object
    }
}

/// The rows of `sqlite_schema`, in their order. No more of them are read than fill as many bytes as the database has:
/// those of a sound one do not.
pub fn objects<P: Pages>(pages: &P, geometry: Geometry) -> Objects<'_, P> {
    Objects {
        rows: rows(pages, geometry, 1),
        left: u64::from(pages.page_count()) * u64::from(geometry.page_size().get()),
    }
}

/// See [`objects`].
pub struct Objects<'p, P> {
    rows: Rows<'p, P>,
    /// How many more bytes may be read.
    left: u64,
}

impl<P: Pages> Iterator for Objects<'_, P> {
    type Item = Result<Object, P::Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.left == 0 {
            return None;
        }
        let row = self.rows.next()?;
        Some(row.map(|row| {
            // A row without content takes some bytes, too.
            self.left = self.left.saturating_sub(row.record.len() as u64 + 1);
            Object::parse(&row.record)
        }))
    }
}

/// The root pages of all b-trees: page 1, and the others that rows of `sqlite_schema` name, in the order of its rows.
///
/// # Errors
/// A page could not be read.
pub fn roots<P: Pages>(pages: &P, geometry: Geometry) -> Result<Vec<u32>, P::Error> {
    let mut roots = [1].to_vec();
    for row in rows(pages, geometry, 1) {
        let row = row?;
        if let Some(Value::Integer(root)) = record::values(&row.record).nth(3) {
            roots.extend(u32::try_from(root).ok().filter(|&root| root > 1));
        }
    }
    Ok(roots)
}
