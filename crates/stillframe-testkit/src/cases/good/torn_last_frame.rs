//! The WAL ends inside a frame of a commit that was never finished.

use crate::cases::{Case, material};

pub fn case() -> Case {
    Case::good(
        "good/torn-last-frame",
        "The WAL ends inside a frame of a commit that was never finished.",
        "good/live-wal without its last 200 bytes",
        material::live_but(|wal| wal.truncate(wal.len() - 200)),
    )
}
