//! Transactions with a rollback journal, to be killed at any moment.

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use crate::recorder::{Device, Disk, Recording, open, record};

/// Something that SQLite does with a rollback journal.
#[derive(Clone, Debug)]
pub struct JournalStory {
    /// What, in a few words joined by dashes.
    pub name: String,
    /// The files, at any moment.
    pub recording: Recording,
    /// The databases among them.
    pub databases: Vec<&'static str>,
}

/// A table of a hundred rows of some hundred letters.
const LOG: &str = "CREATE TABLE log (text); CREATE INDEX log_text ON log (text);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n LIMIT 100)
    INSERT INTO log SELECT printf('%.*c', 150 + i, char(65 + i % 26)) FROM n;";
/// Changes all of it, with a cache of a few pages.
const CHANGE: &str =
    "UPDATE log SET text = lower(text) || 'x'; DELETE FROM log WHERE rowid % 3 = 0;";

/// Every story.
pub fn journal_stories() -> Vec<JournalStory> {
    let mut stories = Vec::new();
    for mode in ["DELETE", "PERSIST", "TRUNCATE"] {
        stories.push(changed(mode, 2000));
        stories.push(changed(mode, 5));
        stories.push(persisted_then_shorter(mode));
    }
    for sector in [512, 4096, 65536] {
        stories.push(sectors(sector));
    }
    for auto_vacuum in ["NONE", "FULL", "INCREMENTAL"] {
        stories.push(shrinks_and_grows(auto_vacuum));
    }
    for page_size in [512, 4096, 65536] {
        stories.push(vacuum_to(page_size));
    }
    for databases in [2, 3] {
        for mode in ["DELETE", "PERSIST", "TRUNCATE"] {
            stories.push(attached(databases, mode));
        }
    }
    stories.push(begins());
    stories.push(rolls_back());
    stories.push(backup_over_a_database());
    stories.push(backup_into_nothing());
    for cache_size in [5, 2000] {
        stories.push(vacuum_into(cache_size));
    }
    stories
}

/// A database of the table, in the mode.
fn made(name: &str, mode: &str) -> Connection {
    let database = open(name).unwrap();
    let settings = format!("PRAGMA page_size=1024; PRAGMA journal_mode={mode};");
    database.execute_batch(&settings).unwrap();
    database
}

fn disk(make: impl FnOnce()) -> Disk {
    record(&Disk::default(), Device::default(), make).after
}

