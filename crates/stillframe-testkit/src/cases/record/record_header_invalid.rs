//! RC102: the header of a row asks for more bytes than the row has.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/RC102-record-header-invalid",
        "A type in row 1's header is that of a text of 50 bytes.",
        "good/rollback-mode, byte 500 of page 3 set to 113",
        Sqlite::Complains,
        material::rollback_mode_but(|database| database[2 * 512 + 500] = 113),
    )
}
