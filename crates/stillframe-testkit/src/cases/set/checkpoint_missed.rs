//! SET205: the database was copied before a checkpoint, the WAL after it.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/SET205-checkpoint-missed",
        "The database was copied before a checkpoint, and the WAL when it had been begun anew: SQLite shows neither moment.",
        "SQLite: four updates, the database copied, all checkpointed, a fifth update, the WAL copied",
        Sqlite::Content,
        material::checkpoint_missed(),
    )
}
