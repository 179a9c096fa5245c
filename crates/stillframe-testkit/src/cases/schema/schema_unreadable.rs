//! SC102: the name of a table is longer than its row.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/SC102-schema-unreadable",
        "A row of sqlite_schema has a text of 5,000 bytes for a name, and is far shorter.",
        "good/rollback-mode, the type of a name on page 1 changed",
        Sqlite::Complains,
        material::rollback_mode_but(|database| {
            let schema = &mut database[..512];
            let row = b"tableordersorders";
            let place = schema
                .windows(row.len())
                .position(|text| text == row)
                .unwrap();
            // The header ends with the types of name, table name, root page, and the two bytes of the statement's.
            schema[place - 2] = 0xff;
            schema[place - 1] = 0x7f;
        }),
    )
}
