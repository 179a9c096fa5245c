//! BT107: the table's root page counts fragmented bytes that there are not.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/BT107-fragmentation-mismatch",
        "The table's page counts 3 fragmented bytes, and there are none.",
        "good/rollback-mode, byte 7 of page 3 set to 3",
        Sqlite::Complains,
        material::rollback_mode_but(|database| database[2 * 512 + 7] = 3),
    )
}
