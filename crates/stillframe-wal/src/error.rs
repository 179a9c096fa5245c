use core::fmt;

use crate::header::{FORMAT_VERSION, HEADER_BYTES};
use crate::{Checksum, SlotReason};

/// What this crate could not accept, with its byte range in the WAL.
pub type Error = stillframe_format::Error<ErrorKind>;

/// Why. Past the header a bad frame is the end of the log and no error: see [`SlotReason`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// There are fewer bytes than the header has.
    HeaderTruncated {
        /// How many there are.
        found: usize,
    },
    /// The magic number is neither `377f0682` nor `377f0683`.
    Magic {
        /// The field.
        found: u32,
    },
    /// The page size is no power of two from 512 to 65536.
    PageSize {
        /// The field.
        found: u32,
    },
    /// The header's checksum does not hold.
    HeaderChecksum {
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
            Self::HeaderTruncated { found } => {
                write!(
                    f,
                    "{found} bytes are there, a WAL header has {HEADER_BYTES}"
                )
            }
            Self::Magic { found } => write!(
                f,
                "the magic number is {found:08x}, expected 377f0682 or 377f0683"
            ),
            Self::PageSize { found } => write!(
                f,
                "the page size is {found}, expected a power of two from 512 to 65536"
            ),
            Self::HeaderChecksum { stored, computed } => write!(
                f,
                "the header's checksum is {stored}, its bytes sum to {computed}"
            ),
            Self::Version { found } => {
                write!(
                    f,
                    "the format version is {found}, expected {FORMAT_VERSION}"
                )
            }
        }
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}/{:08x}", self.s0, self.s1)
    }
}

impl fmt::Display for SlotReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let chained = |chains: bool| if chains { ", chained" } else { "" };
        match *self {
            Self::Committed => f.write_str("committed"),
            Self::Uncommitted => f.write_str("uncommitted"),
            Self::OtherGeneration { chains } => write!(f, "other generation{}", chained(chains)),
            Self::ZeroSaltSpill => f.write_str("zero-salt spill"),
            Self::ChecksumMismatch { chains } => {
                write!(f, "checksum mismatch{}", chained(chains))
            }
            Self::PageNumberZero => f.write_str("page number 0"),
            Self::HeaderIgnored { chains } => write!(f, "header ignored{}", chained(chains)),
            Self::Torn { present } => write!(f, "torn after {present} bytes"),
            Self::ZeroFilled => f.write_str("zero-filled"),
        }
    }
}
