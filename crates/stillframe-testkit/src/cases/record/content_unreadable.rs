//! RC103: a table and its index have each other's root.

use crate::cases::{Case, Sqlite, material};

const SQL: &[&str] = &[
    "CREATE TABLE orders(id INTEGER PRIMARY KEY, customer TEXT)",
    "CREATE INDEX orders_by_customer ON orders(customer)",
    "PRAGMA writable_schema=ON",
    "UPDATE sqlite_schema SET rootpage = 5 - rootpage",
];

pub fn case() -> Case {
    Case::bad(
        "bad/RC103-content-unreadable",
        "The root pages of a table and its index changed places in sqlite_schema.",
        "SQLite, rootpage in sqlite_schema changed",
        Sqlite::Complains,
        material::made_by(SQL),
    )
}
