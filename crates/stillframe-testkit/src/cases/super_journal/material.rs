//! A transaction over two databases, killed while it was committed.

use crate::cases::Files;
use crate::cases::material::{ROWS, SALTS, TABLE};
use crate::naive::{self, be32};
use crate::recorder::{Device, Disk, Recording, open, record};
use crate::rewrite;

/// The super-journal of the fixtures, beside `app.db`.
pub const SUPER_JOURNAL: &str = "app.db-mj5711F49A3";
/// The path of the folder that the databases were in.
pub const FOLDER: &str = "/srv/shop";

const PAGE: u32 = 512;

/// A shop's orders, and an archive that the paid ones are moved to.
fn moving() -> Recording {
    let make = |name: &str| {
        let database = open(name).unwrap();
        database.execute_batch("PRAGMA page_size=512").unwrap();
        database.execute_batch(&format!("{TABLE} {ROWS}")).unwrap();
    };
    let device = Device::default();
    let before = record(&Disk::default(), device, || {
        make("app.db");
        make("archive.db");
    });
    record(&before.after, device, || {
        let database = open("app.db").unwrap();
        let sql = "ATTACH 'archive.db' AS archive; BEGIN;
            INSERT INTO archive.orders SELECT id + 100, customer, item, cents FROM main.orders WHERE cents < 5000;
            DELETE FROM main.orders WHERE cents < 5000; COMMIT";
        database.execute_batch(sql).unwrap();
    })
}

/// When it is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Killed {
    /// When one database was written, and the journal of the other was not synced yet.
    BeforeTheSync,
    /// When one database was written, and the other was to be next.
    BetweenDatabases,
    /// When both were written, and the super-journal was to be deleted next.
    BeforeCommit,
}

/// The files of a moment, as they are at every run.
pub fn files(killed: Killed) -> Files {
    let moving = moving();
    let mut moments = moving.moments();
    let archive = moments.next().unwrap().files["archive.db"].clone();
    let is_then = |moment: &Disk| {
        let journal = moment.files.get("archive.db-journal");
        let ends = |journal: &Vec<u8>| journal.ends_with(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7");
        let is_named = journal.is_some_and(ends);
        let is_synced = journal.is_some_and(|journal| journal.starts_with(&[0xd9]));
        let is_of = match killed {
            Killed::BeforeTheSync => is_named && !is_synced,
            Killed::BetweenDatabases => moment.files["archive.db"] == archive,
            Killed::BeforeCommit => true,
        };
        is_of && moment.files.keys().any(|name| name.contains("-mj"))
    };
    let moment = moments.filter(is_then).last().unwrap();
    let journal = |name: &str| {
        let journal = &moment.files[name];
        renamed(journal, &format!("{FOLDER}/{SUPER_JOURNAL}"))
    };
    vec![
        ("app.db", moment.files["app.db"].clone()),
        ("app.db-journal", journal("app.db-journal")),
        ("archive.db", moment.files["archive.db"].clone()),
        ("archive.db-journal", journal("archive.db-journal")),
        (SUPER_JOURNAL, listing(&["app.db", "archive.db"])),
    ]
}

/// The same without the files of these names.
pub fn files_without(killed: Killed, lost: &[&str]) -> Files {
    let mut files = files(killed);
    files.retain(|(name, _)| !lost.contains(name));
    files
}

/// The database `app.db` as it was before the transaction.
pub fn before() -> Vec<u8> {
    let first = moving().moments().next().unwrap();
    first.files["app.db"].clone()
}

/// A super-journal that lists the journals of these databases.
pub fn listing(databases: &[&str]) -> Vec<u8> {
    let journals = databases.iter();
    journals
        .flat_map(|name| format!("{FOLDER}/{name}-journal\0").into_bytes())
        .collect()
}

/// A journal with the nonce of the fixtures, and another name of its super-journal.
pub fn renamed(journal: &[u8], name: &str) -> Vec<u8> {
    let tail = journal.len() - 16;
    let named = be32(journal, tail) as usize;
    let records = &journal[..tail - named - 4];
    let mut bytes = rewrite::renonce(records, PAGE as usize, SALTS.1);
    bytes.extend(naive::super_journal(name.as_bytes(), PAGE));
    bytes
}
