//! SHM203: the wal-index is of another WAL, whose frames were not checkpointed.

use crate::cases::{Case, Sqlite, indexed};

pub fn case() -> Case {
    Case::bad(
        "bad/SHM203-index-of-other-wal",
        "The wal-index is of another WAL, whose frames were not checkpointed.",
        "the same, with other salts in the wal-index",
        Sqlite::Content,
        indexed::live_but_header(32, |salt| salt ^ 0x80),
    )
}
