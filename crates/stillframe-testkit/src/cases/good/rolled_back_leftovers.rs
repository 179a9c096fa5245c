//! Frames with the current salts follow the last commit, left by a transaction that was rolled back.

use crate::builder::stories;
use crate::cases::{Case, material};

pub fn case() -> Case {
    Case::good(
        "good/rolled-back-leftovers",
        "Frames with the current salts follow the last commit, left by a transaction that was rolled back.",
        "SQLite, a spilled UPDATE, ROLLBACK, one small commit",
        material::files(material::fixed(stories::transactions::rolled_back_update())),
    )
}
