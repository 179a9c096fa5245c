//! RC204: text stands in a column of integers of a STRICT table.

use crate::cases::{Case, Sqlite, material};

const SQL: &[&str] = &[
    "CREATE TABLE orders(id INTEGER PRIMARY KEY, cents INTEGER)",
    "INSERT INTO orders VALUES(1, 4200), (2, 'free')",
    "PRAGMA writable_schema=ON",
    "UPDATE sqlite_schema SET sql = sql || ' STRICT'",
];

pub fn case() -> Case {
    Case::bad(
        "bad/RC204-strict-type-mismatch",
        "A row of a STRICT table has text in a column of integers.",
        "SQLite, STRICT written into sqlite_schema",
        Sqlite::Complains,
        material::made_by(SQL),
    )
}
