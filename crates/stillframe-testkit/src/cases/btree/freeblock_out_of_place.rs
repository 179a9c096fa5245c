//! BT101: the first freeblock is in front of the cell content area.

use crate::cases::{Case, Sqlite, material};
use crate::naive::put16;

pub fn case() -> Case {
    Case::bad(
        "bad/BT101-freeblock-out-of-place",
        "The first freeblock of the table's page is at 300, and its cells begin at 344.",
        "good/rollback-mode, the number at 1 of page 3 set to 300",
        Sqlite::Complains,
        material::rollback_mode_but(|database| put16(database, 2 * 512 + 1, 300)),
    )
}
