//! DB006: a page of 512 bytes reserves 40, so 472 are left, and 480 is the least.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/DB006-usable-size-too-small",
        "A page of 512 bytes reserves 40, so 472 are left, and 480 is the least.",
        "good/rollback-mode, byte 20 set to 40",
        Sqlite::Refuses(26),
        material::rollback_mode_but(|database| database[20] = 40),
    )
}
