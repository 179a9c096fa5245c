use core::fmt;

use crate::header::{HEADER_BYTES, MAGIC};

/// What this crate could not accept, with its byte range in the database file.
pub type Error = stillframe_format::Error<ErrorKind>;

/// Why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
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
        }
    }
}
