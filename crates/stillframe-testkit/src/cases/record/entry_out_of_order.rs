//! RC212: two entries of an index changed places.

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
    index[8..12].rotate_left(2);
    files
}

pub fn case() -> Case {
    Case::bad(
        "bad/RC212-entry-out-of-order",
        "The entries of Ada and Blaise stand in the wrong order, in an index with a WHERE clause.",
        "SQLite, the first two cell pointers of page 3 changed places",
        Sqlite::Complains,
        changed(),
    )
}
