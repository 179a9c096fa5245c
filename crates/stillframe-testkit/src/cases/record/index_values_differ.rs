//! RC209: a small letter is a capital in the index.

use crate::cases::{Case, Sqlite, material};

const SQL: &[&str] = &[
    "CREATE TABLE orders(id INTEGER PRIMARY KEY, customer TEXT COLLATE NOCASE)",
    "CREATE INDEX orders_by_customer ON orders(customer)",
    "INSERT INTO orders VALUES(1, 'Ada'), (2, 'Blaise')",
];

fn changed() -> Vec<(&'static str, Vec<u8>)> {
    let mut files = material::made_by(SQL);
    let index = &mut files[0].1[2 * 512..];
    let place = index.windows(3).position(|name| name == b"Ada").unwrap();
    index[place..place + 3].copy_from_slice(b"adA");
    files
}

pub fn case() -> Case {
    Case::bad(
        "bad/RC209-index-values-differ",
        "The index has adA where the row has Ada, which NOCASE takes for the same.",
        "SQLite, a letter on page 3 changed",
        Sqlite::Complains,
        changed(),
    )
}
