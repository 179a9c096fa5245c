//! WAL104: two bits of the very last commit frame are wrong.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/WAL104-commit-frame-unverified",
        "Two bits of the very last commit frame are wrong, far from each other.",
        "good/live-wal, two bits of its last page flipped",
        Sqlite::Content,
        material::live_but(|wal| {
            let last = wal.len() - 100;
            wal[last] ^= 4;
            wal[last - 200] ^= 1;
        }),
    )
}
