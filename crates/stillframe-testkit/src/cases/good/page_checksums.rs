//! DB905: the database keeps sums of its pages, as `cksumvfs` writes them; the WAL was begun anew since.

use crate::cases::{Case, material};

pub fn case() -> Case {
    Case::good(
        "good/page-checksums",
        "The pages of the database file have sums, which those left in the WAL have not.",
        "SQLite, 8 bytes reserved on each page, a complete checkpoint, one small commit; the pages of the file summed",
        material::files(material::page_checksums()),
    )
}
