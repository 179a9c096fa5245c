//! SHM001: the wal-index was cut off within the pages of its frames.

use crate::cases::{Case, Sqlite, indexed};

pub fn case() -> Case {
    Case::bad(
        "bad/SHM001-wal-index-truncated",
        "The wal-index was cut off within the pages of its frames.",
        "the set of good/wal-index-beside-wal, its wal-index cut to 150 bytes",
        Sqlite::Content,
        indexed::live_but(|index| index.truncate(150)),
    )
}
