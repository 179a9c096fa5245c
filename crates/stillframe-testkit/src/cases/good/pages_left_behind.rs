//! DB904: auto-vacuum made the database smaller, and the process was killed before the file was cut.

use crate::cases::{Case, killed};

pub fn case() -> Case {
    Case::good(
        "good/pages-left-behind",
        "A database that became smaller, in a file that was not yet cut.",
        "auto_vacuum=FULL, half of the rows deleted, killed when the journal was gone",
        killed::before_the_cut(),
    )
}
