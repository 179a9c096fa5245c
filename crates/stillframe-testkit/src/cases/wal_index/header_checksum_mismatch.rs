//! SHM003: both copies of the header in the wal-index are damaged.

use crate::cases::{Case, Sqlite, indexed};

pub fn case() -> Case {
    Case::bad(
        "bad/SHM003-header-checksum-mismatch",
        "Both copies of the header in the wal-index are damaged.",
        "the same, a byte of both copies changed",
        Sqlite::Content,
        indexed::live_but(|index| {
            index[20] ^= 1;
            index[68] ^= 1;
        }),
    )
}
