//! PM104: the header names page 5 as the last root.

use crate::cases::{Case, Sqlite, material};
use crate::naive::put32;

pub fn case() -> Case {
    Case::bad(
        "bad/PM104-largest-root-page-mismatch",
        "The header says that the largest root page is 5, and it is 4.",
        "an auto-vacuum database, the number at 52 set to 5",
        Sqlite::Complains,
        material::auto_vacuum_but(|database| put32(database, 52, 5)),
    )
}
