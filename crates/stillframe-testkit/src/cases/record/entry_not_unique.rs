//! RC210: two rows have the key of a unique index.

use crate::cases::{Case, Sqlite, material};

const SQL: &[&str] = &[
    "CREATE TABLE orders(id INTEGER PRIMARY KEY, number INTEGER)",
    "CREATE INDEX orders_number ON orders(number)",
    "INSERT INTO orders VALUES(1, 17), (2, 17), (3, 18)",
    "PRAGMA writable_schema=ON",
    "UPDATE sqlite_schema SET sql = replace(sql, 'CREATE INDEX', 'CREATE UNIQUE INDEX')",
];

pub fn case() -> Case {
    Case::bad(
        "bad/RC210-entry-not-unique",
        "Two rows have the same number, and the index is unique.",
        "SQLite, UNIQUE written into sqlite_schema",
        Sqlite::Complains,
        material::made_by(SQL),
    )
}
