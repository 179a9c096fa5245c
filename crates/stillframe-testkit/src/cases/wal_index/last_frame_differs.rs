//! SHM202: the last frame in the WAL is another one than the wal-index knows.

use crate::cases::{Case, Sqlite, indexed};

pub fn case() -> Case {
    Case::bad(
        "bad/SHM202-last-frame-differs",
        "The last frame in the WAL is another one than the wal-index knows.",
        "the same, the checksum of the last frame changed in the header",
        Sqlite::Content,
        indexed::live_but_header(24, |sum| sum ^ 1),
    )
}
