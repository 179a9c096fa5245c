use std::fmt;

use crate::walk::PagePlace;

/// What is wrong with the content of a table or index. Printed, it is the message of SQLite's own check
/// (`PRAGMA integrity_check`), word for word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentProblem {
    /// The table.
    pub table: String,
    /// What it is.
    pub kind: ContentProblemKind,
    /// The row that it is about, where it is about one.
    pub row: Option<RowPlace>,
    /// The entry of the index that shows it, where one does.
    pub entry: Option<EntryPlace>,
}

/// Where an entry of an index is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryPlace {
    /// The bytes of its cell.
    pub place: PagePlace,
    /// The number of the cell in its page, from 0.
    pub cell: u16,
}

/// Where a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowPlace {
    /// Which one it is in the order of the table, from 1.
    pub ordinal: u64,
    /// Its rowid, in a table that has rowids.
    pub rowid: Option<i64>,
    /// The bytes of its cell.
    pub place: PagePlace,
}

/// A kind of problem.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContentProblemKind {
    /// An index has another number of entries than its table has rows.
    EntryCount {
        /// The index.
        index: String,
    },
    /// A row of a WITHOUT ROWID table is not behind the one before it.
    PrimaryKeyOrder,
    /// A column that may not be NULL is.
    Null {
        /// The column.
        column: String,
    },
    /// A column of a STRICT table holds a value of another type.
    StrictType {
        /// The column.
        column: String,
        /// The type that it should be.
        expected: &'static str,
    },
    /// A column of text holds a number.
    NumberInText {
        /// The column.
        column: String,
    },
    /// A column of numbers holds text that is one.
    TextInNumeric {
        /// The column.
        column: String,
    },
    /// An index has no entry for the row.
    MissingEntry {
        /// The index.
        index: String,
    },
    /// The entry of the row does not end with its rowid.
    RowidNotAtEnd {
        /// The index.
        index: String,
    },
    /// The entry of the row holds text that its collation takes for the same, and that is not.
    ValuesDiffer {
        /// The index.
        index: String,
    },
    /// A unique index has two entries with the key of the row.
    NotUnique {
        /// The index.
        index: String,
    },
    /// The record of the row contradicts itself. SQLite looks no further, at this or any table.
    Record,
}

impl fmt::Display for ContentProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = &self.table;
        let row = self.row.map(|row| row.ordinal).unwrap_or_default();
        match &self.kind {
            ContentProblemKind::EntryCount { index } => {
                write!(out, "wrong # of entries in index {index}")
            }
            ContentProblemKind::PrimaryKeyOrder => {
                write!(out, "row not in PRIMARY KEY order for {table}")
            }
            ContentProblemKind::Null { column } => write!(out, "NULL value in {table}.{column}"),
            ContentProblemKind::StrictType { column, expected } => {
                write!(out, "non-{expected} value in {table}.{column}")
            }
            ContentProblemKind::NumberInText { column } => {
                write!(out, "NUMERIC value in {table}.{column}")
            }
            ContentProblemKind::TextInNumeric { column } => {
                write!(out, "TEXT value in {table}.{column}")
            }
            ContentProblemKind::MissingEntry { index } => {
                write!(out, "row {row} missing from index {index}")
            }
            ContentProblemKind::RowidNotAtEnd { index } => {
                write!(
                    out,
                    "rowid not at end-of-record for row {row} of index {index}"
                )
            }
            ContentProblemKind::ValuesDiffer { index } => {
                write!(out, "row {row} values differ from index {index}")
            }
            ContentProblemKind::NotUnique { index } => {
                write!(out, "non-unique entry in index {index}")
            }
            ContentProblemKind::Record => out.write_str("database disk image is malformed"),
        }
    }
}
