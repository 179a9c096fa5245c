//! OV101: the last page of an overflow chain is free.

use crate::cases::{Case, Sqlite, material};
use crate::naive::put32;

pub fn case() -> Case {
    Case::bad(
        "bad/OV101-overflow-length-mismatch",
        "The last of the three overflow pages of a row is on the freelist, and not in its chain.",
        "a database with a row of 1,500 bytes, page 7 taken out of its chain and made a leaf of the freelist's page 2",
        Sqlite::Complains,
        material::overflow_but(|database| {
            put32(database, 5 * 512, 0);
            put32(database, 512 + 4, 1);
            put32(database, 512 + 8, 7);
            put32(database, 36, 2);
        }),
    )
}
