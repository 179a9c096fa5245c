use crate::Collation;

/// An index, or the tree of a WITHOUT ROWID table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// The name.
    pub name: String,
    /// The root page; 0 where no row of `sqlite_schema` names one.
    pub root: u32,
    /// What made it.
    pub kind: IndexKind,
    /// What its entries hold, in their order: the key as it was declared, and then what leads to the row.
    pub columns: Vec<IndexColumn>,
    /// How many of the columns are the key as it was declared.
    pub key_columns: usize,
    /// What happens to a second row of the same key; `None` where there may be one.
    pub on_conflict: Option<OnConflict>,
    /// Whether it is unique, and no column of its key may be NULL.
    pub is_unique_not_null: bool,
    /// Whether it has a WHERE clause, and so holds some rows only.
    pub is_partial: bool,
}

impl Index {
    /// Whether no two rows may have the same key.
    pub const fn is_unique(&self) -> bool {
        self.on_conflict.is_some()
    }
}

/// What made an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IndexKind {
    /// CREATE INDEX.
    Statement,
    /// A UNIQUE constraint.
    Unique,
    /// A PRIMARY KEY that is not the rowid.
    PrimaryKey,
}

/// What a part of an index's entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexColumn {
    /// Where it comes from.
    pub source: Source,
    /// How it is compared, where it is text.
    pub collation: Collation,
    /// Whether larger values come first.
    pub is_descending: bool,
}

/// Where a part of an index's entry comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// The column with this index, from 0.
    Column(usize),
    /// The rowid.
    Rowid,
    /// An expression.
    Expression,
}

/// What happens to a row that violates a constraint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OnConflict {
    /// Nothing was said: the statement ends, without effect.
    Default,
    /// The transaction ends, without effect.
    Rollback,
    /// The statement ends, without effect.
    Abort,
    /// The statement ends.
    Fail,
    /// The row is left out.
    Ignore,
    /// The row replaces the one that is there.
    Replace,
}
