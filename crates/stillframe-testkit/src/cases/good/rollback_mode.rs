//! A database in rollback mode, closed, with one free page.

use crate::cases::{Case, material};

pub fn case() -> Case {
    Case::good(
        "good/rollback-mode",
        "A database in rollback mode, closed, with one free page.",
        "SQLite, journal_mode=DELETE",
        vec![("app.db", material::rollback_mode())],
    )
}
