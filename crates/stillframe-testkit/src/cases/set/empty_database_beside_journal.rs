//! SET104: a database of no bytes beside the journal of a larger one.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    let mut files = material::hot_journal();
    for (name, bytes) in &mut files {
        if *name == "app.db" {
            bytes.clear();
        }
    }
    Case::bad(
        "bad/SET104-empty-database-beside-journal",
        "A database of no bytes beside the journal of one of 15 pages.",
        "the journal of bad/SET202-hot-journal, and an empty file",
        Sqlite::Content,
        files,
    )
}
