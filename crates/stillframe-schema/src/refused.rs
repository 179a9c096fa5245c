use std::fmt;

/// A row of `sqlite_schema` that is not in the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The name that the row gives; `?` where it gives none.
    pub name: String,
    /// Which one of the rows it is, from 0.
    pub row: usize,
    /// Why.
    pub reason: Reason,
}

/// Why a row of `sqlite_schema` was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The statement was not understood. SQLite may understand it.
    Syntax,
    /// The statement is no SQL, and SQLite refuses it for certain.
    Malformed,
    /// The statement is not one that a schema holds.
    Statement,
    /// The row has NULL for a root page.
    NoRootPage,
    /// The root page is no number, past the end of the database, or that of another index of the table.
    RootPage,
    /// Kind, name and table of the row are not those of the statement.
    Name,
    /// There is a table or an index of this name.
    Exists,
    /// The table that it is for is not there.
    NoTable,
    /// An index of a constraint that no table has.
    OrphanIndex,
    /// Two columns of the same name.
    DuplicateColumn(String),
    /// A key names a column that the table does not have.
    NoColumn(String),
    /// More than 2000 columns.
    TooManyColumns,
    /// Two primary keys, or none where there must be one, or one that cannot be.
    PrimaryKey,
    /// A type that a STRICT table cannot have.
    StrictType(String),
    /// Two constraints that are the same but for what they do on a conflict.
    Conflict,
    /// A generated column where none can be.
    Generated,
}

impl fmt::Display for Reason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax => write!(out, "the statement is not understood"),
            Self::Malformed => write!(out, "the statement is no SQL"),
            Self::Statement => write!(out, "the statement is none of a schema"),
            Self::NoRootPage => write!(out, "no root page"),
            Self::RootPage => write!(out, "invalid root page"),
            Self::Name => write!(out, "the row is not that of its statement"),
            Self::Exists => write!(out, "there is another of this name"),
            Self::NoTable => write!(out, "there is no such table"),
            Self::OrphanIndex => write!(out, "no constraint made this index"),
            Self::DuplicateColumn(name) => write!(out, "two columns are named {name}"),
            Self::NoColumn(name) => write!(out, "there is no column {name}"),
            Self::TooManyColumns => write!(out, "too many columns"),
            Self::PrimaryKey => write!(out, "the primary key cannot be"),
            Self::StrictType(name) => write!(out, "column {name} has no type of a STRICT table"),
            Self::Conflict => write!(out, "conflicting ON CONFLICT clauses"),
            Self::Generated => write!(out, "a generated column cannot be there"),
        }
    }
}
