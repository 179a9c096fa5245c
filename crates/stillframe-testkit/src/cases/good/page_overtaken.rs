//! SET906: a checkpoint skipped the first frames, and no wal-index tells of it.

use crate::cases::{Case, indexed};

pub fn case() -> Case {
    Case::good(
        "good/page-overtaken",
        "A checkpoint skipped the first frames, and no wal-index tells of it.",
        "bad/SHM204-checkpoint-skipped-frames without its wal-index",
        indexed::skipped_without_index(),
    )
}
