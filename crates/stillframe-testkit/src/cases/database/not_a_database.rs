//! DB001: a text file named like a database.

use crate::cases::{Case, Sqlite};

pub fn case() -> Case {
    Case::bad(
    "bad/DB001-not-a-database",
    "A text file named like a database.",
    "the text of an SQL dump",
    Sqlite::Refuses(26),
    vec![("app.db", b"PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE orders(id INTEGER PRIMARY KEY);\nCOMMIT;\n".to_vec())],
    )
}
