use core::fmt;

use crate::header::{HEADER_BYTES, MAGIC};

/// What this crate could not accept, with its byte range in the database file.
pub type Error = stillframe_format::Error<ErrorKind>;

/// Why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// There are fewer bytes than the header has.
    HeaderTruncated {
        /// How many there are.
        found: usize,
    },
    /// The file does not begin with the magic string.
    Magic {
        /// What it begins with.
        found: [u8; 16],
    },
    /// The page size field stands for no power of two from 512 to 65536.
    PageSize {
        /// The field.
        found: u16,
    },
    /// The read version is past 2: SQLite refuses the file.
    ReadVersion {
        /// The field.
        found: u8,
    },
    /// The three payload fractions are not 64, 32 and 32.
    PayloadFractions {
        /// The fields.
        found: [u8; 3],
    },
    /// The reserved space leaves fewer than 480 usable bytes a page.
    UsableSize {
        /// The usable size.
        found: u32,
    },
    /// The first byte of a b-tree page names no kind of page.
    BtreePageKind {
        /// The byte.
        found: u8,
    },
    /// A b-tree page has more cells than its size allows.
    CellCount {
        /// The field.
        found: u16,
        /// The most that there can be.
        most: u16,
    },
    /// The pointer of a cell leads out of the cell content area.
    CellPointer {
        /// The pointer: an offset in the page.
        found: u32,
        /// The least offset.
        first: u32,
        /// The largest offset.
        last: u32,
    },
    /// A cell reaches past the end of the usable bytes of its page.
    CellPastEnd {
        /// The cell's offset in the page.
        offset: u32,
    },
    /// A freeblock is out of order or of the page.
    FreeblockOffset {
        /// Its offset in the page.
        found: u32,
        /// The least offset, behind the freeblock before it.
        first: u32,
        /// The largest offset.
        last: u32,
    },
    /// A freeblock is too small, or reaches past the end of the usable bytes.
    FreeblockSize {
        /// Its bytes.
        found: u32,
        /// The most that there can be; the least is 4.
        most: u32,
    },
    /// Cell content area, freeblocks and fragments together do not fit the page.
    FreeBytes {
        /// Where the content area would start if all free bytes were before it.
        found: u32,
        /// The least offset: the end of the cell pointer array.
        least: u32,
        /// The largest offset: the usable size.
        most: u32,
    },
    /// A trunk page of the freelist names more leaf pages than fit.
    FreelistLeafCount {
        /// The field.
        found: u32,
        /// The most that fit.
        most: u32,
    },
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HeaderTruncated { found } => {
                write!(
                    f,
                    "{found} bytes are there, a database header has {HEADER_BYTES}"
                )
            }
            Self::Magic { found } => write!(
                f,
                "the file begins with \"{}\", a database begins with \"{}\"",
                found.escape_ascii(),
                MAGIC.escape_ascii()
            ),
            Self::PageSize { found } => write!(
                f,
                "the page size field is {found}, expected a power of two from 512 to 32768, or 1 for 65536"
            ),
            Self::ReadVersion { found } => {
                write!(f, "the read version is {found}, expected 1 or 2")
            }
            Self::PayloadFractions {
                found: [maximum, minimum, leaf],
            } => write!(
                f,
                "the payload fractions are {maximum}, {minimum} and {leaf}, expected 64, 32 and 32"
            ),
            Self::UsableSize { found } => write!(
                f,
                "the reserved space leaves {found} usable bytes a page, expected at least 480"
            ),
            Self::BtreePageKind { found } => write!(
                f,
                "the page begins with {found:#04x}, a b-tree page with 0x02, 0x05, 0x0a or 0x0d"
            ),
            Self::CellCount { found, most } => {
                write!(f, "the page has {found} cells, expected at most {most}")
            }
            Self::CellPointer { found, first, last } => {
                write!(f, "a cell pointer is {found}, expected {first} to {last}")
            }
            Self::CellPastEnd { offset } => {
                write!(f, "the cell at {offset} reaches past the end of the page")
            }
            Self::FreeblockOffset { found, first, last } => {
                write!(f, "a freeblock is at {found}, expected {first} to {last}")
            }
            Self::FreeblockSize { found, most } => {
                write!(f, "a freeblock has {found} bytes, expected 4 to {most}")
            }
            Self::FreeBytes { found, least, most } => write!(
                f,
                "the free bytes push the cells to {found}, expected {least} to {most}"
            ),
            Self::FreelistLeafCount { found, most } => write!(
                f,
                "the trunk page has {found} leaf pages, expected at most {most}"
            ),
        }
    }
}
