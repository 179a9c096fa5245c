//! What SQLite leaves when it is killed, or given up, in the middle of something: `app.db` and its journal.

use super::material::{MORE_ROWS, ROWS, SALTS, TABLE};
use crate::oracle::Oracle;
use crate::recorder::{Device, Disk, Recording, open, record};
use crate::rewrite;

type Files = Vec<(&'static str, Vec<u8>)>;

const SETTINGS: &str = "PRAGMA page_size=512; PRAGMA cache_size=5;";

/// A transaction that was killed once its journal was complete, and before it wrote to the database.
pub fn before_the_first_page() -> Files {
    let recording = update("PRAGMA synchronous=FULL");
    let before = recording.moments().next().unwrap().files["app.db"].clone();
    let counts = |journal: &[u8]| journal.len() > 5 * 520 && journal[8..12] != [0; 4];
    first(&recording, |database, journal| {
        database == before && counts(journal) && journal.starts_with(&[0xd9])
    })
}

/// [`before_the_first_page`] with a change to its journal.
pub fn journal_but(change: impl FnOnce(&mut Vec<u8>)) -> Files {
    let mut files = before_the_first_page();
    change(&mut files[1].1);
    files
}

/// Where the record of this number begins in a journal whose pages have 512 bytes.
pub const fn record_at(number: usize) -> usize {
    512 + (number - 1) * 520
}

/// A transaction that was killed when it had written half of what it changes: it moves rows, so that the b-trees change.
pub fn half_written() -> Files {
    let recording = run(
        &before(),
        "PRAGMA cache_size=5; BEGIN; DELETE FROM orders WHERE id % 3 = 0;
         UPDATE orders SET customer = customer || ' and ' || item, item = item || ' (sold)'; COMMIT",
    );
    let moments: Vec<Disk> = recording.moments().collect();
    let last = moments
        .iter()
        .rposition(|disk| disk.files.contains_key("app.db-journal"));
    files(&moments[last.unwrap() * 3 / 4])
}

/// What the database showed before the transaction of [`half_written`].
pub fn truth() -> String {
    let database = &before().files["app.db"];
    Oracle::new().content(database, None).unwrap()
}

/// A transaction that was killed when it had written its first pages, as its cache was full: page 1 is not in its journal.
pub fn spilled() -> Files {
    let recording = run(
        &before(),
        "PRAGMA cache_size=5; UPDATE orders SET cents = cents + 1",
    );
    let before = recording.moments().next().unwrap().files["app.db"].clone();
    first(&recording, |database, journal| {
        database != before && journal.starts_with(&[0xd9])
    })
}

/// The same, once its journal had a second header that counts.
pub fn spilled_twice() -> Files {
    let recording = run(
        &before(),
        "PRAGMA cache_size=5; UPDATE orders SET cents = cents + 1",
    );
    first(&recording, |_, journal| {
        let at = journal.starts_with(&MAGIC).then(|| second_header(journal));
        at.is_some_and(|at| journal.get(at..).is_some_and(|it| it.starts_with(&MAGIC)))
    })
}

/// Where the second header of a journal begins, as the first one counts its records.
pub fn second_header(journal: &[u8]) -> usize {
    let records = crate::naive::be32(journal, 8) as usize;
    record_at(records + 1).next_multiple_of(512)
}

/// What the header of a journal begins with.
const MAGIC: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];

/// A commit of a database with auto-vacuum that was killed before the file was cut to its new length.
pub fn before_the_cut() -> Files {
    let before = begun_with("PRAGMA auto_vacuum=FULL;");
    let recording = run(&before, "DELETE FROM orders WHERE id % 2 = 0");
    let moment = recording.moments().filter(|disk| {
        let counted = crate::naive::be32(&disk.files["app.db"], 28) as usize;
        !disk.files.contains_key("app.db-journal") && disk.files["app.db"].len() > 512 * counted
    });
    vec![("app.db", moment.last().unwrap().files["app.db"].clone())]
}

