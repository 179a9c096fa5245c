//! DB101: the header counts three pages more than the file has.

use crate::cases::{Case, Sqlite, material};
use crate::naive::{be32, put32};

pub fn case() -> Case {
    Case::bad(
        "bad/DB101-size-exceeds-file",
        "The header counts three pages more than the file has.",
        "good/rollback-mode, the count at 28 raised by 3",
        Sqlite::Refuses(11),
        material::rollback_mode_but(|database| {
            let pages = be32(database, 28);
            put32(database, 28, pages + 3);
        }),
    )
}
