//! The WAL was copied before the database: harmless as long as no checkpoint ran in between.

use crate::builder::{Plan, Set, SetBuilder};
use crate::cases::{Case, Files, Sqlite, material};

pub fn cases() -> Vec<Case> {
    vec![
        Case {
            path: "sets/wal-then-database",
            what: "The WAL was copied, commits and a checkpoint followed, the database was copied: SQLite would put it back.",
            made: "SQLite: three commits, the WAL copied, thirty commits, all checkpointed, the database copied",
            sqlite: Sqlite::Content,
            expects: vec!["SET204"],
            files: copies(true, true).0,
        },
        Case {
            path: "sets/wal-then-database-without-page-1",
            what: "The same, and page 1 is not in the WAL: SQLite refuses the two together.",
            made: "SQLite: the same, with a WAL that was begun behind the statement that made the table",
            sqlite: Sqlite::Refuses(11),
            expects: vec!["DB101", "SET206"],
            files: copies(true, false).0,
        },
        Case {
            path: "sets/wal-then-database-without-checkpoint",
            what: "The WAL was copied, commits followed, the database was copied: SQLite shows the moment of the WAL.",
            made: "SQLite: three commits, the WAL copied, thirty commits, the database copied",
            sqlite: Sqlite::Content,
            expects: Vec::new(),
            files: copies(false, true).0,
        },
    ]
}

/// What the live connection showed when the database of the first two was copied, and when the WAL of the last one was.
pub fn truths() -> [String; 3] {
    [
        copies(true, true).1,
        copies(true, false).1,
        copies(false, true).2,
    ]
}

/// The files; what there was to see when the database was copied; and when the WAL was. Page 1 is in the WAL, or only in
/// the database.
fn copies(checkpointed: bool, has_page_1: bool) -> (Files, String, String) {
    let mut set = SetBuilder::new("wal-first", &Plan::with_page_size(512));
    set.commit("CREATE TABLE visit(id INTEGER PRIMARY KEY, guest TEXT); CREATE INDEX visit_by_guest ON visit(guest)");
    if !has_page_1 {
        set.checkpoint("TRUNCATE");
    }
    visits(&mut set, 3);
    let (wal, then) = (set.file("-wal"), set.content());
    visits(&mut set, 30);
    if checkpointed {
        set.checkpoint("PASSIVE");
    }
    let copy = Set { wal, ..set.copy() };
    (material::files(material::fixed(copy)), set.content(), then)
}

/// So many commits of five rows.
fn visits(set: &mut SetBuilder, commits: u32) {
    for _ in 0..commits {
        set.commit(
            "INSERT INTO visit(guest) SELECT 'guest ' || hex(value * (SELECT count(*) + 7919 FROM visit) % 1000003)
             FROM json_each('[1,2,3,4,5]')",
        );
    }
}
