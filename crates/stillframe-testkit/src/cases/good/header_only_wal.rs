//! The WAL is a header and no frame.

use crate::cases::{Case, material};

pub fn case() -> Case {
    Case::good(
        "good/header-only-wal",
        "The WAL is a header and no frame.",
        "the WAL of good/live-wal cut to 32 bytes",
        material::live_but(|wal| wal.truncate(32)),
    )
}
