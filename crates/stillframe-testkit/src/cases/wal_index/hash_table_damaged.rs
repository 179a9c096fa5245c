//! SHM101: a slot of the hash table in the wal-index is empty, so that the last frame is not found.

use crate::cases::{Case, Sqlite, indexed};
use crate::rewrite;

pub fn case() -> Case {
    Case::bad(
        "bad/SHM101-hash-table-damaged",
        "A slot of the hash table in the wal-index is empty, so that the last frame is not found.",
        "the same, the slot of the last frame set to 0",
        Sqlite::Content,
        indexed::live_but(|index| {
            let last = rewrite::native(index, 16) as u8;
            let slot = 16384
                + index[16384..]
                    .iter()
                    .position(|&byte| byte == last)
                    .unwrap();
            index[slot] = 0;
        }),
    )
}
