//! A savepoint was rolled back inside a transaction that committed.

use crate::builder::stories;
use crate::cases::{Case, material};

pub fn case() -> Case {
    Case::good(
        "good/savepoint-rollback",
        "A savepoint was rolled back inside a transaction that committed.",
        "SQLite, ROLLBACK TO inside a spilled transaction",
        material::files(material::fixed(
            stories::transactions::savepoint_rolled_back(),
        )),
    )
}
