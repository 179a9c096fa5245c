//! One transaction wrote some pages twice.

use crate::builder::stories;
use crate::cases::{Case, material};

pub fn case() -> Case {
    Case::good(
        "good/several-frames-of-a-page",
        "One transaction wrote some pages twice.",
        "SQLite, a transaction larger than the cache",
        material::files(material::fixed(stories::transactions::spilled())),
    )
}
