//! RC202: a row was deleted while its index was hidden.

use crate::cases::{Case, Sqlite, material};

const SQL: &[&str] = &[
    "CREATE TABLE orders(id INTEGER PRIMARY KEY, customer TEXT)",
    "CREATE INDEX orders_by_customer ON orders(customer)",
    "INSERT INTO orders VALUES(1, 'Ada'), (2, 'Blaise'), (3, 'Carl')",
    "PRAGMA writable_schema=ON",
    "DELETE FROM sqlite_schema WHERE type = 'index'",
    "PRAGMA writable_schema=RESET",
    "DELETE FROM orders WHERE id = 2",
    "PRAGMA writable_schema=ON",
    "INSERT INTO sqlite_schema VALUES('index', 'orders_by_customer', 'orders', 3, 'CREATE INDEX orders_by_customer ON orders(customer)')",
];

pub fn case() -> Case {
    Case::bad(
        "bad/RC202-index-entry-count-mismatch",
        "The index has an entry for a row that the table no longer has.",
        "SQLite, the row of the index taken out of sqlite_schema while a row was deleted",
        Sqlite::Complains,
        material::made_by(SQL),
    )
}
