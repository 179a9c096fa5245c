//! RC215: an entry stands in the place of another one.

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
    let place = |name: &[u8]| index.windows(6).position(|other| other == name).unwrap();
    let (blaise, carlos) = (place(b"Blaise"), place(b"Carlos"));
    index.copy_within(blaise - 4..blaise + 7, carlos - 4);
    files
}

pub fn case() -> Case {
    Case::bad(
        "bad/RC215-row-twice-in-index",
        "The index of open orders has two entries for row 2, and none for row 3.",
        "SQLite, the entry of row 2 copied over that of row 3 on page 3",
        Sqlite::Complains,
        changed(),
    )
}
