//! BT105: a row is longer than the rest of its page.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/BT105-cell-past-end",
        "The row at 496 of a page of 512 bytes has 30 bytes.",
        "good/rollback-mode, byte 496 of page 3 set to 30",
        Sqlite::Complains,
        material::rollback_mode_but(|database| database[2 * 512 + 496] = 30),
    )
}
