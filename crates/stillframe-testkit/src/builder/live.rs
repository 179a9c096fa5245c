//! Copies of a database in use, whose files are of different moments: every choice comes from one seed.

use std::fs::OpenOptions;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;
use tempfile::TempDir;

use super::{Seed, connect};
use crate::oracle::{self, Oracle};

/// The files of a database, copied one after the other while it was in use.
#[derive(Debug, Clone)]
pub struct LiveCopy {
    /// What was done since the database was made, step by step.
    pub story: String,
    /// The database file.
    pub database: Vec<u8>,
    /// The WAL.
    pub wal: Vec<u8>,
    /// The wal-index.
    pub shm: Vec<u8>,
    /// Whether SQLite makes just the database of it that the live files held when the WAL was copied.
    pub is_moment_of_wal: bool,
    /// Whether SQLite finds it sound, and shows what the live connections saw at some moment.
    pub shows_a_moment: bool,
    /// Whether the WAL of the copy is the one that was beside the database file when that was copied, or was begun over
    /// just that. Else only pages that the WAL has by chance can make up for what is missing.
    pub has_base: bool,
    /// The last moment of which the database file can hold something.
    pub in_database: usize,
    /// The moment at which the WAL was copied.
    pub in_wal: usize,
    /// The moment at which the wal-index was copied.
    pub in_index: usize,
    /// Whether a checkpoint has emptied the WAL between the wal-index and the WAL.
    pub was_emptied_since_index: bool,
}

impl LiveCopy {
    /// Whether SQLite shows the moment of the WAL, page by page, from a database file that is no newer and that the WAL was
    /// written over.
    pub fn is_sound(&self) -> bool {
        self.is_moment_of_wal && self.has_base && self.in_database <= self.in_wal
    }

    /// Whether the wal-index is from a moment after that of the WAL.
    pub fn index_is_newer(&self) -> bool {
        self.in_wal < self.in_index
    }
}

/// A few copies of one database in use.
pub fn live_copies(seed: u64) -> Vec<LiveCopy> {
    let mut live = Live::new(seed);
    for _ in 0..live.choose.below(12) {
        live.step();
    }
    let mut copies = Vec::new();
    for _ in 0..4 {
        copies.push(live.copy());
        for _ in 0..live.choose.below(4) {
            live.step();
        }
    }
    copies
}

/// A copy as of one moment of a WAL in which transactions that were larger than the cache were rolled back, and smaller
/// ones were committed over what they left.
pub fn spilled_copy(seed: u64) -> LiveCopy {
    let mut live = Live::new(seed);
    if live.choose.below(2) == 0 {
        live.checkpoint("TRUNCATE");
    }
    for _ in 0..1 + live.choose.below(8) {
        match live.choose.below(6) {
            0..=2 => {
                let many = 1 + live.choose.below(14);
                live.spill(many);
            }
            3 => {
                let mode = live.choose.pick(MODES);
                live.checkpoint(mode);
            }
            4 => live.step(),
            _ => live.step_of(CHANGES),
        }
    }
    live.copy_in_order(&["", "-wal", "-shm"], 0)
}

/// A copy as of one moment, after a checkpoint that skipped the first frames of the WAL, as with the WAL-reset bug:
/// nBackfill was set too far while the connections were open.
pub fn skipped_copy(seed: u64) -> LiveCopy {
    let mut live = Live::new(seed);
    for _ in 0..4 + live.choose.below(6) {
        live.step();
    }
    live.readers.clear();
    live.checkpoint("TRUNCATE");
    // Where nothing is left to copy, the WAL is begun anew.
    let mut commits = Vec::new();
    while commits.len() < 2 {
        live.step_of(CHANGES);
        commits = crate::naive::commits(&live.file("-wal"));
    }
    let skip = commits[commits.len() - 2].last_frame;
    let mut index = OpenOptions::new()
        .write(true)
        .open(live.path("-shm"))
        .unwrap();
    for offset in [96, 128] {
        index.seek(SeekFrom::Start(offset)).unwrap();
        index.write_all(&(skip as u32).to_ne_bytes()).unwrap();
    }
    live.story += &format!("; nBackfill = {skip}");
    for _ in 0..1 + live.choose.below(3) {
        live.step_of(CHANGES);
    }
    live.checkpoint("PASSIVE");
    live.copy_in_order(&["", "-wal", "-shm"], 0)
}

