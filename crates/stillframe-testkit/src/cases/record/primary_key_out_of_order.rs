//! RC207: rows in ascending order where the key is descending.

use crate::cases::{Case, Sqlite, material};

const SQL: &[&str] = &[
    "CREATE TABLE stock(item TEXT, count INTEGER, PRIMARY KEY(item)) WITHOUT ROWID",
    "INSERT INTO stock VALUES('desk', 3), ('lamp', 5)",
    "PRAGMA writable_schema=ON",
    "UPDATE sqlite_schema SET sql = replace(sql, 'PRIMARY KEY(item)', 'PRIMARY KEY(item DESC)')",
];

pub fn case() -> Case {
    Case::bad(
        "bad/RC207-primary-key-out-of-order",
        "The second row of a WITHOUT ROWID table belongs before the first.",
        "SQLite, DESC written into sqlite_schema",
        Sqlite::Complains,
        material::made_by(SQL),
    )
}
