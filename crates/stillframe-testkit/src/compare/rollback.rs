//! The rollback of a large journal, by SQLite and by `rebuild`.
//!
//! SQLite is given a copy of the set, which is synced and in the page cache, and opens it and reads the schema: for that it
//! writes the pages of the journal back into the database file, syncs it and deletes the journal. `rebuild` reads the same
//! set and writes another database file, with every page, and syncs it. So it writes what SQLite leaves as it is, too; here
//! the journal holds nearly every page, and both write the same.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use stillframe_check::after_rollback;
use stillframe_history::rebuild::{Start, rebuild};
use stillframe_history::{BackupSet, Image, Rollback};
use stillframe_source::Access;

use super::Options;
use super::goals::Goals;
use super::stopwatch::Stopwatch;
use super::work::{first_read, open, unpack};
use crate::builder::big_journal;

struct Bench {
    folder: PathBuf,
    database: PathBuf,
    journal: PathBuf,
}

/// Measures and prints.
pub fn rollbacks(folder: &Path, options: &Options, goals: &mut Goals) -> io::Result<()> {
    let folder = folder.join("journal");
    fs::create_dir(&folder)?;
    let (database, journal) = big_journal(&folder, options.journal);
    let bench = Bench {
        folder,
        database,
        journal,
    };
    let bytes = fs::metadata(&bench.journal)?.len();
    goals.begin(format!("a hot journal of {} MB", bytes / 1_000_000));
    let mut watch = Stopwatch::new(bytes);
    for round in 0..options.rounds {
        watch.time("follow the journal", || bench.follow())?;
        watch.time("look at what it leaves", || bench.look())?;
        // Each comes after each of the others, forwards and backwards: the disk remembers.
        for turn in 0..3 {
            let turn = if round % 2 == 0 { turn } else { 2 - turn };
            match (round + turn) % 3 {
                0 => {
                    let connection = bench.sqlite()?;
                    watch.time("SQLite: rollback", || first_read(&connection))?;
                }
                1 => watch.time("rebuild", || bench.rebuild())?,
                _ => watch.time("copy of the file", || bench.copy())?,
            }
            bench.settle()?;
        }
        watch.sum("rebuild, and look", ["rebuild", "look at what it leaves"]);
    }
    bench.same()?;
    watch.print();
    for (ours, theirs, goal) in [
        ("rebuild", "SQLite: rollback", Some(1.0)),
        ("rebuild, and look", "SQLite: rollback", None),
        ("rebuild", "copy of the file", None),
    ] {
        watch.compare(goals, ours, theirs, goal);
    }
    fs::remove_dir_all(bench.folder)
}

impl Bench {
    /// As the command reads a set beside which there is a journal: nothing is mapped.
    fn set(&self) -> io::Result<BackupSet> {
        Ok(BackupSet {
            database: Some(open(&self.database, Access::Read)?),
            journal: Some(open(&self.journal, Access::Read)?),
            ..BackupSet::default()
        })
    }

    /// Every record, and its checksum.
    fn follow(&self) -> io::Result<usize> {
        let rollback = Rollback::read(&self.set()?, &()).map_err(io::Error::other)?;
        Ok(rollback.pages())
    }

    /// Structure, rows and indexes of the database as the journal leaves it: `rebuild` tells what is wrong with it.
    fn look(&self) -> io::Result<()> {
        let set = self.set()?;
        let (timeline, image) = Image::read(&set, None, &()).map_err(io::Error::other)?;
        let image = image.map_err(io::Error::other)?;
        let after = after_rollback(&set, &timeline, &image, &()).map_err(io::Error::other)?;
        assert!(after.is_some_and(|after| after.problems == 0));
        Ok(())
    }

    /// The database as the journal leaves it, synced.
    fn rebuild(&self) -> io::Result<()> {
        let set = self.set()?;
        let (_, image) = Image::read(&set, None, &()).map_err(io::Error::other)?;
        let image = image.map_err(io::Error::other)?;
        let mut file = File::create(self.folder.join("rebuilt.db"))?;
        let database = File::open(&self.database)?;
        rebuild(&image, &mut file, Start::Empty, Some(database), &()).map_err(io::Error::other)?;
        file.sync_all()
    }

    /// A copy of the database file, in writes of a megabyte, synced.
    fn copy(&self) -> io::Result<()> {
        let path = self.folder.join("copied.db");
        unpack(&self.database, &path)?;
        File::open(path)?.sync_all()
    }

    /// A synced copy of the set, opened by SQLite, which has read nothing yet.
    fn sqlite(&self) -> io::Result<Connection> {
        for (from, to) in [
            (&self.database, "sqlite.db"),
            (&self.journal, "sqlite.db-journal"),
        ] {
            let to = self.folder.join(to);
            unpack(from, &to)?;
            File::open(to)?.sync_all()?;
        }
        crate::oracle::open(&self.folder.join("sqlite.db")).map_err(io::Error::other)
    }

    /// Takes away what was written, and has what is read in the page cache.
    fn settle(&self) -> io::Result<()> {
        for name in ["sqlite.db", "sqlite.db-journal", "rebuilt.db", "copied.db"] {
            let path = self.folder.join(name);
            if path.exists() {
                fs::remove_file(path)?;
            }
        }
        // A file system may discard the blocks of what was removed only when it commits that.
        #[cfg(unix)]
        File::open(&self.folder)?.sync_all()?;
        for path in [&self.database, &self.journal] {
            io::copy(&mut File::open(path)?.take(u64::MAX), &mut io::sink())?;
        }
        Ok(())
    }

    /// What is compared is the same work: both leave the same file, and SQLite has deleted the journal.
    fn same(&self) -> io::Result<()> {
        first_read(&self.sqlite()?)?;
        self.rebuild()?;
        let [theirs, ours] =
            ["sqlite.db", "rebuilt.db"].map(|name| fs::read(self.folder.join(name)));
        assert!(theirs? == ours?, "SQLite leaves another database");
        assert!(!self.folder.join("sqlite.db-journal").exists());
        self.settle()
    }
}
