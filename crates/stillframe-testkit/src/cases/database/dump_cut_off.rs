//! DB001: a dump that was cut off before its COMMIT.

use crate::cases::{Case, Sqlite};

pub fn case() -> Case {
    Case::bad(
        "bad/DB001-dump-cut-off",
        "SQL text that begins a transaction and ends within a row, named like a database.",
        "the text of an SQL dump, cut",
        Sqlite::Refuses(26),
        vec![(
            "app.db",
            b"PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE orders(id INTEGER PRIMARY KEY);\nINSERT INTO orders VALUES(1);\nINSERT INTO ord".to_vec(),
        )],
    )
}
