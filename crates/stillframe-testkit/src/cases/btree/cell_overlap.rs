//! BT106: a freeblock reaches into a row.

use crate::cases::{Case, Sqlite, material};
use crate::naive::put16;

pub fn case() -> Case {
    Case::bad(
        "bad/BT106-cell-overlap",
        "A freeblock at 459 has 20 bytes, and a row begins at 477.",
        "good/rollback-mode with row 3 deleted, the size of the freeblock at 459 of page 3 set to 20",
        Sqlite::Complains,
        material::deleted_row_but(|database| put16(database, 2 * 512 + 459 + 2, 20)),
    )
}
