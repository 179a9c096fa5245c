//! The WAL has no bytes.

use crate::cases::{Case, material};

pub fn case() -> Case {
    Case::good(
        "good/empty-wal",
        "The WAL has no bytes.",
        "good/wal-mode-closed beside an empty file",
        vec![
            ("app.db", material::wal_mode(512)),
            ("app.db-wal", Vec::new()),
        ],
    )
}
