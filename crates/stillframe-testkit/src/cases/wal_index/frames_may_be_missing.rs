//! SHM207: a database and its wal-index, without the WAL: the wal-index was made anew from it, and knows of no checkpoint.

use crate::cases::{Case, Sqlite, indexed};
use crate::rewrite;

pub fn case() -> Case {
    Case::bad(
        "bad/SHM207-frames-may-be-missing",
        "A database and its wal-index, without the WAL: the wal-index was made anew from it, and knows of no checkpoint.",
        "the same, nBackfillAttempted set to mxFrame, as SQLite does when it makes the index anew",
        Sqlite::Content,
        {
            let mut files = indexed::without_wal();
            let last = rewrite::native(&files[1].1, 16);
            rewrite::put_native(&mut files[1].1, 128, last);
            files
        },
    )
}
