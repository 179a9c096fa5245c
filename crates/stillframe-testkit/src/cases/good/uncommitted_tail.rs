//! Sound frames without a commit follow the last commit.

use crate::builder::stories;
use crate::cases::{Case, material};

pub fn case() -> Case {
    Case::good(
        "good/uncommitted-tail",
        "Sound frames without a commit follow the last commit.",
        "SQLite, copied inside a transaction larger than the cache",
        material::files(material::fixed(stories::transactions::uncommitted_tail())),
    )
}
