use std::io;

use stillframe_wal::CommitNumber;

use crate::{Input, Refusal};

/// Why something could not be done. Damage in an input is no error: it is a [`Refusal`] where SQLite
/// would stop for it, and a finding in any case.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An input could not be read.
    #[error("{input}: cannot be read at 0x{offset:x}")]
    Read {
        /// Its name.
        input: String,
        /// Where.
        offset: u64,
        /// Why.
        source: io::Error,
    },
    /// The output could not be written, or read back.
    #[error("the output cannot be written")]
    Write(#[from] io::Error),
    /// The image cannot be rebuilt, or there is none.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// There is no such commit.
    #[error("there is no commit {asked}: the WAL holds {}", Held(*.last))]
    NoSuchCommit {
        /// The commit that was asked for.
        asked: CommitNumber,
        /// The last one there is; 0 for the database file alone.
        last: CommitNumber,
    },
    /// Something that was written reads back differently.
    #[error("the output read back is not what was written: {0}")]
    ReadBack(Difference),
}

/// How a compacted WAL that was read back differs from what was to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Difference {
    /// It has another length.
    #[error("{found} bytes, expected {expected}")]
    Length {
        /// In bytes.
        found: u64,
        /// In bytes.
        expected: u64,
    },
    /// Not all of its frames hold.
    #[error(
        "{found} of {expected} frames hold; the input was damaged or changed while it was read"
    )]
    Frames {
        /// Frames that hold.
        found: u32,
        /// Frames that were written.
        expected: u32,
    },
    /// Its commits are others.
    #[error("the commits are not those that were kept")]
    Commits,
    /// A frame of the input did not hold any more when it was copied.
    #[error("a frame names page 0 that did not before: the input changed while it was read")]
    PageZero,
}

struct Held(CommitNumber);

impl std::fmt::Display for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0.get() {
            0 => f.write_str("none"),
            1 => f.write_str("only commit 1"),
            last => write!(f, "commits 1 to {last}"),
        }
    }
}

impl Error {
    /// `source` came of reading `input` at `offset`.
    pub(crate) fn read(input: &Input, offset: u64, source: io::Error) -> Self {
        Self::Read {
            input: input.name.clone(),
            offset,
            source,
        }
    }
}