/// The destination of a backup that was given up after so many pages.
pub fn aborted_backup() -> Files {
    let source = record(&Disk::default(), Device::default(), || {
        let database = open("source.db").unwrap();
        database
            .execute_batch(&format!("{SETTINGS}{TABLE}{ROWS}{MORE_ROWS}"))
            .unwrap();
    });
    let recording = record(&source.after, Device::default(), || {
        let source = open("source.db").unwrap();
        let mut copy = open("app.db").unwrap();
        copy.execute_batch("PRAGMA cache_size=5").unwrap();
        let backup = rusqlite::backup::Backup::new(&source, &mut copy).unwrap();
        backup.step(30).unwrap();
        backup.step(30).unwrap();
    });
    longest(&recording)
}

/// The destination of a `VACUUM INTO` that was killed while its cache was written out: page 1 was not.
pub fn aborted_vacuum_into() -> Files {
    longest(&vacuum_into("PRAGMA cache_size=5"))
}

/// The destination of a `VACUUM INTO` that was killed while it wrote all pages at the end: page 1 was the first of them.
pub fn aborted_vacuum_into_at_the_end() -> Files {
    let recording = vacuum_into("PRAGMA cache_size=2000");
    let moments: Vec<Disk> = recording.moments().collect();
    let whole = recording.after.files["app.db"].len();
    let is_half = |disk: &&Disk| {
        let length = disk.files.get("app.db").map_or(0, Vec::len);
        length >= whole / 2 && disk.files.contains_key("app.db-journal")
    };
    files(moments.iter().find(is_half).unwrap())
}

fn vacuum_into(setting: &str) -> Recording {
    let source = record(&Disk::default(), Device::default(), || {
        let database = open("source.db").unwrap();
        let sql = format!("{SETTINGS}{TABLE}{ROWS}{MORE_ROWS}");
        database.execute_batch(&sql).unwrap();
    });
    record(&source.after, Device::default(), || {
        let database = open("source.db").unwrap();
        let sql = format!("{setting}; VACUUM INTO 'app.db'");
        database.execute_batch(&sql).unwrap();
    })
}

fn before() -> Disk {
    begun_with("")
}

fn begun_with(setting: &str) -> Disk {
    record(&Disk::default(), Device::default(), || {
        let database = open("app.db").unwrap();
        let sql = format!("{SETTINGS}{setting}{TABLE}{ROWS}{MORE_ROWS}");
        database.execute_batch(&sql).unwrap();
    })
    .after
}

fn update(setting: &str) -> Recording {
    let sql = format!("{setting}; UPDATE orders SET cents = cents + 1");
    run(&before(), &sql)
}

fn run(before: &Disk, sql: &str) -> Recording {
    record(before, Device::default(), || {
        open("app.db").unwrap().execute_batch(sql).unwrap();
    })
}

/// The files at the first moment that is asked for.
fn first(recording: &Recording, is: impl Fn(&[u8], &[u8]) -> bool) -> Files {
    let moment = recording.moments().find(|disk| {
        let (database, journal) = (disk.files.get("app.db"), disk.files.get("app.db-journal"));
        database
            .zip(journal)
            .is_some_and(|(database, journal)| is(database, journal))
    });
    files(&moment.unwrap())
}

/// The files at the moment when most pages of a database were written, and page 1 was not.
fn longest(recording: &Recording) -> Files {
    let moments = recording.moments().filter(|disk| {
        let database = disk.files.get("app.db");
        let is_begun = database.is_some_and(|it| it.len() > 512 && it[..512] == [0; 512]);
        is_begun && disk.files.contains_key("app.db-journal")
    });
    let written = |disk: &Disk| {
        let pages = disk.files["app.db"].chunks(512);
        pages
            .filter(|page| page.iter().any(|&byte| byte != 0))
            .count()
    };
    files(&moments.max_by_key(written).unwrap())
}

fn files(disk: &Disk) -> Files {
    let journal = rewrite::renonce(&disk.files["app.db-journal"], 512, SALTS.1);
    vec![
        ("app.db", disk.files["app.db"].clone()),
        ("app.db-journal", journal),
    ]
}
