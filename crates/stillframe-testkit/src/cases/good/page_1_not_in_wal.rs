//! No commit of the WAL touched page 1.

use crate::builder::stories;
use crate::cases::{Case, material};

pub fn case() -> Case {
    Case::good(
        "good/page-1-not-in-wal",
        "No commit of the WAL touched page 1.",
        "SQLite, updates only",
        material::files(material::fixed(stories::shapes::page_1_never_in_wal())),
    )
}
