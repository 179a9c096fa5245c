//! SET903: a wal-index lies beside the WAL.

use crate::cases::{Case, material};

pub fn case() -> Case {
    let mut files = material::live_but(|_| {});
    files.push(("app.db-shm", vec![0; 32 << 10]));
    Case::good(
        "good/wal-index-beside",
        "A wal-index lies beside the WAL, which SQLite builds anew from a cold copy.",
        "good/live-wal and a wal-index of zeros, as it is when it has just been made",
        files,
    )
}
