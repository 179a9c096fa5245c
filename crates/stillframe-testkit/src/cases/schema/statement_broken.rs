//! SC101: a letter of PRIMARY KEY is another one.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/SC101-statement-broken",
        "The statement of a table has PRIMARY JEY in it.",
        "good/rollback-mode, a letter on page 1 changed",
        Sqlite::Complains,
        material::rollback_mode_but(|database| {
            let schema = &mut database[..512];
            let place = schema
                .windows(11)
                .position(|text| text == b"PRIMARY KEY")
                .unwrap();
            schema[place + 8] = b'J';
        }),
    )
}
