//! BT102: a freeblock is longer than the rest of its page.

use crate::cases::{Case, Sqlite, material};
use crate::naive::put16;

pub fn case() -> Case {
    Case::bad(
        "bad/BT102-freeblock-size-invalid",
        "A freeblock of the table's page has 60 bytes, and there are 53 up to the end of the page.",
        "good/rollback-mode with row 3 deleted, the size of the freeblock at 459 of page 3 set to 60",
        Sqlite::Complains,
        material::deleted_row_but(|database| put16(database, 2 * 512 + 459 + 2, 60)),
    )
}
