//! SHM206: a database and its wal-index, without the WAL: committed frames are missing, which made the database larger.

use crate::cases::{Case, Sqlite, indexed};

pub fn case() -> Case {
    Case::bad(
        "bad/SHM206-frames-missing",
        "A database and its wal-index, without the WAL: committed frames are missing, which made the database larger.",
        "a checkpointed database, one commit more that inserts rows; the database and the wal-index were copied",
        Sqlite::Content,
        indexed::grown_without_wal(),
    )
}
