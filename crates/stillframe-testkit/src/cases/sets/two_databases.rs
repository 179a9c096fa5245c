//! Orders are moved from a shop's database to an archive, and the machine stops in the midst of the commit; then the same
//! in a backup that takes what ends in `.db` and in `-journal`, and in one that takes all but what ends in `-journal`.

use crate::cases::super_journal::material::{Killed, SUPER_JOURNAL, files, files_without};
use crate::cases::{Case, Sqlite};

/// With all files, without the super-journal, and without the journals.
pub fn cases() -> Vec<Case> {
    let killed = Killed::BetweenDatabases;
    vec![
        Case {
            path: "sets/two-databases",
            what: "A transaction over two databases, killed while it was committed: SQLite rolls both back.",
            made: "SQLite, killed when one of them was written",
            sqlite: Sqlite::Content,
            expects: vec!["SET202"],
            files: files(killed),
        },
        Case {
            path: "sets/two-databases-without-super-journal",
            what: "The same without the super-journal: SQLite leaves the orders that were to be moved in neither of the two.",
            made: "SQLite, killed when one of them was written, the super-journal left out",
            sqlite: Sqlite::Content,
            expects: vec!["SJ201"],
            files: files_without(killed, &[SUPER_JOURNAL]),
        },
        Case {
            path: "sets/two-databases-without-journals",
            what: "The same without the journals: what shows that something is missing is the super-journal, which lists them.",
            made: "SQLite, killed when one of them was written, both journals left out",
            sqlite: Sqlite::Content,
            expects: vec!["SJ202"],
            files: files_without(killed, &["app.db-journal", "archive.db-journal"]),
        },
    ]
}
