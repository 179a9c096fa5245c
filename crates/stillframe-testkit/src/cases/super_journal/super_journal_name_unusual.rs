//! SJ203: a journal that names itself as its super-journal.

use crate::cases::{Case, Sqlite, material};
use crate::naive;

pub fn case() -> Case {
    let mut files = material::persisted_journal();
    files[1]
        .1
        .extend(naive::super_journal(b"app.db-journal", 512));
    Case::bad(
        "bad/SJ203-super-journal-name-unusual",
        "A journal names itself as its super-journal.",
        "good/persisted-journal, the name of the journal put at the end of it",
        Sqlite::Content,
        files,
    )
}
