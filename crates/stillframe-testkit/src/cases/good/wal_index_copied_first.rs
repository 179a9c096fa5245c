//! SHM901: the wal-index was copied before the last two commits.

use crate::cases::{Case, indexed};

pub fn case() -> Case {
    Case::good(
        "good/wal-index-copied-first",
        "The wal-index was copied before the last two commits.",
        "SQLite: the wal-index copied, two commits, the rest copied",
        indexed::index_first(),
    )
}
