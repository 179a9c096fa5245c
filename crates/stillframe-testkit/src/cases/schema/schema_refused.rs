//! SC101: the name of a table is not the one in its statement.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/SC101-schema-refused",
        "sqlite_schema names a table ordfrs whose statement says orders.",
        "good/rollback-mode, a letter on page 1 changed",
        Sqlite::Complains,
        material::rollback_mode_but(|database| {
            let schema = &mut database[..512];
            let place = schema
                .windows(17)
                .position(|text| text == b"tableordersorders")
                .unwrap();
            schema[place + 8] = b'f';
        }),
    )
}
