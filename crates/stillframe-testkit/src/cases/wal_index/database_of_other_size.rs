//! SHM208: a wal-index that all was checkpointed of, and the database file as it was before: it was smaller.

use crate::cases::{Case, Sqlite, indexed};

pub fn case() -> Case {
    Case::bad(
        "bad/SHM208-database-of-other-size",
        "A database, an empty WAL, and a wal-index that knows a larger database, of which all was checkpointed.",
        "the database was copied first, then rows were inserted, a checkpoint cut the WAL to nothing, and the others were copied",
        Sqlite::Content,
        indexed::database_before_growth(),
    )
}
