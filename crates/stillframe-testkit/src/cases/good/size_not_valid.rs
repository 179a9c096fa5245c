//! DB901: the header does not count the pages, as before SQLite 3.7.0.

use crate::cases::{Case, material};

pub fn case() -> Case {
    Case::good(
        "good/size-not-valid",
        "The header counts no pages, as versions before 3.7.0 left it: the size of the file counts.",
        "good/rollback-mode, the count at 28 set to 0",
        material::rollback_mode_but(|database| database[28..32].fill(0)),
    )
}
