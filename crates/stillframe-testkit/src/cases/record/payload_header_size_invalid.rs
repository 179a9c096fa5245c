//! RC101: the header of a row says that it has 1 byte.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/RC101-payload-header-size-invalid",
        "The payload of row 1 begins with a header size of 1.",
        "good/rollback-mode, byte 498 of page 3 set to 1",
        Sqlite::Complains,
        material::rollback_mode_but(|database| database[2 * 512 + 498] = 1),
    )
}
