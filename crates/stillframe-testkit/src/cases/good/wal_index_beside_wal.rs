//! SET903: a database, its WAL and its wal-index, all of one moment.

use crate::cases::{Case, indexed};

pub fn case() -> Case {
    Case::good(
        "good/wal-index-beside-wal",
        "A database, its WAL and its wal-index, all of one moment.",
        "SQLite: six commits behind a checkpoint",
        indexed::live(),
    )
}
