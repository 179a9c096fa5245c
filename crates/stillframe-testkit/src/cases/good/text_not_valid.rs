//! RC901: text in Latin-1, in a database in UTF-8.

use crate::cases::{Case, material};

const SQL: &[&str] = &[
    "CREATE TABLE guests(id INTEGER PRIMARY KEY, name TEXT)",
    "INSERT INTO guests VALUES(1, 'André'), (2, CAST(x'416e6472e9' AS TEXT)), (3, CAST(x'436166e9' AS TEXT))",
];

pub fn case() -> Case {
    Case::good(
        "good/text-not-valid",
        "Two names are in Latin-1, in a database in UTF-8.",
        "SQLite, CAST of a blob as text",
        material::made_by(SQL),
    )
}
