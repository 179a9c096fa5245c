//! SHM211: the wal-index names no page size.

use crate::cases::{Case, Sqlite, indexed};

pub fn case() -> Case {
    Case::bad(
        "bad/SHM211-index-header-differs",
        "The wal-index knows frames of its WAL, and names no page size.",
        "the same, the page size in its header 0 and the checksum right",
        Sqlite::Content,
        indexed::live_but_header(12, |word| word & 0xffff),
    )
}
