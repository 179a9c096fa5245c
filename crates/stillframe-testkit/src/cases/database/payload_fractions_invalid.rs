//! DB005: the maximum embedded payload fraction is 65, not 64.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/DB005-payload-fractions-invalid",
        "The maximum embedded payload fraction is 65, not 64.",
        "good/rollback-mode, byte 21 set to 65",
        Sqlite::Refuses(26),
        material::rollback_mode_but(|database| database[21] = 65),
    )
}
