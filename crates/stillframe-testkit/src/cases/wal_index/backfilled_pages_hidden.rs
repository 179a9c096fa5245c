//! SHM210: all was checkpointed, and the last commit was cut from the WAL, which hides a page of it behind an older frame.

use crate::cases::{Case, Sqlite, indexed};

pub fn case() -> Case {
    Case::bad(
        "bad/SHM210-backfilled-pages-hidden",
        "All was checkpointed, and the last commit was cut from the WAL, which hides a page of it behind an older frame.",
        "SQLite: three commits and a checkpoint; the WAL was cut behind the second",
        Sqlite::Content,
        indexed::hidden(),
    )
}
