use std::fmt;

use stillframe_database::pointer_map::{Entry, EntryKind};
use stillframe_database::{Error, ErrorKind, Geometry};
use stillframe_format::limits::MAX_BTREE_DEPTH;
use stillframe_format::{ByteRange, PageNumber};

/// What is wrong with the structure of a database. Printed, it is the message of SQLite's own check
/// (`sqlite3BtreeIntegrityCheck`), word for word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where SQLite was when it found it.
    pub context: Context,
    /// What it is.
    pub kind: ProblemKind,
    /// The bytes that say so.
    pub place: PagePlace,
}

impl Problem {
    /// The root of the b-tree in which it was found; `None` where it was in none.
    pub(crate) const fn root(&self) -> Option<u32> {
        match (self.context, self.kind) {
            // What leads to a root is the row of its table.
            (Context::None, ProblemKind::SecondReference(root)) => Some(root),
            (context, _) => context.tree(),
        }
    }
}

/// Bytes of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PagePlace {
    /// The page.
    pub page: PageNumber,
    /// Offsets from its start.
    pub range: ByteRange,
}

impl PagePlace {
    /// The `length` bytes at `start` of a page.
    pub(crate) fn new(page: u32, start: u64, length: u64) -> Self {
        Self {
            page: PageNumber::new(page).unwrap_or(PageNumber::FIRST),
            range: ByteRange::new(start, length),
        }
    }

    /// All of a page.
    pub(super) fn whole(page: u32, geometry: Geometry) -> Self {
        Self::new(page, 0, geometry.page_size().get().into())
    }

    /// Other bytes of the same page.
    pub(crate) fn set(&mut self, range: &ByteRange) {
        self.range = *range;
    }

    /// `length` bytes of the database header.
    pub(super) const fn in_header(start: u64, length: u64) -> Self {
        Self {
            page: PageNumber::FIRST,
            range: ByteRange::new(start, length),
        }
    }
}

/// Where in its walk SQLite finds a problem, which it says first. Numbers of cells count from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Context {
    /// It does not say.
    #[default]
    None,
    /// On the freelist.
    Freelist,
    /// On a page of a b-tree whose cells were all looked at: it does not say where.
    WholePage {
        /// The root.
        tree: u32,
    },
    /// On a page of a b-tree.
    Page {
        /// The root.
        tree: u32,
        /// The page.
        page: u32,
    },
    /// In a cell. Where a right child is wrong SQLite without auto-vacuum names the cell that it looked at last.
    Cell {
        /// The root.
        tree: u32,
        /// The page.
        page: u32,
        /// The cell.
        cell: u32,
    },
    /// At the right child of a page, and with auto-vacuum at every cell of it.
    RightChild {
        /// The root.
        tree: u32,
        /// The page.
        page: u32,
    },
}

impl Context {
    /// The root of the b-tree; `None` where it is in none.
    pub(crate) const fn tree(self) -> Option<u32> {
        match self {
            Self::WholePage { tree }
            | Self::Page { tree, .. }
            | Self::Cell { tree, .. }
            | Self::RightChild { tree, .. } => Some(tree),
            Self::Freelist | Self::None => None,
        }
    }
}

