//! WAL104: one bit of the very last commit frame is wrong.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/WAL104-commit-frame-unverified",
        "One bit of the very last commit frame is wrong.",
        "good/live-wal, one bit of its last page flipped",
        Sqlite::Content,
        material::live_but(|wal| {
            let last = wal.len() - 100;
            wal[last] ^= 4;
        }),
    )
}
