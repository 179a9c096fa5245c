//! DB201: the header asks for a writer of version 3.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/DB201-write-version-unsupported",
        "The header asks for a writer of version 3.",
        "good/rollback-mode, byte 18 set to 3",
        Sqlite::Content,
        material::rollback_mode_but(|database| database[18] = 3),
    )
}
