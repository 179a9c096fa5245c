//! WAL108: one bit of the very last commit frame is wrong.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/WAL108-commit-lost",
        "One bit of the very last commit frame is wrong.",
        "good/live-wal, one bit of its last page flipped",
        Sqlite::Content,
        material::live_but(|wal| {
            let last = wal.len() - 100;
            wal[last] ^= 4;
        }),
    )
}
