//! FL102: the header counts two free pages, and there is one.

use crate::cases::{Case, Sqlite, material};
use crate::naive::put32;

pub fn case() -> Case {
    Case::bad(
        "bad/FL102-freelist-length-mismatch",
        "The header counts 2 free pages, and the freelist has 1.",
        "good/rollback-mode, the number at 36 set to 2",
        Sqlite::Complains,
        material::rollback_mode_but(|database| put32(database, 36, 2)),
    )
}
