//! RC203: NULL stands where NOT NULL was put behind a column.

use crate::cases::{Case, Sqlite, material};

const SQL: &[&str] = &[
    "CREATE TABLE orders(id INTEGER PRIMARY KEY, customer TEXT)",
    "INSERT INTO orders VALUES(1, 'Ada'), (2, NULL)",
    "PRAGMA writable_schema=ON",
    "UPDATE sqlite_schema SET sql = replace(sql, 'customer TEXT', 'customer TEXT NOT NULL')",
];

pub fn case() -> Case {
    Case::bad(
        "bad/RC203-null-in-not-null-column",
        "A row has NULL in a column that is NOT NULL.",
        "SQLite, NOT NULL written into sqlite_schema",
        Sqlite::Complains,
        material::made_by(SQL),
    )
}
