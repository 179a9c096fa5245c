//! A rollback journal of 0 bytes, which is how a transaction leaves it with journal_mode=TRUNCATE.

use crate::cases::{Case, material};

pub fn case() -> Case {
    Case::good(
        "good/truncated-journal",
        "A rollback journal of 0 bytes, which is how a transaction leaves it.",
        "SQLite, journal_mode=TRUNCATE",
        vec![
            ("app.db", material::rollback_mode()),
            ("app.db-journal", Vec::new()),
        ],
    )
}
