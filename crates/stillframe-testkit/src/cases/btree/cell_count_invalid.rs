//! BT002: the table's root page counts 85 cells.

use crate::cases::{Case, Sqlite, material};
use crate::naive::put16;

pub fn case() -> Case {
    Case::bad(
        "bad/BT002-cell-count-invalid",
        "The root page of the table counts 85 cells, and a page of 512 bytes has at most 84.",
        "good/rollback-mode, the number at 3 of page 3 set to 85",
        Sqlite::Complains,
        material::rollback_mode_but(|database| put16(database, 2 * 512 + 3, 85)),
    )
}
