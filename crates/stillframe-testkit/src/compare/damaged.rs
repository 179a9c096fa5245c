//! The check of a large database with one thing wrong, beside SQLite's own.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use stillframe_check::content::Level;
use stillframe_check::pragma::{MOST_ROWS, pragma};
use stillframe_check::{Evidence, Report};
use stillframe_history::{BackupSet, Image};
use stillframe_source::Access;

use super::Options;
use super::goals::Goals;
use super::stopwatch::Stopwatch;
use super::work::open;
use crate::builder::large_database;

/// Kinds of pages, as the first byte of their header names them.
const INDEX_LEAF: u8 = 0x0a;
const TABLE_LEAF: u8 = 0x0d;

/// What is changed: a page of some kind, at so many tenths of the file, and some bytes of it.
struct Damage {
    name: &'static str,
    kind: u8,
    tenths: u64,
    at: At,
    bytes: &'static [u8],
}

/// Where the bytes stand in the page.
enum At {
    Header(u64),
    /// In the last cell of the page.
    Cell(u64),
}

const DAMAGE: [Damage; 5] = [
    Damage {
        name: "a changed index key",
        kind: INDEX_LEAF,
        tenths: 4,
        at: At::Cell(6),
        bytes: b"~",
    },
    Damage {
        name: "a changed row",
        kind: TABLE_LEAF,
        tenths: 3,
        at: At::Cell(16),
        bytes: b"~",
    },
    Damage {
        name: "a wrong count of free bytes",
        kind: TABLE_LEAF,
        tenths: 5,
        at: At::Header(7),
        bytes: &[99],
    },
    Damage {
        name: "an index page of zeros",
        kind: INDEX_LEAF,
        tenths: 6,
        at: At::Header(0),
        bytes: &[0; 4096],
    },
    Damage {
        name: "a table page of zeros",
        kind: TABLE_LEAF,
        tenths: 7,
        at: At::Header(0),
        bytes: &[0; 4096],
    },
];

/// Measures the check of a database with each damage, in full as it reports and as it prints what SQLite does.
pub fn checks(folder: &Path, options: &Options, goals: &mut Goals) -> io::Result<()> {
    let path = folder.join("damaged.db");
    large_database(&path, options.database);
    let length = fs::metadata(&path)?.len();
    for damage in DAMAGE {
        let mut file = OpenOptions::new().read(true).write(true).open(&path)?;
        let (at, before) = damage.make(&mut file, length)?;
        goals.begin(format!(
            "a database of {} MB with {}",
            length / 1_000_000,
            damage.name
        ));
        let mut watch = Stopwatch::new(length);
        let theirs = watch.time("SQLite: integrity_check", || sqlite(&path))?;
        for _ in 0..options.rounds.min(3) {
            watch.time("full, as findings", || report(&path))?;
            let ours = watch.time("full, as SQLite's rows", || printed(&path))?;
            assert_eq!(ours, theirs);
        }
        watch.print();
        for ours in ["full, as findings", "full, as SQLite's rows"] {
            watch.compare(goals, ours, "SQLite: integrity_check", None);
        }
        write(&mut file, at, &before)?;
    }
    fs::remove_file(path)
}

impl Damage {
    /// Makes it; where, and what stood there before.
    fn make(&self, file: &mut File, length: u64) -> io::Result<(u64, Vec<u8>)> {
        let mut page = vec![0; 4096];
        let mut start = length * self.tenths / 10 / 4096 * 4096;
        loop {
            file.seek(SeekFrom::Start(start))?;
            file.read_exact(&mut page)?;
            // One that begins as no overflow page does, and is well filled.
            if page[0] == self.kind && page[1..3] == [0, 0] && page[3] == 0 && page[4] > 4 {
                break;
            }
            start += 4096;
        }
        let at = match self.at {
            At::Header(at) => at,
            At::Cell(at) => at + u64::from(u16::from_be_bytes([page[5], page[6]])),
        };
        write(file, start + at, self.bytes)?;
        let before = page.split_off(at as usize);
        Ok((start + at, before))
    }
}

fn write(file: &mut File, at: u64, bytes: &[u8]) -> io::Result<()> {
    file.seek(SeekFrom::Start(at))?;
    file.write_all(bytes)
}

fn set(path: &Path) -> io::Result<BackupSet> {
    Ok(BackupSet {
        database: Some(open(path, Access::Map)?),
        ..BackupSet::default()
    })
}

fn report(path: &Path) -> io::Result<usize> {
    let set = set(path)?;
    let evidence = Evidence::gather_at(&set, Some(Level::Full), &()).map_err(io::Error::other)?;
    let found = Report::new(&evidence).findings.len();
    assert!(found > 0, "what is wrong is found");
    Ok(found)
}

/// What is printed of a database: rows, and the error at the end.
type Printed = (Vec<String>, Option<String>);

fn printed(path: &Path) -> io::Result<Printed> {
    let set = set(path)?;
    let (_, image) = Image::read(&set, None, &()).map_err(io::Error::other)?;
    let image = image.map_err(io::Error::other)?;
    let header = image.header().expect("a database has a header");
    let found = pragma(&image, header, Level::Full, MOST_ROWS, &()).map_err(io::Error::other)?;
    Ok((found.rows, found.error.map(|error| error.to_string())))
}

fn sqlite(path: &Path) -> io::Result<Printed> {
    let connection = crate::oracle::open(path).map_err(io::Error::other)?;
    let mut statement = connection
        .prepare("PRAGMA integrity_check")
        .map_err(io::Error::other)?;
    let mut rows = statement.query([]).map_err(io::Error::other)?;
    let mut found = Vec::new();
    loop {
        match rows.next() {
            Ok(Some(row)) => found.push(row.get(0).map_err(io::Error::other)?),
            Ok(None) => return Ok((found, None)),
            Err(error) => return Ok((found, Some(error.to_string()))),
        }
    }
}
