//! Frames with salts and sums of zero follow the last commit: a transaction that rewrote a spilled frame.

use crate::builder::stories;
use crate::cases::{Case, material};

pub fn case() -> Case {
    Case::good(
        "good/zero-salt-spill",
        "Frames with salts and sums of zero follow the last commit: a transaction that rewrote a spilled frame.",
        "SQLite, copied inside a transaction larger than the cache",
        material::files(material::fixed(stories::transactions::unfinished_spill())),
    )
}
