use core::fmt;

use super::{FORMAT_VERSION, HEAD_BYTES};
use crate::Checksum;

/// Why SQLite would not use the header of a wal-index, with its byte range.
pub type Error = stillframe_format::Error<ErrorKind>;

/// The reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// There are fewer bytes than the head has.
    Truncated {
        /// How many there are.
        found: usize,
    },
    /// The two copies of the header are not the same.
    CopiesDiffer,
    /// The header was never written.
    NotInitialised,
    /// The header's checksum does not hold.
    Checksum {
        /// The sum in the header.
        stored: Checksum,
        /// The sum of its bytes.
        computed: Checksum,
    },
    /// The format version is not 3007000, in a header that is otherwise right.
    Version {
        /// The field.
        found: u32,
    },
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated { found } => write!(
                f,
                "{found} bytes are there, the head of a wal-index has {HEAD_BYTES}"
            ),
            Self::CopiesDiffer => f.write_str("the two copies of the header are not the same"),
            Self::NotInitialised => f.write_str("the header was never written"),
            Self::Checksum { stored, computed } => write!(
                f,
                "the header's checksum is {stored}, its bytes sum to {computed}"
            ),
            Self::Version { found } => write!(
                f,
                "the format version is {found}, expected {FORMAT_VERSION}"
            ),
        }
    }
}
