//! SHM204: a checkpoint took the first frames for copied: the database file lacks their pages, and the WAL has them.

use crate::cases::{Case, Sqlite, indexed};

pub fn case() -> Case {
    Case::bad(
        "bad/SHM204-checkpoint-skipped-frames",
        "A checkpoint took the first frames for copied: the database file lacks their pages, and the WAL has them.",
        "SQLite: nBackfill set to 2 in the open wal-index of three frames, two more commits, one of which adds pages, a checkpoint",
        Sqlite::Content,
        indexed::skipped(),
    )
}
