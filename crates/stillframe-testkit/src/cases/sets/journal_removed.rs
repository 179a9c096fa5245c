//! A transaction was killed half-way, and somebody removed the journal that rolls it back.

use crate::cases::{Case, Sqlite, killed};

pub fn case() -> Case {
    Case {
        path: "sets/journal-removed",
        what: "A transaction was killed half-way, and somebody removed the journal that rolls it back.",
        made: "SQLite, killed in a transaction larger than its cache; app.db-journal was removed",
        sqlite: Sqlite::Complains,
        expects: vec!["BT108"],
        files: vec![killed::half_written().swap_remove(0)],
    }
}
