//! SHM201: the wal-index has two frames in the place of each other.

use crate::cases::{Case, Sqlite, indexed};

pub fn case() -> Case {
    Case::bad(
        "bad/SHM201-page-numbers-differ",
        "The wal-index has two frames in the place of each other.",
        "the same, the pages and the slots of the first two frames changed over",
        Sqlite::Content,
        indexed::live_but(|index| {
            for byte in 136..140 {
                index.swap(byte, byte + 4);
            }
            for slot in &mut index[16384..] {
                *slot = match *slot {
                    1 => 2,
                    2 => 1,
                    other => other,
                };
            }
        }),
    )
}
