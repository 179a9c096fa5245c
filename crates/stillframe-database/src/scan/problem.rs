use core::fmt;

use stillframe_format::PageNumber;

use crate::Error;
use crate::btree::PageKind;

/// Why a part of a b-tree was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Problem<E> {
    /// The page that it was found on.
    pub page: PageNumber,
    /// The page and the cell on it whose entry is left out, where one is.
    pub entry: Option<(PageNumber, u16)>,
    /// What was found.
    pub kind: ProblemKind<E>,
}

/// What was found in place of an entry or of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProblemKind<E> {
    /// The page could not be had.
    Unreadable(E),
    /// It is no page of a b-tree. The range begins at the start of the page.
    Page(Error),
    /// It is a page of a table in the tree of an index, or the other way round.
    OtherTree {
        /// What it is.
        found: PageKind,
    },
    /// It leads to a page that there is not.
    NoSuchPage {
        /// Its number.
        found: u32,
        /// The last one there is.
        last: u32,
    },
    /// It leads to a page that was read already, as a part of something else.
    ReadBefore {
        /// That page.
        page: PageNumber,
    },
    /// The tree is deeper than SQLite follows it.
    TooDeep,
    /// The page ends within a cell.
    CellPastEnd,
    /// A cell lies over others: all of them together are longer than the page.
    CellsOverlap {
        /// Its bytes.
        size: u32,
    },
    /// A payload is longer than SQLite reads.
    PayloadTooLong {
        /// Its bytes, as it says.
        length: u32,
    },
    /// A chain of overflow pages ends before its payload does.
    ChainEnds {
        /// How many bytes are not there.
        missing: usize,
    },
    /// The header of a record is longer than the record, or ends within a number.
    RecordHeader,
    /// A record ends within a value.
    Value {
        /// Which of its values, from 0.
        index: usize,
    },
}

impl<E> Problem<E> {
    pub(super) const fn new(page: PageNumber, kind: ProblemKind<E>) -> Self {
        Self {
            page,
            entry: None,
            kind,
        }
    }

    /// What was found of the entry of a cell.
    pub const fn of_cell(page: PageNumber, cell: u16, kind: ProblemKind<E>) -> Self {
        Self {
            page,
            entry: Some((page, cell)),
            kind,
        }
    }

    /// The same, found while the entry of this cell was read.
    pub(super) fn in_cell(self, page: PageNumber, cell: u16) -> Self {
        Self {
            entry: Some((page, cell)),
            ..self
        }
    }
}

impl<E: fmt::Display> fmt::Display for Problem<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.entry {
            Some((page, cell)) if page == self.page => write!(f, "page {page}, cell {cell}: ")?,
            Some((page, cell)) => write!(f, "page {page}, cell {cell}, on page {}: ", self.page)?,
            None => write!(f, "page {}: ", self.page)?,
        }
        self.kind.fmt(f)
    }
}

impl<E: fmt::Display> fmt::Display for ProblemKind<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => error.fmt(f),
            Self::Page(error) => error.kind.fmt(f),
            Self::OtherTree { found } => {
                let (is, expected) = match found.is_table() {
                    true => ("a table", "an index"),
                    false => ("an index", "a table"),
                };
                write!(f, "it is a page of {is}, expected one of {expected}")
            }
            Self::NoSuchPage { found, last } => {
                write!(f, "it leads to page {found}, expected 1 to {last}")
            }
            Self::ReadBefore { page } => {
                write!(
                    f,
                    "it leads to page {page}, which is a part of something else"
                )
            }
            Self::TooDeep => f.write_str("the tree is deeper than SQLite follows it"),
            Self::CellPastEnd => f.write_str("the page ends within the cell"),
            Self::CellsOverlap { size } => {
                write!(f, "the cell has {size} bytes, and lies over others")
            }
            Self::PayloadTooLong { length } => {
                write!(f, "the row has {length} bytes, more than SQLite reads")
            }
            Self::ChainEnds { missing } => {
                write!(
                    f,
                    "the overflow pages end {missing} bytes before the row does"
                )
            }
            Self::RecordHeader => f.write_str("the header of the row does not fit the row"),
            Self::Value { index } => write!(f, "the row ends within its value {index}"),
        }
    }
}
