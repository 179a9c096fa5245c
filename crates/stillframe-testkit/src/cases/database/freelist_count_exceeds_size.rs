//! DB104: the header counts 100 free pages, more than the database has pages.

use crate::cases::{Case, Sqlite, material};
use crate::naive::put32;

pub fn case() -> Case {
    Case::bad(
        "bad/DB104-freelist-count-exceeds-size",
        "The header counts 100 free pages, more than the database has pages.",
        "good/rollback-mode, the count at 36 set to 100",
        Sqlite::Complains,
        material::rollback_mode_but(|database| put32(database, 36, 100)),
    )
}
