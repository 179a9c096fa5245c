use stillframe_database::scan::{Entry, Problem, Scan, Seen};
use stillframe_database::{TextEncoding, record};
use stillframe_format::Pages;

use crate::Value;
use crate::fields::Fields;
use crate::plan::Plan;

/// The rows of a table, in the order of their rowids or, without those, of their primary key.
#[derive(Debug)]
pub struct Rows<'p, 't, P> {
    scan: Scan<'p, P>,
    plan: Plan<'t>,
    fields: Fields,
    encoding: TextEncoding,
}

/// A row of a table. It is borrowed from the pages or, where it is longer than one, from [`Rows`].
#[derive(Clone, Copy, Debug)]
pub struct Row<'r> {
    /// The rowid, where the table has one.
    pub rowid: Option<i64>,
    record: &'r [u8],
    plan: &'r Plan<'r>,
    fields: &'r Fields,
    encoding: TextEncoding,
}

impl<'p, 't, P: Pages> Rows<'p, 't, P> {
    pub(crate) fn new(scan: Scan<'p, P>, plan: Plan<'t>, encoding: TextEncoding) -> Self {
        Self {
            scan,
            plan,
            fields: Fields::default(),
            encoding,
        }
    }

    /// How many pages were read.
    pub const fn pages_read(&self) -> u64 {
        self.scan.pages_read()
    }

    /// The pages that were read, for the next table.
    pub fn into_seen(self) -> Seen {
        self.scan.into_seen()
    }

    /// The next row, or what stands in its place; `None` behind the last one, and from then on. Values are decoded from
    /// the record (section 2.1 of the format) as they are asked for.
    ///
    /// # Errors
    /// A [`Problem`], which names the page and, where it is of one row, its cell: those of
    /// [`Scan::next`](stillframe_database::scan::Scan::next), and a record whose header does not hold. A row, or all
    /// below a page, is left out; the next call goes on behind it.
    #[allow(
        clippy::should_implement_trait,
        reason = "the row is borrowed from this, which no iterator can do"
    )]
    pub fn next(&mut self) -> Option<Result<Row<'_>, Problem<P::Error>>> {
        let Entry {
            page,
            cell,
            rowid,
            payload,
        } = match self.scan.next()? {
            Ok(entry) => entry,
            Err(problem) => return Some(Err(problem)),
        };
        if let Err(kind) = self.fields.read(payload, self.plan.fields) {
            return Some(Err(Problem::of_cell(page, cell, kind)));
        }
        Some(Ok(Row {
            rowid,
            record: payload,
            plan: &self.plan,
            fields: &self.fields,
            encoding: self.encoding,
        }))
    }
}

impl<'r> Row<'r> {
    /// The value of a column, counted from 0 as the table has them; NULL for one that no record holds.
    pub fn value(&self, column: usize) -> Value<'r> {
        let Some(Some(part)) = self.plan.columns.get(column) else {
            return Value::Null;
        };
        let value = match part.field {
            None => self.rowid.map_or(Value::Null, Value::Integer),
            Some(field) => match self.fields.value(self.record, field) {
                Some(value) => self.text(value),
                None => Value::of_default(part.default),
            },
        };
        if part.is_real {
            value.into_real()
        } else {
            value
        }
    }

    fn text(&self, value: record::Value<'r>) -> Value<'r> {
        Value::of(value, self.encoding)
    }
}
