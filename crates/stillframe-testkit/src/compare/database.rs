use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use stillframe_check::content::Level;
use stillframe_check::pragma::{MOST_ROWS, pragma};
use stillframe_check::walk;
use stillframe_database::page_map::PageMap;
use stillframe_database::{Geometry, schema};
use stillframe_format::{PageNumber, Pages as _};
use stillframe_history::AsFound;

use super::Options;
use super::goals::Goals;
use super::memory::{SPARE, print_peak};
use super::stopwatch::Stopwatch;
use super::work::with_image;
use crate::builder::large_database;

/// A check of stillframe's: its name, and what does it to a database.
type Check = (&'static str, fn(&Path) -> io::Result<u64>);

/// How stillframe checks a database.
const OURS: [Check; 4] = [
    ("map of pages", map),
    ("structure", structure),
    ("quick", quick),
    ("full", full),
];

/// How SQLite does, and in how many rounds at most: one takes it a quarter of a minute.
const THEIRS: [(&str, &str, usize); 2] = [
    ("SQLite: quick_check", "PRAGMA quick_check", usize::MAX),
    ("SQLite: integrity_check", "PRAGMA integrity_check", 3),
];

/// Measures the checks of a large database, beside SQLite's own and beside reading the file.
pub fn checks(folder: &Path, options: &Options, goals: &mut Goals) -> io::Result<()> {
    let path = folder.join("checked.db");
    large_database(&path, options.database);
    let bytes = fs::metadata(&path)?.len();
    goals.begin(format!("a database of {} MB", bytes / 1_000_000));
    let mut watch = Stopwatch::new(bytes);
    read(&path)?;
    for round in 0..options.rounds {
        watch.time("reading the file", || read(&path))?;
        for (name, check) in OURS {
            watch.time(name, || check(&path))?;
        }
        for (name, pragma, rounds) in THEIRS {
            if round >= rounds {
                continue;
            }
            watch.time(name, || sqlite(&path, pragma))?;
        }
    }
    watch.print();
    for (ours, theirs, least) in [
        ("structure", "SQLite: quick_check", Some(3.0)),
        ("quick", "SQLite: quick_check", None),
        ("full", "SQLite: integrity_check", Some(10.0)),
        // Near the speed of reading the file.
        ("structure", "reading the file", Some(0.7)),
        ("map of pages", "structure", Some(0.5)),
    ] {
        watch.compare(goals, ours, theirs, least);
    }
    for (name, _) in OURS {
        // A byte for every page: a few bits, and what the allocator makes of them; five for a map.
        let (a_page, words) = match name {
            "map of pages" => (6, "6 bytes a page and 64 MB"),
            _ => (1, "a byte a page and 64 MB"),
        };
        print_peak(goals, name, &path, SPARE + bytes / 4096 * a_page, words)?;
    }
    fs::remove_file(path)
}

/// Does the check of this name.
pub fn check(name: &str, path: &Path) -> io::Result<()> {
    let mut checks = OURS.into_iter();
    let (_, check) = checks
        .find(|(other, _)| *other == name)
        .ok_or_else(|| io::Error::other(format!("there is no check {name}")))?;
    check(path).map(drop)
}

/// Walks the structure of a database, which has no problem, from its file on; how many rows and entries it has.
fn structure(path: &Path) -> io::Result<u64> {
    with_image(path, |image| {
        let header = image.header().expect("a database has a header");
        let geometry = Geometry::new(image.page_size(), header.reserved_bytes);
        let geometry = geometry.expect("SQLite made pages that it can use");
        let roots = schema::roots(image, geometry).map_err(io::Error::other)?;
        let found = walk::structure(image, header, &roots, 1, &()).map_err(io::Error::other)?;
        assert_eq!(found.problems, [], "the database is sound");
        Ok(found.rows.into_iter().flatten().sum())
    })
}

/// Makes the map of the pages of a database, as `inspect` does; how many pages have an owner.
fn map(path: &Path) -> io::Result<u64> {
    with_image(path, |image| {
        let header = image.header().expect("a database has a header");
        let map = PageMap::read(&AsFound::new(image, &()), header).map_err(io::Error::other)?;
        let map = map.expect("SQLite made pages that it can use");
        let pages = (1..=map.page_count()).filter_map(PageNumber::new);
        Ok(pages.filter(|page| map.owner(*page).is_some()).count() as u64)
    })
}

fn quick(path: &Path) -> io::Result<u64> {
    content(path, Level::Quick)
}

fn full(path: &Path) -> io::Result<u64> {
    content(path, Level::Full)
}

/// Checks a database, which has no problem, from its file on; how many bytes it has.
fn content(path: &Path, level: Level) -> io::Result<u64> {
    with_image(path, |image| {
        let header = image.header().expect("a database has a header");
        let found = pragma(image, header, level, MOST_ROWS, &()).map_err(io::Error::other)?;
        assert!(found.is_ok(), "the database is sound");
        Ok(image.bytes())
    })
}

/// Reads the file as fast as one thread does.
fn read(path: &Path) -> io::Result<u64> {
    let mut file = File::open(path)?;
    let mut buffer = vec![0; 256 << 10];
    let mut bytes = 0;
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(bytes),
            length => bytes += length as u64,
        }
    }
}

/// Has SQLite check the database in a connection that has read nothing yet.
fn sqlite(path: &Path, pragma: &str) -> io::Result<String> {
    let connection = crate::oracle::open(path).map_err(io::Error::other)?;
    let answer: String = connection
        .query_row(pragma, [], |row| row.get(0))
        .map_err(io::Error::other)?;
    assert_eq!(answer, "ok", "the database is sound");
    Ok(answer)
}
