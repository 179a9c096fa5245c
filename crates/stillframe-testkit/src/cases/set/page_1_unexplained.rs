//! SET206: a database was restored beside the WAL of another one.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/SET206-page-1-unexplained",
        "The WAL is that of another database with the same tables: SQLite would mix the pages of the two.",
        "SQLite: a database, beside the WAL of another one with the same tables and fewer rows, to which two connections wrote",
        Sqlite::Complains,
        material::other_database(),
    )
}
