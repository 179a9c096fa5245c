use super::{ContentProblem, EntryProblem, InvalidText};

/// What was found of the content of a database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// The problems, in SQLite's order.
    pub problems: Vec<ContentProblem>,
    /// The table of the schema at whose rows it ended early.
    pub at: Option<usize>,
    /// What is wrong with entries of indexes and SQLite's check does not say: of those that take an SQL evaluator to be
    /// compared with their rows. Looked at in full only.
    pub entries: Vec<EntryProblem>,
    /// From where on it takes an SQL evaluator to know what SQLite's check prints, if it does.
    pub determined: Option<Determined>,
    /// Text that is none, of each table that has any: nothing to SQLite's check, and looked at in full only.
    pub texts: Vec<InvalidText>,
    /// How it ended.
    pub end: End,
    /// How many of the entries that indexes are said to lack they do not have anywhere: a search that is led astray does
    /// not come to one that is there.
    pub rows_nowhere: usize,
}

/// How far it is known what SQLite's check prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Determined {
    /// As many problems.
    pub problems: usize,
    /// Whether SQLite is certain to end there, with the error `database disk image is malformed`. Otherwise it may end
    /// there or later, or not at all: it searches an index that is damaged for entries that only an SQL evaluator knows.
    pub ends: bool,
}

/// How a look at the content of a database ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum End {
    /// All was looked at.
    #[default]
    Whole,
    /// There were as many problems as were wanted.
    Most,
    /// A record contradicts itself, which is the last of the problems. SQLite ends its list there.
    Record,
    /// A tree cannot be followed. SQLite ends with the error `database disk image is malformed`.
    Malformed,
    /// A tree cannot be followed, as a cell goes past the end of its page. SQLite reads on there, and what it says of that
    /// is not determined.
    PastPage,
    /// A value is longer than any can be. SQLite ends with the error `string or blob too big`.
    TooBig,
    /// The file ends within an overflow page that a value is taken from. SQLite ends with the error `disk I/O error`.
    ShortRead,
    /// Pages lead to one another so often that looking at all of it has no end.
    Endless,
}

impl End {
    /// What was left out at an early end, in words.
    pub(crate) const fn left_out(self) -> Option<&'static str> {
        match self {
            Self::Whole => None,
            Self::Most => Some("what comes after so many findings"),
            Self::Record => Some("rows and tables after the record that contradicts itself"),
            Self::Malformed | Self::PastPage => {
                Some("rows and tables after the b-tree that cannot be followed")
            }
            Self::TooBig => Some("rows and tables after a value that is longer than any can be"),
            Self::ShortRead => Some("rows and tables after a value that the file ends within"),
            Self::Endless => Some("rows and tables: pages lead to one another without an end"),
        }
    }
}
