//! PM101: the entry of the table's root page begins with 0.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/PM101-pointer-map-entry-unreadable",
        "The pointer map's entry of the table's root page begins with 0, which is no kind of page.",
        "an auto-vacuum database, the first byte of page 2 set to 0",
        Sqlite::Complains,
        material::auto_vacuum_but(|database| database[512] = 0),
    )
}
