//! Two pages of zeros follow the last page that the header counts.

use crate::cases::{Case, material};

pub fn case() -> Case {
    Case::good(
        "good/trailing-zero-pages",
        "Two pages of zeros follow the last page that the header counts.",
        "good/rollback-mode and 1,024 bytes of zeros",
        material::rollback_mode_but(|database| database.resize(database.len() + 1024, 0)),
    )
}
