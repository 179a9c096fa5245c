//! BT112: the table's root page is on the freelist, too.

use crate::cases::{Case, Sqlite, material};
use crate::naive::put32;

pub fn case() -> Case {
    Case::bad(
        "bad/BT112-page-used-twice",
        "The freelist names the root page of the table as free.",
        "good/rollback-mode, page 3 made a leaf of the freelist's page 2, the count at 36 set to 2",
        Sqlite::Complains,
        material::rollback_mode_but(|database| {
            put32(database, 512 + 4, 1);
            put32(database, 512 + 8, 3);
            put32(database, 36, 2);
        }),
    )
}
