//! SHM903: a reader held the checkpoint back, as the wal-index tells.

use crate::cases::{Case, indexed};

pub fn case() -> Case {
    Case::good(
        "good/wal-index-held-back",
        "A reader held the checkpoint back, as the wal-index tells.",
        "SQLite: a checkpoint of four frames with a reader at the second",
        indexed::held_back(),
    )
}