/// A database in use by a few connections.
struct Live {
    choose: Seed,
    folder: TempDir,
    writers: Vec<Connection>,
    readers: Vec<Connection>,
    /// Sees what is committed.
    witness: Option<Connection>,
    story: String,
    /// What there was to see after each step.
    moments: Vec<String>,
    /// The last moment of which a checkpoint can have brought something into the database file.
    checkpointed: usize,
    /// The last moment at which a checkpoint has emptied the WAL.
    emptied: usize,
    /// The salts of the WAL, and the database file over which it was begun.
    begun: Option<(u32, u32)>,
    base: Vec<u8>,
}

/// Statements that change something, or only write it.
const CHANGES: &[&str] = &[
    "INSERT INTO t(b) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9) SELECT zeroblob(40 * i) FROM n",
    "INSERT INTO t(b) SELECT b FROM t LIMIT 15",
    "INSERT INTO t(b) VALUES('one')",
    "INSERT INTO t(b) VALUES(zeroblob(2500))",
    "INSERT INTO t VALUES(100000, 'x')",
    "DELETE FROM t WHERE id = 100000",
    "UPDATE t SET b = 'same' WHERE id % 2",
    "UPDATE t SET b = 'other' WHERE id % 2",
    "UPDATE t SET b = b",
    "UPDATE t SET b = b WHERE id < 4",
    "UPDATE t SET b = 'last' WHERE id = (SELECT max(id) FROM t)",
    "DELETE FROM t WHERE id % 3 = 0",
    "DELETE FROM t WHERE id > 20",
    "CREATE TABLE IF NOT EXISTS s(a UNIQUE)",
    "INSERT OR IGNORE INTO s SELECT b || id FROM t",
    "DROP TABLE IF EXISTS s",
];

/// Statements that are done less often.
const RARE: &[&str] = &[
    "VACUUM",
    "PRAGMA incremental_vacuum",
    "PRAGMA incremental_vacuum(2)",
    "PRAGMA user_version = 3",
    "REINDEX",
    "ANALYZE",
    "CREATE INDEX IF NOT EXISTS t_b ON t(b)",
    "DROP INDEX IF EXISTS t_b",
    "PRAGMA journal_size_limit = 3000",
    "PRAGMA journal_size_limit = -1",
    "PRAGMA synchronous = FULL",
    "PRAGMA synchronous = OFF",
    "PRAGMA cache_size = 2",
    "PRAGMA cache_size = 100",
];

const MODES: &[&str] = &[
    "PASSIVE", "PASSIVE", "PASSIVE", "FULL", "RESTART", "TRUNCATE",
];

impl Live {
    fn new(seed: u64) -> Live {
        let mut choose = Seed(seed);
        let page_size = choose.pick(&[512, 512, 1024, 4096]);
        let auto_vacuum = choose.pick(&["NONE", "NONE", "FULL", "INCREMENTAL"]);
        let set_up = format!(
            "PRAGMA page_size={page_size}; PRAGMA auto_vacuum={auto_vacuum}; PRAGMA journal_mode=WAL"
        );
        let mut live = Live {
            folder: oracle::private_folder(),
            writers: Vec::new(),
            readers: Vec::new(),
            witness: None,
            story: format!("seed {seed}: {set_up}"),
            moments: Vec::new(),
            checkpointed: 0,
            emptied: 0,
            begun: None,
            base: Vec::new(),
            choose,
        };
        let first = connect(&live.path(""));
        first.execute_batch(&set_up).unwrap();
        drop(first);
        live.open();
        live.run("CREATE TABLE t(id INTEGER PRIMARY KEY, b)");
        live
    }

