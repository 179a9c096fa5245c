//! DB207: a database file of no bytes.

use crate::cases::{Case, Sqlite};

pub fn case() -> Case {
    Case::bad(
        "bad/DB207-empty-database",
        "The database file has no bytes.",
        "an empty file",
        Sqlite::Content,
        vec![("app.db", Vec::new())],
    )
}
