//! The same with its journal: a hot journal rolls the half of the transaction back.

use crate::cases::{Case, Sqlite, killed};

pub fn case() -> Case {
    Case {
        path: "sets/half-a-transaction",
        what: "A transaction was killed half-way, and its journal is there to roll it back.",
        made: "SQLite, killed in a transaction larger than its cache",
        sqlite: Sqlite::Content,
        expects: vec!["SET202"],
        files: killed::half_written(),
    }
}
