//! RJ203: a database was restored, and the hot journal of another one with as many pages was left beside it.

use crate::cases::{Case, Sqlite, killed, material};

pub fn case() -> Case {
    let mut files = killed::spilled();
    let length = files[0].1.len();
    let restored = (1..).map(material::readings);
    files[0].1 = restored
        .into_iter()
        .find(|database| database.len() == length)
        .unwrap();
    Case::bad(
        "bad/RJ203-journal-breaks-database",
        "A database was restored, and the hot journal of another one with as many pages was left beside it.",
        "another database, and the journal of a transaction that was killed before page 1 was in it",
        Sqlite::Content,
        files,
    )
}
