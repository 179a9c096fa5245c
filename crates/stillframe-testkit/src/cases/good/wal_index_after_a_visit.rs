//! SET903: a database that was closed cleanly, and a wal-index of no frames, as a visit leaves it that only reads.

use crate::cases::{Case, indexed};

pub fn case() -> Case {
    Case::good(
        "good/wal-index-after-a-visit",
        "A database that was closed cleanly, and a wal-index of no frames, as a visit leaves it that only reads.",
        "SQLite: opened again and read, the files copied without the empty WAL",
        indexed::visited(),
    )
}
