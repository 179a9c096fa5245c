//! BT113: the header leaves the freelist out.

use crate::cases::{Case, Sqlite, material};
use crate::naive::put32;

pub fn case() -> Case {
    Case::bad(
        "bad/BT113-page-never-used",
        "The header says that no page is free, and nothing else leads to page 2.",
        "good/rollback-mode, the numbers at 32 and 36 set to 0",
        Sqlite::Complains,
        material::rollback_mode_but(|database| {
            put32(database, 32, 0);
            put32(database, 36, 0);
        }),
    )
}
