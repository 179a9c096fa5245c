//! BT108: the first two rows stand the other way round.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/BT108-rowid-out-of-order",
        "Row 2 stands in front of row 1.",
        "good/rollback-mode, the numbers at 8 and 10 of page 3 exchanged",
        Sqlite::Complains,
        material::rollback_mode_but(|database| {
            let pointers = &mut database[2 * 512 + 8..];
            pointers[..4].rotate_left(2);
        }),
    )
}
