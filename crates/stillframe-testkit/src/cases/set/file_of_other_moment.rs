//! SET209: the database was copied before a checkpoint, and of what that brought into it one frame is left in the WAL.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/SET209-file-of-other-moment",
        "The database was copied before a checkpoint, the WAL two checkpoints later; one frame is left of what lay between.",
        "SQLite: four updates, checkpointed, the database copied, two updates, checkpointed, one update, the WAL copied",
        Sqlite::Content,
        material::one_frame_left(),
    )
}
