//! RC213: the type of a value in an entry is another one.

use crate::cases::{Case, Sqlite, material};

const SQL: &[&str] = &[
    "CREATE TABLE orders(id INTEGER PRIMARY KEY, customer TEXT, is_open INTEGER)",
    "CREATE INDEX open_orders ON orders(customer) WHERE is_open",
    "INSERT INTO orders VALUES(1, 'Ada', 1), (2, 'Blaise', 1), (3, 'Carlos', 1)",
];

fn changed() -> Vec<(&'static str, Vec<u8>)> {
    let mut files = material::made_by(SQL);
    // The index is page 3.
    let index = &mut files[0].1[2 * 512..3 * 512];
    let place = index.windows(6).position(|name| name == b"Blaise").unwrap();
    // Before the name stand the types of the name and of the rowid.
    index[place - 2] += 2;
    files
}

pub fn case() -> Case {
    Case::bad(
        "bad/RC213-entry-invalid",
        "The entry of Blaise has a type whose length it does not have, in an index with a WHERE clause.",
        "SQLite, a serial type on page 3 made one longer",
        Sqlite::Complains,
        changed(),
    )
}
