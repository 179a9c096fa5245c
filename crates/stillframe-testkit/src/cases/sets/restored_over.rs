//! A database was restored over a live one, and the WAL of that was left beside it.

use crate::builder::{Plan, SetBuilder};
use crate::cases::{Case, Files, Sqlite, material};
use crate::oracle::Oracle;

pub fn cases() -> Vec<Case> {
    vec![
        Case {
            path: "sets/restored-beside-whole-wal",
            what: "A database was restored, and the WAL that was left beside it holds every page of another one.",
            made: "SQLite: a database, beside the WAL of another one that was never checkpointed",
            sqlite: Sqlite::Content,
            expects: vec!["SET204"],
            files: beside_whole_wal().0,
        },
        Case {
            path: "sets/restored-beside-wal-of-same-age",
            what: "The same, and by chance both databases had changed as often: nothing but their rows tells them apart.",
            made: "SQLite: a database of as many transactions, beside the WAL of another one",
            sqlite: Sqlite::Content,
            expects: Vec::new(),
            files: beside_wal_of_same_age(),
        },
        Case {
            path: "sets/restored-beside-high-pages",
            what: "An older copy was restored, and the WAL that was left beside it holds pages behind its end only.",
            made: "SQLite: a database of four pages, beside its WAL from when it had more than thirty",
            sqlite: Sqlite::Content,
            expects: vec!["SET206", "WAL203"],
            files: beside_high_pages().0,
        },
        Case {
            path: "sets/restored-and-opened",
            what: "The same after SQLite has opened it: pages of the WAL are in the file, behind those that page 1 counts.",
            made: "sets/restored-beside-high-pages, checkpointed by SQLite",
            sqlite: Sqlite::Content,
            expects: vec!["DB204"],
            files: opened(),
        },
        Case {
            path: "sets/restored-beside-root-pages",
            what: "An older copy was restored, and the WAL that was left beside it holds the root pages of its tables.",
            made: "SQLite: a database of four pages, beside its WAL from when it had more than thirty",
            sqlite: Sqlite::Complains,
            expects: vec!["WAL203"],
            files: beside_root_pages().0,
        },
    ]
}

/// What each database showed by itself when it was copied: the first, the second, and the last.
pub fn truths() -> [String; 3] {
    [
        beside_whole_wal().1,
        beside_high_pages().1,
        beside_root_pages().1,
    ]
}

fn beside_whole_wal() -> (Files, String) {
    let plan = Plan {
        journal_mode: "DELETE",
        ..Plan::with_page_size(512)
    };
    let set = SetBuilder::new("restored", &plan);
    set.sql("CREATE TABLE contact(id INTEGER PRIMARY KEY, name TEXT)");
    for name in ["Ada", "Emmy", "Sofja"] {
        set.sql(&format!("INSERT INTO contact(name) VALUES('{name}')"));
    }
    let truth = set.content();
    set.sql("PRAGMA journal_mode=WAL");
    let files = vec![
        ("app.db", set.close()),
        ("app.db-wal", material::whole_wal(512).wal),
    ];
    (files, truth)
}

fn beside_wal_of_same_age() -> Files {
    let mut set = SetBuilder::new("same-age", &Plan::with_page_size(512));
    set.commit("CREATE TABLE contact(id INTEGER PRIMARY KEY, name TEXT)");
    set.commit("INSERT INTO contact(name) VALUES('Ada'), ('Emmy'), ('Sofja')");
    vec![
        ("app.db", set.close()),
        ("app.db-wal", material::whole_wal(512).wal),
    ]
}

fn beside_high_pages() -> (Files, String) {
    beside_later(|set| {
        for id in [500, 550] {
            set.commit(&format!(
                "UPDATE entry SET line = 'line {id} again' WHERE id = {id}"
            ));
        }
    })
}

fn beside_root_pages() -> (Files, String) {
    beside_later(|set| {
        set.commit("INSERT INTO entry(line) SELECT 'one more ' || id FROM entry LIMIT 200");
        set.commit("CREATE INDEX entry_by_line ON entry(line)");
    })
}

/// A small database, and the WAL in which `change` is done to it when it had grown.
fn beside_later(change: impl FnOnce(&mut SetBuilder)) -> (Files, String) {
    let mut set = SetBuilder::new("older", &Plan::with_page_size(512));
    set.commit("CREATE TABLE entry(id INTEGER PRIMARY KEY, line TEXT); CREATE TABLE tag(id INTEGER PRIMARY KEY, name TEXT)");
    entries(&mut set, 10);
    set.checkpoint("TRUNCATE");
    let (database, truth) = (set.file(""), set.content());
    entries(&mut set, 590);
    set.checkpoint("TRUNCATE");
    change(&mut set);
    let wal = material::fixed(set.copy()).wal;
    (vec![("app.db", database), ("app.db-wal", wal)], truth)
}

fn opened() -> Files {
    let files = beside_high_pages().0;
    let database = Oracle::new().checkpoint(&files[0].1, &files[1].1);
    vec![("app.db", database.unwrap())]
}

fn entries(set: &mut SetBuilder, rows: u32) {
    set.commit(&format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})
         INSERT INTO entry(line) SELECT 'line ' || i FROM n"
    ));
}
