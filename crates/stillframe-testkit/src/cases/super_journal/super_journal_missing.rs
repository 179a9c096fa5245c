//! SJ101: the super-journal was left out of the copy, and nothing shows it.

use super::material::{Killed, SUPER_JOURNAL, files_without};
use crate::cases::{Case, Sqlite};

pub fn case() -> Case {
    Case::bad(
        "bad/SJ101-super-journal-missing",
        "A transaction over two databases was not yet committed, and its super-journal was not copied.",
        "killed before the super-journal was deleted, that left out",
        Sqlite::Content,
        files_without(Killed::BeforeCommit, &[SUPER_JOURNAL]),
    )
}
