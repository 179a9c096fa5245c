//! WAL002: the WAL does not begin with its magic.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/WAL002-magic-invalid",
        "The WAL does not begin with its magic.",
        "good/live-wal, magic 0x377f0680, all sums recomputed",
        Sqlite::Content,
        material::live_but(|wal| material::reheaded(wal, 0, 0x377f_0680)),
    )
}
