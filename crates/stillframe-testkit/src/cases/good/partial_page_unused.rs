//! DB902: a part of a page follows the last page that the header counts.

use crate::cases::{Case, material};

pub fn case() -> Case {
    Case::good(
        "good/partial-page-unused",
        "A part of a page follows the last page that the header counts.",
        "good/rollback-mode and 100 bytes",
        material::rollback_mode_but(|database| database.extend([0x55; 100])),
    )
}
