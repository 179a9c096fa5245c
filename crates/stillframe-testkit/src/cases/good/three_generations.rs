//! Frames of two older generations follow the last commit.

use crate::builder::stories;
use crate::cases::{Case, material};

pub fn case() -> Case {
    Case::good(
        "good/three-generations",
        "Frames of two older generations follow the last commit.",
        "SQLite, two complete checkpoints, ever fewer commits",
        material::files(material::fixed(stories::checkpoints::three_generations())),
    )
}
