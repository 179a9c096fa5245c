//! The WAL of another database with smaller pages: SQLite overwrites the database with it.

use crate::builder::stories::misfits;
use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case {
        path: "sets/foreign-page-size",
        what: "A database with pages of 4,096 bytes beside a WAL with pages of 1,024: SQLite would overwrite it.",
        made: "two databases of SQLite's, the file of one and the WAL of the other",
        sqlite: Sqlite::Content,
        expects: vec!["WAL201"],
        files: material::files(material::fixed(misfits::page_size_mismatch(4096, 1024))),
    }
}
