//! Each page keeps 32 bytes free at its end.

use crate::builder::Plan;
use crate::cases::{Case, material};

pub fn case() -> Case {
    Case::good(
        "good/reserved-bytes",
        "Each page keeps 32 bytes free at its end.",
        "SQLite, SQLITE_FCNTL_RESERVE_BYTES",
        material::files(material::live_with(&Plan {
            page_size: 512,
            reserved: 32,
            ..Plan::default()
        })),
    )
}
