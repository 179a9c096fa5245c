//! A checkpoint skipped frames of the WAL, and the last connection was closed: the database alone is left, malformed.

use crate::cases::{Case, Sqlite, indexed};

pub fn case() -> Case {
    Case {
        path: "sets/page-writes-lost",
        what: "A checkpoint took frames for copied that it had skipped, and the WAL was deleted when all was closed.",
        made: "SQLite; nBackfill was set too far while the connection was open, and it was closed",
        sqlite: Sqlite::Complains,
        expects: vec!["BT108", "DB204"],
        files: vec![("app.db", indexed::closed_after_skipping())],
    }
}
