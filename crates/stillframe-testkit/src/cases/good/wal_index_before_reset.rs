//! SHM902: the wal-index was copied before the WAL was begun anew.

use crate::cases::{Case, indexed};

pub fn case() -> Case {
    Case::good(
        "good/wal-index-before-reset",
        "The wal-index was copied before the WAL was begun anew.",
        "SQLite: the wal-index copied, a checkpoint, a commit, the rest copied",
        indexed::index_before_reset(),
    )
}
