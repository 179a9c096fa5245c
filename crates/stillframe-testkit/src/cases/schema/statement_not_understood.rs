//! SC103: a letter of CREATE TABLE is another one.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/SC103-statement-not-understood",
        "The statement of a table begins with CREATE TACLE.",
        "good/rollback-mode, a letter on page 1 changed",
        Sqlite::Complains,
        material::rollback_mode_but(|database| {
            let schema = &mut database[..512];
            let place = schema
                .windows(12)
                .position(|text| text == b"CREATE TABLE")
                .unwrap();
            schema[place + 9] = b'C';
        }),
    )
}
