//! WAL001: the WAL ends inside its header.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/WAL001-header-truncated",
        "The WAL ends inside its header.",
        "the first 20 bytes of the WAL of good/live-wal",
        Sqlite::Content,
        material::live_but(|wal| wal.truncate(20)),
    )
}
