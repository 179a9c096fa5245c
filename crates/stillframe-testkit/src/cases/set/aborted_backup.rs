//! SET207: the destination of a backup that was given up: SQLite cuts it to 0 bytes.

use crate::cases::{Case, Sqlite, killed};

pub fn case() -> Case {
    Case::bad(
        "bad/SET207-aborted-backup",
        "The destination of a backup that was given up: SQLite cuts it to 0 bytes.",
        "the backup API, into a new file; given up after 60 pages",
        Sqlite::Content,
        killed::aborted_backup(),
    )
}
