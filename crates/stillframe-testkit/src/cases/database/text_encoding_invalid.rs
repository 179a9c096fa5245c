//! DB202: the text encoding is 5, of which SQLite heeds two bits and reads UTF-8.

use crate::cases::{Case, Sqlite, material};
use crate::naive::put32;

pub fn case() -> Case {
    Case::bad(
        "bad/DB202-text-encoding-invalid",
        "The text encoding is 5, of which SQLite heeds two bits and reads UTF-8.",
        "good/rollback-mode, the number at 56 set to 5",
        Sqlite::Content,
        material::rollback_mode_but(|database| put32(database, 56, 5)),
    )
}
