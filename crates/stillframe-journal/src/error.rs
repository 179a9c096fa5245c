use core::fmt;

use crate::header::HEADER_BYTES;

/// What this crate could not accept, with its byte range in the journal.
pub type Error = stillframe_format::Error<ErrorKind>;

/// Why SQLite plays nothing back. A bad record is the end of the playback and no error: see [`crate::End`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// There are fewer bytes than the header has.
    HeaderTruncated {
        /// How many there are.
        found: usize,
    },
    /// The magic number is not `d9d505f920a163d7`.
    Magic {
        /// The field.
        found: [u8; 8],
    },
    /// The sector size is no power of two from 32 to 65536.
    SectorSize {
        /// The field.
        found: u32,
    },
    /// The page size is neither 0 nor a power of two from 512 to 65536.
    PageSize {
        /// The field.
        found: u32,
    },
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HeaderTruncated { found } => {
                write!(
                    f,
                    "{found} bytes are there, a journal header has {HEADER_BYTES}"
                )
            }
            Self::Magic { found } => {
                let found = u64::from_be_bytes(*found);
                write!(
                    f,
                    "the magic number is {found:016x}, expected d9d505f920a163d7"
                )
            }
            Self::SectorSize { found } => write!(
                f,
                "the sector size is {found}, expected a power of two from 32 to 65536"
            ),
            Self::PageSize { found } => write!(
                f,
                "the page size is {found}, expected a power of two from 512 to 65536"
            ),
        }
    }
}
