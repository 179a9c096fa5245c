//! Copies that were made while a checkpoint ran: the database from before it, the WAL from after it; and one file whose
//! two ends are of different moments.

use crate::builder::{Plan, Set, SetBuilder};
use crate::cases::{Case, Files, Sqlite, material};

/// What becomes of the WAL between the two copies.
#[derive(Clone, Copy)]
enum After {
    /// It is begun anew over its old frames, with one commit.
    Reset,
    /// It is begun anew, and half of its old frames are written over.
    HalfOverwritten,
    /// It is emptied first.
    Truncated,
}

pub fn cases() -> Vec<Case> {
    vec![
        Case {
            path: "sets/database-then-wal",
            what: "The database was copied, a checkpoint began the WAL anew, the WAL was copied: SQLite shows neither moment.",
            made: "SQLite: eight commits, the database copied, all checkpointed, one commit, the WAL copied",
            sqlite: Sqlite::Complains,
            expects: vec!["SET205", "WAL203"],
            files: database_then_wal(After::Reset).0,
        },
        Case {
            path: "sets/database-then-wal-overwritten",
            what: "The same, when the new frames had been written over half of the old ones.",
            made: "SQLite: the same with updates of other rows behind the checkpoint",
            sqlite: Sqlite::Complains,
            expects: vec!["SET206", "WAL203"],
            files: database_then_wal(After::HalfOverwritten).0,
        },
        Case {
            path: "sets/database-then-emptied-wal",
            what: "The same, when the checkpoint had emptied the WAL: nothing of the old frames is left.",
            made: "SQLite: the same with a checkpoint that truncates",
            sqlite: Sqlite::Complains,
            expects: vec!["SET206", "WAL203"],
            files: database_then_wal(After::Truncated).0,
        },
        Case {
            path: "sets/database-then-wal-two-checkpoints",
            what: "The database was copied, the WAL was begun anew twice, the WAL was copied: SQLite shows neither moment.",
            made: "SQLite: ten updates, the database copied, a checkpoint, one update, a checkpoint, one update, the WAL copied",
            sqlite: Sqlite::Content,
            expects: vec!["SET205"],
            files: two_checkpoints(),
        },
        Case {
            path: "sets/old-head-new-tail",
            what: "One file, copied slowly while a checkpoint wrote to it: its first pages are old, its last ones new.",
            made: "SQLite; the first half of a database from before a checkpoint, the rest from after it",
            sqlite: Sqlite::Complains,
            expects: vec!["BT108", "DB204"],
            files: halves(false),
        },
        Case {
            path: "sets/new-head-old-tail",
            what: "One file, copied faster than a checkpoint wrote to it: its first pages are new, its last ones old.",
            made: "SQLite; the first half of a database from after a checkpoint, the rest from before it",
            sqlite: Sqlite::Refuses(11),
            expects: vec!["DB101"],
            files: halves(true),
        },
    ]
}

/// What the live connection showed when the WAL of `sets/database-then-wal` was copied.
pub fn truth() -> String {
    database_then_wal(After::Reset).1
}

fn database_then_wal(after: After) -> (Files, String) {
    let mut set = open();
    insert(&mut set, 30);
    set.checkpoint("TRUNCATE");
    // Pages that are written again by later commits, as the busiest pages of a database are.
    for _ in 0..8 {
        insert(&mut set, 8);
    }
    let database = set.file("");
    set.checkpoint(match after {
        After::Truncated => "TRUNCATE",
        After::Reset | After::HalfOverwritten => "RESTART",
    });
    match after {
        After::HalfOverwritten => {
            for id in 1..=10 {
                set.commit(&format!(
                    "UPDATE reading SET value = 'put right' WHERE id = {id}"
                ));
            }
        }
        After::Reset | After::Truncated => insert(&mut set, 1),
    }
    let copy = Set {
        database,
        ..set.copy()
    };
    (material::files(material::fixed(copy)), set.content())
}

/// The frames that the database lacks are of the generation before the one before, and in between is one that was written
/// over.
fn two_checkpoints() -> Files {
    let mut set = SetBuilder::new("two-checkpoints", &Plan::with_page_size(512));
    set.commit("CREATE TABLE visit(id INTEGER PRIMARY KEY, times INTEGER, note TEXT)");
    set.commit(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
         INSERT INTO visit SELECT i, 1, printf('guest %040d', i) FROM n",
    );
    set.checkpoint("TRUNCATE");
    let update = |set: &mut SetBuilder, id: u32| {
        set.commit(&format!(
            "UPDATE visit SET times = times + 1 WHERE id = {id}"
        ));
    };
    let database = set.file("");
    (0..10).for_each(|number| update(&mut set, 1 + 20 * number));
    for id in [200, 200] {
        set.checkpoint("RESTART");
        update(&mut set, id);
    }
    let copy = Set {
        database,
        ..set.copy()
    };
    material::files(material::fixed(copy))
}

/// A database of two moments: its first half from before or after a checkpoint that made it larger, the rest of the other.
fn halves(is_head_new: bool) -> Files {
    let mut set = open();
    insert(&mut set, 60);
    set.checkpoint("TRUNCATE");
    let before = set.file("");
    set.commit("DELETE FROM reading WHERE id % 3 = 0");
    insert(&mut set, 60);
    set.checkpoint("TRUNCATE");
    let after = set.file("");
    assert!(before.len() < after.len());
    let middle = before.len() / 1024 * 512;
    let (head, tail) = if is_head_new {
        (&after, &before)
    } else {
        (&before, &after)
    };
    vec![("app.db", [&head[..middle], &tail[middle..]].concat())]
}

fn open() -> SetBuilder {
    let mut set = SetBuilder::new("across", &Plan::with_page_size(512));
    set.commit("CREATE TABLE reading(id INTEGER PRIMARY KEY, value TEXT); CREATE INDEX reading_by_value ON reading(value)");
    set
}

/// One commit of so many rows, whose values are in their order.
fn insert(set: &mut SetBuilder, rows: u32) {
    set.commit(&format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})
         INSERT INTO reading(value) SELECT printf('reading %04d', (SELECT count(*) FROM reading) + i) FROM n"
    ));
}
