//! RC208: behind the rowid of an entry stands another number.

use crate::cases::{Case, Sqlite, material};

const SQL: &[&str] = &[
    "CREATE TABLE orders(id INTEGER PRIMARY KEY, customer TEXT, number INTEGER)",
    "CREATE INDEX orders_by_customer ON orders(customer, number)",
    "INSERT INTO orders VALUES(2, 'Ada', 2), (3, 'Blaise', 3)",
    "PRAGMA writable_schema=ON",
    "UPDATE sqlite_schema SET sql = replace(sql, 'orders(customer, number)', 'orders(customer)')",
];

fn changed() -> Vec<(&'static str, Vec<u8>)> {
    let mut files = material::made_by(SQL);
    // The first entry is the last on its page: Ada, 2, 2.
    files[0].1[3 * 512 - 1] = 9;
    files
}

pub fn case() -> Case {
    Case::bad(
        "bad/RC208-rowid-not-at-end-of-entry",
        "The entry of row 2 has a column more than its index, and another rowid at the end.",
        "SQLite, a column of an index taken out of sqlite_schema, the last byte of an entry set to 9",
        Sqlite::Complains,
        changed(),
    )
}
