//! DB203: the incremental-vacuum flag is set in a database without auto-vacuum.

use crate::cases::{Case, Sqlite, material};
use crate::naive::put32;

pub fn case() -> Case {
    Case::bad(
        "bad/DB203-incremental-vacuum-without-auto-vacuum",
        "The incremental-vacuum flag is set in a database without auto-vacuum.",
        "good/rollback-mode, the number at 64 set to 1",
        Sqlite::Complains,
        material::rollback_mode_but(|database| put32(database, 64, 1)),
    )
}
