//! SHM209: the wal-index is of after the WAL was begun anew, and the database file of before it was checkpointed.

use crate::cases::{Case, Sqlite, indexed};

pub fn case() -> Case {
    Case::bad(
        "bad/SHM209-checkpointed-pages-missing",
        "A database and its WAL, and a wal-index of after all of it was checkpointed and it was begun anew.",
        "the database and the WAL were copied, a checkpoint, a commit and a checkpoint were done, and the wal-index was copied",
        Sqlite::Content,
        indexed::index_after_reset(),
    )
}
