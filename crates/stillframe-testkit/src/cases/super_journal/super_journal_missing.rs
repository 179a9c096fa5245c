//! SJ101: the super-journal was left out of the copy, and the database holds nothing of the transaction.

use super::material::{Killed, SUPER_JOURNAL, before, files_without};
use crate::cases::{Case, Sqlite};

pub fn case() -> Case {
    let archive = ["archive.db", "archive.db-journal", SUPER_JOURNAL];
    let mut files = files_without(Killed::BetweenDatabases, &archive);
    files[0].1 = before();
    Case::bad(
        "bad/SJ101-super-journal-missing",
        "A transaction over two databases was not yet committed, and its super-journal was not copied.",
        "killed before the first database was written, the super-journal and the other database left out",
        Sqlite::Content,
        files,
    )
}
