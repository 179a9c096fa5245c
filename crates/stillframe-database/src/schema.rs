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

use stillframe_format::Pages;

use crate::Geometry;
use crate::record::{self, Value};
use crate::table::rows;

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
