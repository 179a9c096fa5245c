//! The largest page size, which the database header writes as 1.

use crate::cases::{Case, material};

pub fn case() -> Case {
    Case::good(
        "good/page-size-65536",
        "The largest page size, which the database header writes as 1.",
        "SQLite, page_size=65536",
        material::files(material::large_pages()),
    )
}
