//! WAL108: one bit in the header of the very last commit frame is wrong.

use crate::cases::{Case, Sqlite, material};
use crate::naive::{FRAME_HEADER, be32};

pub fn case() -> Case {
    Case::bad(
        "bad/WAL108-commit-lost",
        "One bit in the header of the very last commit frame is wrong.",
        "good/live-wal, one bit of the size in its last frame flipped",
        Sqlite::Content,
        material::live_but(|wal| {
            let last = wal.len() - (FRAME_HEADER + be32(wal, 8) as usize);
            wal[last + 5] ^= 4;
        }),
    )
}
