//! An auto-vacuum database with pointer-map pages.

use crate::builder::Plan;
use crate::cases::{Case, material};

pub fn case() -> Case {
    Case::good(
        "good/auto-vacuum",
        "An auto-vacuum database with pointer-map pages.",
        "SQLite, auto_vacuum=FULL",
        material::files(material::live_with(&Plan {
            page_size: 512,
            auto_vacuum: "FULL",
            ..Plan::default()
        })),
    )
}
