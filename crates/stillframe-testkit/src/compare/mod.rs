//! stillframe beside real SQLite, measured in one run: what the README says of speed and memory comes from here.
//!
//! Everything is measured in turn, round after round, so that what else the machine does falls on all alike; medians
//! are compared. The files are in the page cache.

mod archive;
mod command;
mod damaged;
mod database;
mod goals;
mod many;
mod memory;
mod rollback;
mod rows;
mod stopwatch;
mod wal_index;
mod work;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use goals::Goals;
pub use many::quick_check;
pub use memory::peak;
use stopwatch::Stopwatch;
use work::Bench;

use crate::builder::{Shape, big_wal};

/// How to compare.
#[derive(Debug)]
pub struct Options {
    /// Million bytes of WAL; 0 for none.
    pub megabytes: u64,
    /// Million bytes of the journal that is rolled back; 0 for none.
    pub journal: u64,
    /// Million bytes of the database that is checked; 0 for none.
    pub database: u64,
    /// How many small databases are checked; 0 for none.
    pub many: u64,
    /// Million bytes of the databases in the archive that is checked; 0 for none.
    pub archive: u64,
    /// How often each thing is measured.
    pub rounds: usize,
    /// Billion bytes of a WAL whose memory is measured, too.
    pub huge: Option<u64>,
    /// Where the files are made.
    pub folder: Option<PathBuf>,
}

/// Measures and prints.
///
/// # Errors
/// The files could not be made, read or written.
pub fn run(options: &Options) -> io::Result<()> {
    let folder = match &options.folder {
        Some(folder) => tempfile::tempdir_in(folder)?,
        None => tempfile::tempdir()?,
    };
    let (folder, mut goals) = (folder.path(), Goals::default());
    if options.megabytes > 0 {
        wals(folder, options, &mut goals)?;
        wal_index::checks(folder, options, &mut goals)?;
    }
    if options.journal > 0 {
        rollback::rollbacks(folder, options, &mut goals)?;
    }
    if options.database > 0 {
        database::checks(folder, options, &mut goals)?;
        damaged::checks(folder, options, &mut goals)?;
        rows::rows(folder, options, &mut goals)?;
    }
    if options.many > 0 {
        many::checks(folder, options, &mut goals)?;
    }
    if options.archive > 0 {
        archive::checks(folder, options, &mut goals)?;
    }
    header_of_a_large_file(folder, &mut goals)?;
    if let Some(gigabytes) = options.huge {
        memory::of_a_huge_wal(folder, gigabytes, &mut goals)?;
    }
    goals.print();
    Ok(())
}

fn wals(folder: &Path, options: &Options, goals: &mut Goals) -> io::Result<()> {
    for (name, shape, commits) in [
        ("hot pages", Shape::Hot, 11_000),
        ("distinct pages", Shape::Distinct, 50),
    ] {
        let folder = folder.join(name.replace(' ', "-"));
        fs::create_dir(&folder)?;
        let (database, wal) = big_wal(&folder, options.megabytes, shape, commits);
        let bytes = fs::metadata(&wal)?.len();
        goals.begin(format!(
            "{name}: a WAL of {} MB, {commits} commits",
            bytes / 1_000_000
        ));
        // A backup is a copy: it is measured as one, by us and by SQLite, laid out as an archive is unpacked.
        let backup = folder.join("backup");
        fs::create_dir(&backup)?;
        let [database, wal] = [(database, "app.db"), (wal, "app.db-wal")].map(|(path, name)| {
            let copy = backup.join(name);
            work::unpack(&path, &copy).map(|()| copy)
        });
        let bench = Bench::new(&backup, &database?, &wal?)?;
        measure(&bench, bytes, options.rounds, goals)?;
    }
    Ok(())
}

fn measure(bench: &Bench, bytes: u64, rounds: usize, goals: &mut Goals) -> io::Result<()> {
    let mut watch = Stopwatch::new(bytes);
    for round in 0..rounds {
        watch.time("sum of the mapped bytes", || bench.sum())?;
        watch.time("validate", || bench.validate())?;
        watch.time("validate, files read", || bench.validate_read())?;
        watch.time("log", || bench.log())?;
        let connection = bench.sqlite()?;
        watch.time("SQLite: recovery", || work::first_read(&connection))?;
        watch.time("SQLite: checkpoint", || {
            bench.sqlite_checkpoint(&connection)
        })?;
        watch.sum("SQLite: both", ["SQLite: recovery", "SQLite: checkpoint"]);
        drop(connection);
        bench.settle()?;
        // The disk remembers what came before: each comes after each of the others.
        for turn in 0..3 {
            match (round + turn) % 3 {
                0 => watch.time("compact", || bench.compact())?,
                1 => watch.time("cp of the result", || bench.copy_result())?,
                _ => watch.time("rebuild", || bench.rebuild())?,
            }
            bench.settle()?;
        }
        watch.sum("validate, and cp", ["validate", "cp of the result"]);
    }
    watch.print();
    for (ours, theirs, least) in [
        ("validate", "SQLite: recovery", Some(3.0)),
        ("validate", "sum of the mapped bytes", Some(0.9)),
        // Not slower, but for what two measures of the same differ in.
        ("log", "validate", Some(0.9)),
        ("compact", "SQLite: both", Some(3.0)),
        ("compact", "SQLite: checkpoint", None),
        ("compact", "cp of the result", None),
        // It may take 1.15 times as long.
        ("rebuild", "cp of the result", Some(0.87)),
        ("rebuild", "validate, and cp", None),
    ] {
        watch.compare(goals, ours, theirs, least);
    }
    Ok(())
}

/// A database of 100 GB, nearly all of it a hole: its header is there at once.
fn header_of_a_large_file(folder: &Path, goals: &mut Goals) -> io::Result<()> {
    let path = folder.join("large.db");
    let mut page = vec![0; 4096];
    page[..16].copy_from_slice(b"SQLite format 3\0");
    page[16..24].copy_from_slice(&[0x10, 0, 1, 1, 0, 64, 32, 32]);
    fs::write(&path, page)?;
    fs::OpenOptions::new()
        .write(true)
        .open(&path)?
        .set_len(100 << 30)?;
    let mut watch = Stopwatch::new(0);
    goals.begin("a sparse file of 100 GB".to_owned());
    for _ in 0..9 {
        watch.time("its header", || work::header(&path))?;
    }
    watch.print();
    let median = watch.median("its header").unwrap_or_default();
    let words = "goal: at most 10 ms";
    let is_met = goals.take(&format!("its header {median:.2} ms"), words, median <= 10.0);
    println!("  {words}: {is_met}");
    fs::remove_file(path)
}
