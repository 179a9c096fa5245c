//! A database that was rolled back after a crash, and one of the same transaction that was not yet opened.

use super::material::{Killed, before, files, listing};
use crate::cases::Case;

pub fn case() -> Case {
    let mut files = files(Killed::BeforeCommit);
    files[0].1 = before();
    files[1].1 = Vec::new();
    files[4].1 = listing(&["app.db", "archive.db", "stock.db"]);
    Case::good(
        "good/rolled-back-one-of-several",
        "After a crash within a transaction over three databases, one was rolled back, one is still to be, and one is not here.",
        "killed before the super-journal was deleted, one database as it was before, its journal cut to nothing",
        files,
    )
}
