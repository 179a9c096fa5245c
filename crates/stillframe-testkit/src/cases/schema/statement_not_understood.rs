//! SC103: the type of a column is a name to SQLite, and something else to the parser.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/SC103-statement-not-understood",
        "The statement of a table has a column of the type [], which SQLite takes for a name.",
        "good/rollback-mode, letters on page 1 changed",
        Sqlite::Content,
        material::rollback_mode_but(|database| {
            let schema = &mut database[..512];
            let place = schema
                .windows(9)
                .position(|text| text == b"item TEXT")
                .unwrap();
            schema[place + 5..place + 9].copy_from_slice(b"[]  ");
        }),
    )
}
