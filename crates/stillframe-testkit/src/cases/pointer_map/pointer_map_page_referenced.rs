//! PM103: the freelist names page 2.

use crate::cases::{Case, Sqlite, material};
use crate::naive::put32;

pub fn case() -> Case {
    Case::bad(
        "bad/PM103-pointer-map-page-referenced",
        "The freelist names page 2, the pointer map, as free.",
        "an auto-vacuum database, page 2 made a leaf of the freelist's page 5, the count at 36 set to 2",
        Sqlite::Complains,
        material::auto_vacuum_but(|database| {
            put32(database, 4 * 512 + 4, 1);
            put32(database, 4 * 512 + 8, 2);
            put32(database, 36, 2);
        }),
    )
}
