//! BT110: above the only leaf of a table there are 20 pages.

use crate::cases::btree::interior;
use crate::cases::{Case, Sqlite, material};
use crate::naive::put32;

pub fn case() -> Case {
    Case::bad(
        "bad/BT110-tree-too-deep",
        "The only leaf of the table has 20 pages above it, each with one child.",
        "a table of one leaf, and 20 pages above it",
        Sqlite::Complains,
        vec![("app.db", deep())],
    )
}

/// Pages 2 to 21 lead each to the next, and page 22 is the leaf.
fn deep() -> Vec<u8> {
    let mut database = material::readings(3);
    let leaf = database.split_off(512);
    for page in 2..=21 {
        database.extend(interior(&[], page + 1));
    }
    database.extend(leaf);
    put32(&mut database, 28, 22);
    database
}
