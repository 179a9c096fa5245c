//! DB004: the header asks for a reader of version 3.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/DB004-read-version-unsupported",
        "The header asks for a reader of version 3.",
        "good/rollback-mode, byte 19 set to 3",
        Sqlite::Refuses(26),
        material::rollback_mode_but(|database| database[19] = 3),
    )
}