    fn path(&self, suffix: &str) -> PathBuf {
        in_folder(self.folder.path(), suffix)
    }

    fn file(&self, suffix: &str) -> Vec<u8> {
        std::fs::read(self.path(suffix)).unwrap_or_default()
    }

    fn salts(&self) -> Option<(u32, u32)> {
        salts(&self.file("-wal"))
    }

    fn open(&mut self) {
        for _ in 0..1 + self.choose.below(3) {
            let writer = open(&self.path(""));
            let cache = self.choose.pick(&[2, 5, 50]);
            writer
                .execute_batch(&format!(
                    "PRAGMA wal_autocheckpoint=0; PRAGMA synchronous=OFF; PRAGMA cache_size={cache}"
                ))
                .unwrap();
            self.writers.push(writer);
        }
        self.witness = Some(open(&self.path("")));
        self.note();
    }

    /// Notes what there is to see.
    fn note(&mut self) {
        let witness = self.witness.as_ref().unwrap();
        // After a checkpoint that skipped frames it is damaged.
        let seen = oracle::content_of(witness);
        self.moments
            .push(seen.unwrap_or_else(|error| error.to_string()));
        let salts = self.salts();
        if salts != self.begun || salts.is_none() {
            (self.begun, self.base) = (salts, self.file(""));
        }
    }

    /// The last moment there was.
    fn now(&self) -> usize {
        self.moments.len() - 1
    }

    /// Runs SQL on one of the connections; that it fails where another one is in the way is no matter.
    fn run(&mut self, sql: &str) {
        let at = self.choose.below(self.writers.len() as u64) as usize;
        let writer = &self.writers[at];
        let done = writer.execute_batch(sql);
        if !writer.is_autocommit() {
            writer.execute_batch("ROLLBACK").unwrap();
        }
        self.story += &format!("; {at}: {sql}");
        if done.is_err() {
            self.story += " (failed)";
        }
        self.note();
    }

    fn checkpoint(&mut self, mode: &str) {
        self.run(&format!("PRAGMA wal_checkpoint({mode})"));
        self.checkpointed = self.now();
        if mode == "TRUNCATE" && self.file("-wal").is_empty() {
            self.emptied = self.now();
        }
    }

    /// Begins a transaction that may not fit the cache, and rolls it back.
    fn spill(&mut self, many: u64) {
        self.run(&format!(
            "BEGIN; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {many}) \
             INSERT INTO t(b) SELECT zeroblob(400) FROM n; ROLLBACK"
        ));
    }

    fn step_of(&mut self, statements: &[&str]) {
        let sql = self.choose.pick(statements);
        self.run(sql);
    }

    fn step(&mut self) {
        match self.choose.below(20) {
            0..=3 => {
                let mode = self.choose.pick(MODES);
                self.checkpoint(mode);
            }
            4 => {
                let [first, second] = [self.choose.pick(CHANGES), self.choose.pick(CHANGES)];
                self.run(&format!("BEGIN; {first}; {second}; ROLLBACK"));
            }
            5 => {
                let [first, second] = [self.choose.pick(CHANGES), self.choose.pick(CHANGES)];
                self.run(&format!(
                    "BEGIN; {first}; SAVEPOINT s; {second}; ROLLBACK TO s; {first}; COMMIT"
                ));
            }
            6 => {
                let many = self.choose.pick(&[2, 5, 20, 60]);
                self.spill(many);
            }
            7 if self.readers.len() < 2 => {
                let reader = open(&self.path(""));
                reader
                    .execute_batch("BEGIN; SELECT count(*) FROM sqlite_schema")
                    .unwrap();
                self.readers.push(reader);
                self.story += "; a reader begins";
            }
            8 => {
                self.readers.clear();
                self.story += "; all readers end";
            }
            9 if self.choose.below(3) == 0 => self.crash(),
            10 | 11 => self.step_of(RARE),
            _ => self.step_of(CHANGES),
        }
    }

