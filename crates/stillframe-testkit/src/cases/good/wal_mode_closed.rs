//! A database in WAL mode, closed cleanly.

use crate::cases::{Case, material};

pub fn case() -> Case {
    Case::good(
        "good/wal-mode-closed",
        "A database in WAL mode, closed cleanly.",
        "SQLite, journal_mode=WAL",
        vec![("app.db", material::wal_mode(512))],
    )
}
