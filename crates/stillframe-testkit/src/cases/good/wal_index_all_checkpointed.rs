//! SET903: a database and its wal-index, which shows that nothing was in the WAL but what the database file has.

use crate::cases::{Case, indexed};

pub fn case() -> Case {
    Case::good(
        "good/wal-index-all-checkpointed",
        "A database and its wal-index, which shows that nothing was in the WAL but what the database file has.",
        "SQLite: one commit and a checkpoint, without the WAL",
        indexed::all_checkpointed(),
    )
}
