//! SHM904: the database was copied before the checkpoint that the wal-index tells of.

use crate::cases::{Case, indexed};

pub fn case() -> Case {
    Case::good(
        "good/wal-index-after-database",
        "The database was copied before the checkpoint that the wal-index tells of.",
        "SQLite: two commits, the database copied, a checkpoint, the rest copied",
        indexed::database_first(),
    )
}
