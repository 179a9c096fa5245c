//! A commit makes the database smaller.

use crate::builder::stories;
use crate::cases::{Case, material};

pub fn case() -> Case {
    Case::good(
        "good/vacuum-shrinks",
        "A commit makes the database smaller.",
        "SQLite, VACUUM",
        material::files(material::fixed(stories::vacuum::vacuum_shrinks())),
    )
}
