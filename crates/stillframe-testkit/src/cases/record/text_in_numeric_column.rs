//! RC206: a number stands as text in a column of integers.

use crate::cases::{Case, Sqlite, material};

const SQL: &[&str] = &[
    "CREATE TABLE orders(id INTEGER PRIMARY KEY, cents)",
    "INSERT INTO orders VALUES(1, 350), (2, '4200')",
    "PRAGMA writable_schema=ON",
    "UPDATE sqlite_schema SET sql = replace(sql, 'cents', 'cents INTEGER')",
];

pub fn case() -> Case {
    Case::bad(
        "bad/RC206-text-in-numeric-column",
        "A row has the text 4200 in a column of type INTEGER.",
        "SQLite, INTEGER written into sqlite_schema",
        Sqlite::Complains,
        material::made_by(SQL),
    )
}
