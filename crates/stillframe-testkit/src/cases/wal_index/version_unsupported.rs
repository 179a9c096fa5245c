//! SHM004: the wal-index is of a version that there is not.

use crate::cases::{Case, Sqlite, indexed};

pub fn case() -> Case {
    Case::bad(
        "bad/SHM004-version-unsupported",
        "The wal-index is of a version that there is not.",
        "the same, its version one more and the checksum right",
        Sqlite::Content,
        indexed::live_but_header(0, |version| version + 1),
    )
}
