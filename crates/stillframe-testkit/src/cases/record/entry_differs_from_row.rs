//! RC214: a letter in an entry is another one.

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
    index[place + 5] = b'd';
    files
}

pub fn case() -> Case {
    Case::bad(
        "bad/RC214-entry-differs-from-row",
        "The index of open orders says Blaisd where row 2 says Blaise.",
        "SQLite, a letter on page 3 changed",
        Sqlite::Complains,
        changed(),
    )
}
