use crate::{Column, Generated, Index, IndexKind, Source};

/// A table, a view or a virtual table.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The name.
    pub name: String,
    /// What it is.
    pub kind: TableKind,
    /// The root page; 0 for what has none.
    pub root: u32,
    /// The columns, in the order of their declaration; none for what is no table.
    pub columns: Vec<Column>,
    /// The column that is the rowid, where one is.
    pub rowid_alias: Option<usize>,
    /// Whether its rows are the entries of an index.
    pub is_without_rowid: bool,
    /// Whether its columns hold only what their types say.
    pub is_strict: bool,
    /// How many CHECK constraints it has.
    pub checks: usize,
    /// Its indexes, in the order in which SQLite goes through them: the newest first, those that replace rows last.
    pub indexes: Vec<Index>,
    /// The first virtual column that is computed from itself, or from one that is. SQLite makes no such table, and ends with
    /// an error where it looks at the column.
    pub looped: Option<usize>,
}

/// What a name of the schema stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TableKind {
    /// Rows of its own.
    Ordinary,
    /// A query.
    View,
    /// A module of this name, which may keep its rows in other tables.
    Virtual(String),
}

impl Table {
    /// The index that is the primary key, where that is not the rowid. In a WITHOUT ROWID table its tree is the table's.
    pub fn primary_key(&self) -> Option<&Index> {
        let mut indexes = self.indexes.iter();
        indexes.find(|index| index.kind == IndexKind::PrimaryKey)
    }

    /// Which value of a row's record is that of a column, from 0; `None` for a column that records do not hold. In a
    /// table with a rowid its alias has a place, too, where a NULL stands.
    pub fn place_in_record(&self, column: usize) -> Option<usize> {
        if self.columns.get(column)?.generated == Some(Generated::Virtual) {
            return None;
        }
        if self.is_without_rowid {
            let source = Source::Column(column);
            let mut columns = self.primary_key()?.columns.iter();
            return columns.position(|part| part.source == source);
        }
        let before = self.columns.get(..column)?.iter();
        let stored = before.filter(|column| column.generated != Some(Generated::Virtual));
        Some(stored.count())
    }

    /// How many values a record of it has at most.
    pub fn values_in_record(&self) -> usize {
        if let Some(own) = self.primary_key().filter(|_| self.is_without_rowid) {
            return own.columns.len();
        }
        let columns = self.columns.iter();
        let stored = columns.filter(|column| column.generated != Some(Generated::Virtual));
        stored.count()
    }

    /// Whether entries of an index of this table hold what only an SQL evaluator knows: expressions, and columns that
    /// records do not hold.
    pub fn is_computed(&self, index: &Index) -> bool {
        index.columns.iter().any(|part| match part.source {
            Source::Column(column) => self.place_in_record(column).is_none(),
            Source::Rowid => false,
            Source::Expression => true,
        })
    }

    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<usize> {
        let mut columns = self.columns.iter();
        columns.position(|column| column.name.eq_ignore_ascii_case(name))
    }
}
