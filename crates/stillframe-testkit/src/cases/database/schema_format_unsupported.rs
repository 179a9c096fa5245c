//! DB102: the schema format is 5, and 4 is the newest.

use crate::cases::{Case, Sqlite, material};
use crate::naive::put32;

pub fn case() -> Case {
    Case::bad(
        "bad/DB102-schema-format-unsupported",
        "The schema format is 5, and 4 is the newest.",
        "good/rollback-mode, the number at 44 set to 5",
        Sqlite::Refuses(1),
        material::rollback_mode_but(|database| put32(database, 44, 5)),
    )
}
