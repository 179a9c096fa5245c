//! RC211: a row was deleted while an index with a WHERE clause was hidden.

use crate::cases::{Case, Sqlite, material};

const SQL: &[&str] = &[
    "CREATE TABLE orders(id INTEGER PRIMARY KEY, customer TEXT, is_open INTEGER)",
    "CREATE INDEX open_orders ON orders(customer) WHERE is_open",
    "INSERT INTO orders VALUES(1, 'Ada', 1), (2, 'Blaise', 1), (3, 'Carlos', 1)",
    "PRAGMA writable_schema=ON",
    "DELETE FROM sqlite_schema WHERE type = 'index'",
    "PRAGMA writable_schema=RESET",
    "DELETE FROM orders WHERE id = 2",
    "PRAGMA writable_schema=ON",
    "INSERT INTO sqlite_schema VALUES('index', 'open_orders', 'orders', 3, 'CREATE INDEX open_orders ON orders(customer) WHERE is_open')",
];

pub fn case() -> Case {
    Case::bad(
        "bad/RC211-entry-without-row",
        "The index of open orders has an entry for a row that the table no longer has.",
        "SQLite, the row of the index taken out of sqlite_schema while a row was deleted",
        Sqlite::Content,
        material::made_by(SQL),
    )
}
