//! The checksums of the WAL run over big-endian words.

use crate::cases::{Case, material};
use crate::rewrite::rechecksum;

pub fn case() -> Case {
    Case::good(
        "good/big-endian-wal",
        "The checksums of the WAL run over big-endian words.",
        "good/live-wal, sums recomputed as a big-endian host writes them",
        material::live_but(|wal| *wal = rechecksum(wal, true)),
    )
}