/// A kind of problem, with the values that were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProblemKind {
    /// A page number is 0, or past the last page.
    PageNumber(u32),
    /// Something else leads to the page, too.
    SecondReference(u32),
    /// There is no pointer map entry for the page, or none of a known kind.
    PointerMapUnreadable(u32),
    /// The pointer map entry of the page is another one.
    PointerMapEntry {
        /// The page.
        page: u32,
        /// What it is.
        expected: Entry,
        /// What the map says.
        found: Entry,
    },
    /// A trunk page names more leaf pages than fit.
    FreelistLeafCount {
        /// The page.
        page: u32,
        /// How many, and how many fit.
        error: Error,
    },
    /// The freelist has another number of pages than the header says.
    FreelistLength {
        /// How many there are.
        found: u32,
        /// How many there should be.
        expected: u32,
    },
    /// An overflow chain has another number of pages than its payload needs.
    OverflowLength {
        /// How many there are.
        found: u32,
        /// How many there should be.
        expected: u32,
    },
    /// The page is no b-tree page.
    Page(Error),
    /// Freeblocks or the counts of free bytes cannot be right.
    FreeSpace(Error),
    /// A cell is not within the page.
    Cell(Error),
    /// A payload begins with a header size of 0 or 1.
    PayloadHeaderSize(u8),
    /// A rowid is not less than the one that follows it.
    RowidOrder(i64),
    /// The children of a page are not all of one depth.
    ChildDepth,
    /// The tree is deeper than SQLite can follow.
    TreeDepth,
    /// Two cells or freeblocks have a byte in common.
    Overlap {
        /// Its offset in the page.
        byte: u32,
        /// The page.
        page: u32,
    },
    /// The bytes that nothing uses are not as many as the page says.
    Fragmentation {
        /// How many they are.
        found: u32,
        /// How many the page says.
        expected: u8,
        /// The page.
        page: u32,
    },
    /// The largest root page is not the one that the header names.
    LargestRoot {
        /// The largest root page.
        found: u32,
        /// What the header says.
        expected: u32,
    },
    /// Incremental vacuum is on, and auto-vacuum is not.
    IncrementalVacuum,
    /// Nothing leads to the page.
    NeverUsed(u32),
    /// Something leads to a page of the pointer map.
    PointerMapReferenced(u32),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.context, self.kind)
    }
}

impl fmt::Display for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None | Self::WholePage { .. } => Ok(()),
            Self::Freelist => f.write_str("Freelist: "),
            Self::Page { tree, page } => write!(f, "Tree {tree} page {page}: "),
            Self::Cell { tree, page, cell } => write!(f, "Tree {tree} page {page} cell {cell}: "),
            Self::RightChild { tree, page } => write!(f, "Tree {tree} page {page} right child: "),
        }
    }
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PageNumber(page) => write!(f, "invalid page number {page}"),
            Self::SecondReference(page) => write!(f, "2nd reference to page {page}"),
            Self::PointerMapUnreadable(page) => write!(f, "Failed to read ptrmap key={page}"),
            Self::PointerMapEntry {
                page,
                expected,
                found,
            } => write!(
                f,
                "Bad ptr map entry key={page} expected=({},{}) got=({},{})",
                expected.kind.byte(),
                expected.parent,
                found.kind.byte(),
                found.parent
            ),
            Self::FreelistLeafCount { page, .. } => {
                write!(f, "freelist leaf count too big on page {page}")
            }
            Self::FreelistLength { found, expected } => {
                write!(f, "size is {found} but should be {expected}")
            }
            Self::OverflowLength { found, expected } => write!(
                f,
                "overflow list length is {found} but should be {expected}"
            ),
            Self::Page(_) => f.write_str("btreeInitPage() returns error code 11"),
            Self::FreeSpace(_) => f.write_str("free space corruption"),
            Self::Cell(error) => match error.kind {
                ErrorKind::CellPointer { found, first, last } => {
                    write!(f, "Offset {found} out of range {first}..{last}")
                }
                _ => f.write_str("Extends off end of page"),
            },
            Self::PayloadHeaderSize(_) => f.write_str("Bad cell header size"),
            Self::RowidOrder(rowid) => write!(f, "Rowid {rowid} out of order"),
            Self::ChildDepth => f.write_str("Child page depth differs"),
            Self::TreeDepth => write!(f, "btree depth exceeds {MAX_BTREE_DEPTH}"),
            Self::Overlap { byte, page } => {
                write!(f, "Multiple uses for byte {byte} of page {page}")
            }
            Self::Fragmentation {
                found,
                expected,
                page,
            } => write!(
                f,
                "Fragmentation of {found} bytes reported as {expected} on page {page}"
            ),
            Self::LargestRoot { found, expected } => write!(
                f,
                "max rootpage ({found}) disagrees with header ({expected})"
            ),
            Self::IncrementalVacuum => {
                f.write_str("incremental_vacuum enabled with a max rootpage of zero")
            }
            Self::NeverUsed(page) => write!(f, "Page {page}: never used"),
            Self::PointerMapReferenced(page) => write!(f, "Page {page}: pointer map referenced"),
        }
    }
}

/// What the pointer map should say.
pub(super) const fn entry(kind: EntryKind, parent: u32) -> Entry {
    Entry { kind, parent }
}
