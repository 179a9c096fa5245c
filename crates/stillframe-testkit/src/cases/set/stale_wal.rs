//! SET204: the WAL was copied first, and the database after the next one had been checkpointed.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/SET204-stale-wal",
        "The WAL was copied two checkpoints before the database, which has one more table: SQLite would write the old pages over it.",
        "SQLite: the WAL of good/live-wal copied, all checkpointed, a table and rows added and checkpointed, the database copied",
        Sqlite::Content,
        material::stale_wal(),
    )
}
