//! DB205: a header byte that is reserved for expansion is not zero.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/DB205-reserved-header-bytes",
        "A header byte that is reserved for expansion is not zero.",
        "good/rollback-mode, byte 80 set to 1",
        Sqlite::Content,
        material::rollback_mode_but(|database| database[80] = 1),
    )
}
