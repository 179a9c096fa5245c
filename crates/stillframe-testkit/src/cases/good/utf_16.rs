//! Text in UTF-16, little-endian.

use crate::builder::Plan;
use crate::cases::{Case, material};

pub fn case() -> Case {
    Case::good(
        "good/utf-16",
        "Text in UTF-16, little-endian.",
        "SQLite, encoding=UTF-16le",
        material::files(material::live_with(&Plan {
            page_size: 512,
            encoding: "UTF-16le",
            ..Plan::default()
        })),
    )
}