    /// All connections are killed, perhaps within a transaction; then others open what they have left.
    fn crash(&mut self) {
        if self.choose.below(2) == 0 {
            let sql = format!(
                "BEGIN; {}; {}",
                self.choose.pick(CHANGES),
                self.choose.pick(CHANGES)
            );
            // It is killed where another one is in the way, too.
            let _ = self.writers[0].execute_batch(&sql);
        }
        let folder = oracle::private_folder();
        for suffix in ["", "-wal"] {
            std::fs::write(in_folder(folder.path(), suffix), self.file(suffix)).unwrap();
        }
        self.witness = None;
        self.readers.clear();
        self.writers.clear();
        self.folder = folder;
        self.story += "; killed, and opened again";
        self.open();
    }

    /// Copies the three files in some order, with some steps in between.
    fn copy(&mut self) -> LiveCopy {
        let orders: &[[&str; 3]] = &[
            ["", "-wal", "-shm"],
            ["", "-wal", "-shm"],
            ["", "-shm", "-wal"],
            ["", "-shm", "-wal"],
            ["-wal", "", "-shm"],
            ["-wal", "-shm", ""],
            ["-shm", "", "-wal"],
            ["-shm", "-wal", ""],
        ];
        let order = self.choose.pick(orders);
        let most = self.choose.pick(&[0, 3, 6]);
        self.copy_in_order(&order, most)
    }

    fn copy_in_order(&mut self, order: &[&str], most: u64) -> LiveCopy {
        let mut copy = LiveCopy {
            story: String::new(),
            database: Vec::new(),
            wal: Vec::new(),
            shm: Vec::new(),
            is_moment_of_wal: false,
            has_base: false,
            shows_a_moment: false,
            in_database: 0,
            in_wal: 0,
            in_index: 0,
            was_emptied_since_index: false,
        };
        let oracle = Oracle::new();
        let (mut live, mut emptied, mut beside, mut base) = (None, 0, None, Vec::new());
        for (number, &suffix) in order.iter().enumerate() {
            if number > 0 && most > 0 {
                for _ in 0..self.choose.below(most) {
                    self.step();
                }
            }
            let bytes = self.file(suffix);
            match suffix {
                "" => {
                    beside = self.salts();
                    (copy.database, copy.in_database) = (bytes, self.checkpointed);
                }
                "-wal" => {
                    (copy.wal, copy.in_wal) = (bytes, self.now());
                    live = oracle.checkpoint(&self.file(""), &copy.wal).ok();
                    (emptied, base) = (self.emptied, self.base.clone());
                }
                _ => (copy.shm, copy.in_index) = (bytes, self.now()),
            }
            self.story += &format!("; COPY app.db{suffix}");
        }
        copy.has_base = copy.database == base || beside == salts(&copy.wal);
        copy.was_emptied_since_index = copy.in_index < emptied;
        let checkpointed = oracle.checkpoint(&copy.database, &copy.wal).ok();
        copy.is_moment_of_wal = checkpointed.is_some() && checkpointed == live;
        let content = oracle.content(&copy.database, Some(&copy.wal)).ok();
        let integrity = oracle.integrity(&copy.database, Some(&copy.wal));
        copy.shows_a_moment = integrity.is_ok_and(|rows| rows == ["ok"])
            && self
                .moments
                .iter()
                .any(|moment| Some(moment) == content.as_ref());
        copy.story.clone_from(&self.story);
        copy
    }
}

/// A connection that waits for no other one.
fn open(path: &Path) -> Connection {
    let connection = connect(path);
    connection.busy_timeout(Duration::ZERO).unwrap();
    connection
}

/// The salts in the header of a WAL that SQLite accepts.
fn salts(wal: &[u8]) -> Option<(u32, u32)> {
    crate::naive::accept(wal).map(|accepted| accepted.salts)
}

fn in_folder(folder: &Path, suffix: &str) -> PathBuf {
    folder.join(format!("app.db{suffix}"))
}