fn story(
    name: impl Into<String>,
    device: Device,
    before: &Disk,
    databases: &[&'static str],
    run: impl FnOnce(),
) -> JournalStory {
    JournalStory {
        name: name.into(),
        recording: record(before, device, run),
        databases: databases.to_vec(),
    }
}

/// Runs SQL on one database.
fn of_one(name: String, device: Device, before: &Disk, sql: &str) -> JournalStory {
    story(name, device, before, &["app.db"], || {
        open("app.db").unwrap().execute_batch(sql).unwrap();
    })
}

/// A transaction; with a small cache it spills, and the journal has several segments.
fn changed(mode: &str, cache_size: u32) -> JournalStory {
    let before = disk(|| made("app.db", mode).execute_batch(LOG).unwrap());
    let sql = format!(
        "PRAGMA journal_mode={mode}; PRAGMA cache_size={cache_size}; BEGIN; {CHANGE} COMMIT"
    );
    let name = format!("changed-{}-{cache_size}", mode.to_lowercase());
    of_one(name, Device::default(), &before, &sql)
}

/// A long transaction and then a short one, over what the first left of its journal.
fn persisted_then_shorter(mode: &str) -> JournalStory {
    let before = disk(|| made("app.db", mode).execute_batch(LOG).unwrap());
    let sql = format!(
        "PRAGMA journal_mode={mode}; {CHANGE} UPDATE log SET text = 'short' WHERE rowid = 1;"
    );
    let name = format!("long-then-short-{}", mode.to_lowercase());
    of_one(name, Device::default(), &before, &sql)
}

/// A device on which a write may damage what is beside it in its sector.
fn sectors(sector: u32) -> JournalStory {
    let before = disk(|| made("app.db", "DELETE").execute_batch(LOG).unwrap());
    let device = Device {
        sector,
        is_powersafe: false,
    };
    let sql = format!("PRAGMA cache_size=5; BEGIN; {CHANGE} COMMIT");
    of_one(format!("sectors-of-{sector}"), device, &before, &sql)
}

/// A transaction that frees pages and takes more than there were.
fn shrinks_and_grows(auto_vacuum: &str) -> JournalStory {
    let before = disk(|| {
        let database = made("app.db", "DELETE");
        let setting = format!("PRAGMA auto_vacuum={auto_vacuum}; {LOG}");
        database.execute_batch(&setting).unwrap();
    });
    let sql = format!(
        "PRAGMA cache_size=5; BEGIN; DELETE FROM log WHERE rowid > 20; PRAGMA incremental_vacuum; COMMIT;
         BEGIN; {CHANGE} INSERT INTO log SELECT text || 'more' || a.rowid FROM log a, (SELECT 1 UNION SELECT 2); COMMIT"
    );
    let name = format!("shrinks-and-grows-{}", auto_vacuum.to_lowercase());
    of_one(name, Device::default(), &before, &sql)
}

/// The page size changes.
fn vacuum_to(page_size: u32) -> JournalStory {
    let before = disk(|| made("app.db", "DELETE").execute_batch(LOG).unwrap());
    let sql = format!("PRAGMA page_size={page_size}; VACUUM");
    of_one(
        format!("vacuum-to-{page_size}"),
        Device::default(),
        &before,
        &sql,
    )
}

/// A transaction over several databases, whose journals name a super-journal.
fn attached(count: usize, mode: &str) -> JournalStory {
    let names = &["app.db", "second.db", "third.db"][..count];
    let before = disk(|| {
        for name in names {
            made(name, mode).execute_batch(LOG).unwrap();
        }
    });
    let name = format!("{count}-databases-{}", mode.to_lowercase());
    story(name, Device::default(), &before, names, || {
        let database = open("app.db").unwrap();
        let mut sql = String::new();
        for name in &names[1..] {
            let schema = name.trim_end_matches(".db");
            sql += &format!("ATTACH '{name}' AS {schema};");
        }
        sql += &format!("PRAGMA journal_mode={mode}; BEGIN;");
        for name in names {
            let schema = match *name {
                "app.db" => "main",
                other => other.trim_end_matches(".db"),
            };
            sql += &format!("UPDATE {schema}.log SET text = 'x' || text WHERE rowid % 2 = 0;");
        }
        sql += "COMMIT";
        database.execute_batch(&sql).unwrap();
    })
}

/// The first transaction of a new database.
fn begins() -> JournalStory {
    of_one(
        "begins".to_owned(),
        Device::default(),
        &Disk::default(),
        &format!("PRAGMA cache_size=5; {LOG}"),
    )
}

/// A transaction that is rolled back, after it spilled.
fn rolls_back() -> JournalStory {
    let before = disk(|| made("app.db", "DELETE").execute_batch(LOG).unwrap());
    let sql = format!("PRAGMA cache_size=5; BEGIN; {CHANGE} ROLLBACK");
    of_one("rolls-back".to_owned(), Device::default(), &before, &sql)
}

/// A backup, some pages at a time, over what the destination held before.
fn backup_over_a_database() -> JournalStory {
    let before = disk(|| {
        made("app.db", "DELETE").execute_batch(LOG).unwrap();
        let other = "CREATE TABLE other (text); INSERT INTO other VALUES (hex(zeroblob(9000)))";
        made("copy.db", "DELETE").execute_batch(other).unwrap();
    });
    backup("backup-over-a-database", &before)
}

/// A backup into a file that is new.
fn backup_into_nothing() -> JournalStory {
    let before = disk(|| made("app.db", "DELETE").execute_batch(LOG).unwrap());
    backup("backup-into-nothing", &before)
}

fn backup(name: &str, before: &Disk) -> JournalStory {
    story(
        name,
        Device::default(),
        before,
        &["app.db", "copy.db"],
        || {
            let source = open("app.db").unwrap();
            let mut copy = open("copy.db").unwrap();
            copy.execute_batch("PRAGMA cache_size=5").unwrap();
            let backup = Backup::new(&source, &mut copy).unwrap();
            while backup.step(7).unwrap() != StepResult::Done {}
        },
    )
}

/// `VACUUM INTO` a file that is new; with room for all pages in the cache, page 1 is the first that is written.
fn vacuum_into(cache_size: u32) -> JournalStory {
    let before = disk(|| made("app.db", "DELETE").execute_batch(LOG).unwrap());
    story(
        format!("vacuum-into-{cache_size}"),
        Device::default(),
        &before,
        &["app.db", "copy.db"],
        || {
            let database = open("app.db").unwrap();
            let sql = format!("PRAGMA cache_size={cache_size}; VACUUM INTO 'copy.db'");
            database.execute_batch(&sql).unwrap();
        },
    )
}
