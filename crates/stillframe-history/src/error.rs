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
    #[error("the output read back is not what was written: {what}")]
    ReadBack {
        /// What is different.
        what: String,
    },
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
