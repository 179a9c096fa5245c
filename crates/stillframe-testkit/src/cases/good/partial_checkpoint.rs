//! A checkpoint that a reader held back.

use crate::cases::{Case, material};

pub fn case() -> Case {
    Case::good(
        "good/partial-checkpoint",
        "A reader at the third of five commits let a checkpoint copy the pages of three commits, and no others.",
        "SQLite, another connection inside a read transaction",
        material::partial_checkpoint(),
    )
}
