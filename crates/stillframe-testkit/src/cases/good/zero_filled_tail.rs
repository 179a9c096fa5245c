//! Zeros follow the last commit.

use crate::cases::{Case, material};

pub fn case() -> Case {
    Case::good(
        "good/zero-filled-tail",
        "Zeros follow the last commit.",
        "good/live-wal and 1,608 bytes of zeros",
        material::live_but(|wal| wal.resize(wal.len() + 3 * 536, 0)),
    )
}
