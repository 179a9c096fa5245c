//! WAL004: the checksum of the WAL header is wrong.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/WAL004-header-checksum-mismatch",
        "The checksum of the WAL header is wrong.",
        "good/live-wal, one bit of byte 24 flipped",
        Sqlite::Content,
        material::live_but(|wal| wal[24] ^= 1),
    )
}
