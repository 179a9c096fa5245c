//! A database and its WAL of six commits.

use crate::cases::{Case, material};

pub fn case() -> Case {
    Case::good(
        "good/live-wal",
        "A database and its WAL of six commits.",
        "SQLite, copied while the connection was open",
        material::files(material::live()),
    )
}
