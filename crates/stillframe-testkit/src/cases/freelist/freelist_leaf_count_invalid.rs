//! FL101: the freelist's page names 200 leaf pages.

use crate::cases::{Case, Sqlite, material};
use crate::naive::put32;

pub fn case() -> Case {
    Case::bad(
        "bad/FL101-freelist-leaf-count-invalid",
        "The page of the freelist names 200 leaf pages, and 126 fit.",
        "good/rollback-mode, the number at 4 of page 2 set to 200",
        Sqlite::Complains,
        material::rollback_mode_but(|database| put32(database, 512 + 4, 200)),
    )
}
