use crate::content::EntryPlace;
use crate::walk::PagePlace;

/// What is wrong with an entry of an index, seen from the index. SQLite's check goes through the rows, and has no words for
/// it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryProblem {
    /// The table.
    pub table: String,
    /// The index.
    pub index: String,
    /// What it is.
    pub kind: EntryProblemKind,
    /// Its cell, or the root page of an index that cannot be read to its end.
    pub at: EntryPlace,
    /// The rowid that it ends with, if it does.
    pub rowid: Option<i64>,
    /// The row that it leads to, if there is one: the bytes of its cell.
    pub row: Option<PagePlace>,
}

/// A kind of problem with an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EntryProblemKind {
    /// The index cannot be read to its end.
    Unreadable,
    /// Its record contradicts itself.
    Record,
    /// It has another number of values than the index has columns.
    Values {
        /// How many it has.
        found: usize,
        /// How many columns there are, with what leads to the row.
        expected: usize,
    },
    /// It does not end with a rowid.
    NoRowid,
    /// It does not come behind the one before it.
    OutOfOrder,
    /// The one before it has the same key, and the index is unique.
    NotUnique,
    /// There is no row that it leads to.
    WithoutRow,
    /// It holds another value than its row.
    Differs {
        /// The column.
        column: String,
    },
    /// Another one leads to the same row.
    Twice,
}
