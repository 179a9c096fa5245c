//! BT109: below one child of the root are two leaves, the others are leaves.

use crate::cases::btree::interior;
use crate::cases::{Case, Sqlite, material};
use crate::naive::put32;

pub fn case() -> Case {
    Case::bad(
        "bad/BT109-child-depth-differs",
        "The first child of the table's root has two leaves below it, and the other two are leaves.",
        "a table of four leaves, the first two put below a new page",
        Sqlite::Complains,
        vec![("app.db", uneven())],
    )
}

/// The root of 40 rows is page 2, and leaves are pages 3 to 6, up to rows 13, 25, 37 and 40.
fn uneven() -> Vec<u8> {
    let mut database = material::readings(40);
    database[512..1024].copy_from_slice(&interior(&[(7, 25), (5, 37)], 6));
    database.extend(interior(&[(3, 13)], 4));
    put32(&mut database, 28, 7);
    database
}
