//! BT103: the table's root page counts 200 fragmented bytes.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/BT103-free-bytes-invalid",
        "The table's page counts 200 fragmented bytes, and its cells begin at 344: that is more than 512.",
        "good/rollback-mode, byte 7 of page 3 set to 200",
        Sqlite::Complains,
        material::rollback_mode_but(|database| database[2 * 512 + 7] = 200),
    )
}
