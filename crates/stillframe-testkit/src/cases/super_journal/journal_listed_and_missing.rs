//! SJ202: one of the journals that the super-journal lists is missing.

use super::material::{Killed, files_without};
use crate::cases::{Case, Sqlite};

pub fn case() -> Case {
    Case::bad(
        "bad/SJ202-journal-listed-and-missing",
        "The super-journal lists the journals of two databases, and this one has none.",
        "killed before the super-journal was deleted, a journal left out",
        Sqlite::Content,
        files_without(Killed::BeforeCommit, &["app.db-journal"]),
    )
}
