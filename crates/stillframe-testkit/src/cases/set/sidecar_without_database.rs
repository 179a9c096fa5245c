//! SET103: a journal and no database.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    let mut files = material::hot_journal();
    files.retain(|file| file.0 == "app.db-journal");
    Case::bad(
        "bad/SET103-sidecar-without-database",
        "The journal of a transaction, and no database.",
        "the journal of bad/SET202-hot-journal, alone",
        Sqlite::Content,
        files,
    )
}
