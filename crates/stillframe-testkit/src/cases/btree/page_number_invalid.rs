//! BT111: the freelist goes on at page 100 of 4.

use crate::cases::{Case, Sqlite, material};
use crate::naive::put32;

pub fn case() -> Case {
    Case::bad(
        "bad/BT111-page-number-invalid",
        "The page of the freelist says that page 100 follows it, in a database of 4 pages.",
        "good/rollback-mode, the number at the start of page 2 set to 100",
        Sqlite::Complains,
        material::rollback_mode_but(|database| put32(database, 512, 100)),
    )
}
