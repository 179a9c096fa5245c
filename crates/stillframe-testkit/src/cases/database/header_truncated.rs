//! DB002: the file ends inside the database header.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/DB002-header-truncated",
        "The file ends inside the database header.",
        "the first 60 bytes of good/rollback-mode",
        Sqlite::Complains,
        material::rollback_mode_but(|database| database.truncate(60)),
    )
}
