//! PM102: the pointer map takes a root page for an inner page.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/PM102-pointer-map-entry-mismatch",
        "The pointer map takes the table's root page for a child of another page.",
        "an auto-vacuum database, the first byte of page 2 set to 5",
        Sqlite::Complains,
        material::auto_vacuum_but(|database| database[512] = 5),
    )
}
