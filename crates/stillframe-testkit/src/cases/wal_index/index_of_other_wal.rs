//! SHM906: the wal-index is of another WAL, whose frames were not checkpointed.

use crate::cases::{Case, indexed};

pub fn case() -> Case {
    Case::good(
        "good/wal-index-of-other-wal",
        "The wal-index is of another WAL, whose frames were not checkpointed.",
        "the same, with other salts in the wal-index",
        indexed::live_but_header(32, |salt| salt ^ 0x80),
    )
}
