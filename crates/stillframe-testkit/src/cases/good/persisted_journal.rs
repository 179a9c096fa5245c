//! A rollback journal that is not hot: its header was zeroed when the transaction ended.

use crate::cases::{Case, material};

pub fn case() -> Case {
    Case::good(
        "good/persisted-journal",
        "A rollback journal that is not hot: its header was zeroed when the transaction ended.",
        "SQLite, journal_mode=PERSIST",
        material::persisted_journal(),
    )
}
