//! WAL005: the WAL is of version 3007001.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/WAL005-version-unsupported",
        "The WAL is of version 3007001.",
        "good/live-wal, the version set to 3007001, all sums recomputed",
        Sqlite::Refuses(14),
        material::live_but(|wal| material::reheaded(wal, 4, 3_007_001)),
    )
}
