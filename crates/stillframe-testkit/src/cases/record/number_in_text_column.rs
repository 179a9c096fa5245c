//! RC205: a number stands in a column of text.

use crate::cases::{Case, Sqlite, material};

const SQL: &[&str] = &[
    "CREATE TABLE orders(id INTEGER PRIMARY KEY, customer)",
    "INSERT INTO orders VALUES(1, 'Ada'), (2, 7)",
    "PRAGMA writable_schema=ON",
    "UPDATE sqlite_schema SET sql = replace(sql, 'customer', 'customer TEXT')",
];

pub fn case() -> Case {
    Case::bad(
        "bad/RC205-number-in-text-column",
        "A row has a number in a column of type TEXT.",
        "SQLite, TEXT written into sqlite_schema",
        Sqlite::Complains,
        material::made_by(SQL),
    )
}
