//! Databases copied with their rollback journal while a transaction was under way, as a crash would leave them.

use rusqlite::backup::Backup;

use super::{Plan, Seed, SetBuilder, connect};

/// A database and its rollback journal as found.
#[derive(Debug, Clone)]
pub struct HotSet {
    /// What the set shows, in a few words joined by dashes.
    pub name: String,
    /// The database file.
    pub database: Vec<u8>,
    /// The journal.
    pub journal: Vec<u8>,
}

const SCHEMA: &str = "CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT); CREATE INDEX ti ON t(v);";
const FULL: &str = "PRAGMA synchronous=FULL;";

/// Every story: each has one journal that shows one thing.
pub fn hot_sets() -> Vec<HotSet> {
    let small = |name, mode| builder(name, 512, mode);
    let update = "BEGIN; UPDATE t SET v = v || 'x';";
    let mut sets = Vec::new();
    // Without syncing, a journal counts no records: as many as fit are played back.
    sets.push(copied(
        small("not-synced", "DELETE").sql(&rows(20)).sql(update),
    ));
    sets.push(copied(
        small("segments", "DELETE")
            .sql(&rows(60))
            .sql(FULL)
            .sql(update)
            .sql("UPDATE t SET v = v || 'y' WHERE id < 30; UPDATE t SET v = v || 'z'; DELETE FROM t WHERE id > 20;"),
    ));
    sets.push(copied(
        small("grown", "DELETE")
            .sql(&rows(3))
            .sql(FULL)
            .sql("BEGIN;")
            .sql(&rows(80)),
    ));
    let longer = |name| {
        let set = small(name, "PERSIST");
        set.sql(&rows(60))
            .sql(FULL)
            .sql("UPDATE t SET v = v || 'long'");
        set
    };
    sets.push(copied(&longer("left-over")));
    sets.push(copied(longer("over-left-over").sql("BEGIN; UPDATE t SET v = 'one' WHERE id = 7; PRAGMA cache_spill=1; UPDATE t SET v = 'two' WHERE id < 9;")));
    sets.push(copied(
        small("truncated", "TRUNCATE")
            .sql(&rows(9))
            .sql("UPDATE t SET v = 1"),
    ));
    for page_size in [1024, 4096, 65536] {
        let set = builder(&format!("pages-of-{page_size}"), page_size, "DELETE");
        sets.push(copied(set.sql(&rows(300)).sql(FULL).sql(update)));
    }
    sets.push(aborted_backup(100, 300));
    sets.push(aborted_backup(100, 0));
    sets
}

/// The destination of an online backup that was given up after so many pages: a database of so many rows lay there
/// before, or nothing.
pub fn aborted_backup(pages: i32, rows_before: u64) -> HotSet {
    let from = builder("source", 512, "DELETE");
    from.sql(&rows(2500));
    let to = builder(&format!("backup-over-{rows_before}-aborted"), 512, "DELETE");
    match rows_before {
        0 => std::fs::write(to.path(""), b"").unwrap(),
        count => drop(to.sql(&rows(count))),
    }
    let source = connect(&from.path(""));
    let mut target = connect(&to.path(""));
    target
        .execute_batch("PRAGMA cache_size=5; PRAGMA synchronous=FULL")
        .unwrap();
    let backup = Backup::new(&source, &mut target).unwrap();
    backup.step(pages).unwrap();
    copied(&to)
}

/// A random history, and a transaction under way.
pub fn random_hot_set(seed: u64) -> HotSet {
    let mut choose = Seed(seed);
    let plan = Plan {
        page_size: choose.pick(&[512, 512, 512, 1024, 4096]),
        reserved: choose.pick(&[0, 0, 8]),
        auto_vacuum: choose.pick(&["NONE", "NONE", "FULL", "INCREMENTAL"]),
        encoding: "UTF-8",
        cache_size: choose.pick(&[1, 5, 8, 2000]),
        journal_mode: choose.pick(&["DELETE", "PERSIST", "TRUNCATE"]),
    };
    let set = SetBuilder::new(&format!("random-journal-{seed}"), &plan);
    set.sql(SCHEMA);
    set.sql(choose.pick(&[
        FULL,
        FULL,
        "PRAGMA synchronous=OFF",
        "PRAGMA synchronous=NORMAL",
    ]));
    for _ in 0..choose.below(6) {
        set.sql(&change(&mut choose));
    }
    set.sql("BEGIN;");
    for _ in 0..=choose.below(5) {
        set.sql(&change(&mut choose));
    }
    copied(&set)
}

fn change(choose: &mut Seed) -> String {
    let some = 1 + choose.below(80);
    match choose.below(7) {
        0 | 1 => rows(some),
        2 => format!("DELETE FROM t WHERE id % 5 < {};", some % 6),
        3 => format!(
            "UPDATE t SET v = v || 'some text' WHERE id % 7 < {};",
            some % 8
        ),
        4 => "PRAGMA incremental_vacuum;".to_owned(),
        5 => format!("CREATE TABLE IF NOT EXISTS u{some}(a, b UNIQUE);"),
        _ => "UPDATE t SET v = upper(v) || id;".to_owned(),
    }
}

fn rows(count: u64) -> String {
    format!(
        "INSERT INTO t(v) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) \
         SELECT printf('%08d some text', i * 7919) FROM n;"
    )
}

fn builder(name: &str, page_size: u32, journal_mode: &'static str) -> SetBuilder {
    let plan = Plan {
        cache_size: 5,
        journal_mode,
        ..Plan::with_page_size(page_size)
    };
    let set = SetBuilder::new(name, &plan);
    set.sql(SCHEMA);
    set
}

fn copied(set: &SetBuilder) -> HotSet {
    HotSet {
        name: set.name.clone(),
        database: set.file(""),
        journal: set.file("-journal"),
    }
}
