//! Frames of the generation before the last checkpoint follow the last commit.

use crate::builder::stories;
use crate::cases::{Case, material};

pub fn case() -> Case {
    Case::good(
        "good/older-generation-slack",
        "Frames of the generation before the last checkpoint follow the last commit.",
        "SQLite, a complete checkpoint, one small commit",
        material::files(material::fixed(stories::checkpoints::older_generation())),
    )
}
