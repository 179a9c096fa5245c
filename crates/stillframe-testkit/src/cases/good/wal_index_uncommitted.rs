//! SHM905: the wal-index knows frames of a transaction that was under way.

use crate::cases::{Case, indexed};

pub fn case() -> Case {
    Case::good(
        "good/wal-index-uncommitted",
        "The wal-index knows frames of a transaction that was under way.",
        "SQLite: copied while a transaction larger than the cache was open",
        indexed::uncommitted(),
    )
}
