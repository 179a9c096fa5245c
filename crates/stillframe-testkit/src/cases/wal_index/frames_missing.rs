//! SHM206: a database and its wal-index, without the WAL: six committed frames are missing.

use crate::cases::{Case, Sqlite, indexed};

pub fn case() -> Case {
    Case::bad(
        "bad/SHM206-frames-missing",
        "A database and its wal-index, without the WAL: six committed frames are missing.",
        "the set of good/wal-index-beside-wal without its WAL",
        Sqlite::Content,
        indexed::without_wal(),
    )
}
