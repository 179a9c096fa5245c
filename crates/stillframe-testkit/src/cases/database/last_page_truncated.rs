//! DB103: the file ends 200 bytes before the end of its last page.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/DB103-last-page-truncated",
        "The file ends 200 bytes before the end of its last page.",
        "good/rollback-mode without its last 200 bytes",
        Sqlite::Complains,
        material::rollback_mode_but(|database| database.truncate(database.len() - 200)),
    )
}
