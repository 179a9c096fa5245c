//! BT001: the first byte of the table's root page is 0.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/BT001-page-kind-invalid",
        "The root page of the table begins with 0, which is no kind of b-tree page.",
        "good/rollback-mode, the first byte of page 3 set to 0",
        Sqlite::Complains,
        material::rollback_mode_but(|database| database[2 * 512] = 0),
    )
}
