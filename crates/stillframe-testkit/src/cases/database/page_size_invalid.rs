//! DB003: the header gives a page size of 768.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/DB003-page-size-invalid",
        "The header gives a page size of 768.",
        "good/rollback-mode, bytes 16 and 17 set to 768",
        Sqlite::Refuses(26),
        material::rollback_mode_but(|database| {
            database[16..18].copy_from_slice(&768_u16.to_be_bytes())
        }),
    )
}
