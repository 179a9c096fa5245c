//! A database that is written to without end, in a process of its own, so that it can be stopped and copied.
//!
//! What is in it tells of itself: each transaction counts itself, the rows, and the sum of a column of them, so that a copy
//! which is of no one moment is known by what it shows.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::Seed;

/// How it is written to.
#[derive(Clone, Copy, Debug)]
pub struct Writing<'a> {
    /// `WAL`, or a rollback journal's mode.
    pub journal_mode: &'a str,
    /// What all choices come from.
    pub seed: u64,
    /// Rows that there are in the beginning.
    pub rows: u32,
    /// The longest rest between two transactions.
    pub rest: Duration,
    /// When it ends, whatever happens.
    pub end: Duration,
}

/// The number of the moment that a database shows; -1 if it is none. Its text has to be a number.
pub const MOMENT: &str =
    "SELECT iif(items = (SELECT count(*) FROM item NOT INDEXED) AND total = (SELECT total(version) FROM item NOT INDEXED)
        AND items = (SELECT count(*) FROM item INDEXED BY item_by_tag WHERE tag >= ''), number, -1) FROM moment";

/// The file in which the number of the last transaction that was committed stands, as eight bytes.
const COMMITTED: &str = "committed";

/// The number of the last transaction that was committed; 0 where there was none yet.
pub fn committed(folder: &Path) -> i64 {
    let bytes = std::fs::read(folder.join(COMMITTED)).unwrap_or_default();
    bytes.try_into().map_or(0, i64::from_le_bytes)
}

/// Writes to `app.db` in a folder until it is killed.
pub fn keep_writing(folder: &Path, writing: Writing<'_>) {
    let begun = Instant::now();
    let mut writer = Writer::new(folder, writing);
    while begun.elapsed() < writing.end {
        writer.transaction();
        writer.rest(writing.rest);
    }
}

struct Writer {
    connection: Connection,
    committed: File,
    choose: Seed,
    number: i64,
    is_wal: bool,
}

impl Writer {
    fn new(folder: &Path, writing: Writing<'_>) -> Self {
        let mut choose = Seed(writing.seed);
        let connection = Connection::open(folder.join("app.db")).unwrap();
        connection.busy_timeout(Duration::from_secs(60)).unwrap();
        let settings = format!(
            "PRAGMA page_size={}; PRAGMA cache_size={}; PRAGMA synchronous={}; PRAGMA journal_mode={}; PRAGMA wal_autocheckpoint={};
             PRAGMA cache_spill=1",
            choose.pick(&[512, 1024, 4096]),
            choose.pick(&[5, 50, 2000]),
            choose.pick(&["OFF", "NORMAL", "FULL"]),
            writing.journal_mode,
            choose.pick(&[20, 100, 400]),
        );
        connection.execute_batch(&settings).unwrap();
        let tables = format!(
            "BEGIN;
             CREATE TABLE item(id INTEGER PRIMARY KEY, tag TEXT NOT NULL, version INTEGER NOT NULL, note TEXT);
             CREATE INDEX item_by_tag ON item(tag);
             CREATE TABLE moment(number INTEGER, items INTEGER, total INTEGER);
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {0})
                INSERT INTO item SELECT i, hex(i * 7919 % 10007), 0, printf('%.*c', 20 + i * 31 % 200, 'x') FROM n;
             INSERT INTO moment VALUES(0, {0}, 0);
             COMMIT",
            writing.rows
        );
        connection.execute_batch(&tables).unwrap();
        Self {
            connection,
            committed: OpenOptions::new()
                .create(true)
                .truncate(true)
                .write(true)
                .open(folder.join(COMMITTED))
                .unwrap(),
            choose,
            number: 0,
            is_wal: writing.journal_mode == "WAL",
        }
    }

    /// One transaction, or something else that happens to a database.
    fn transaction(&mut self) {
        let next = self.number + 1;
        let (from, many) = (self.choose.below(5000), self.choose.below(60));
        let some = format!("id BETWEEN {from} AND {}", from + many);
        let change = match self.choose.below(40) {
            0 if self.is_wal => return self.checkpoint(),
            1 => return self.roll_back(),
            2 => "UPDATE item SET version = version + 1, note = note || 'y' WHERE id % 7 = 0"
                .to_owned(),
            3 => "CREATE TABLE IF NOT EXISTS spare(x); DROP TABLE spare".to_owned(),
            4..=9 => format!("DELETE FROM item WHERE {some}"),
            10..=15 => format!("UPDATE item SET tag = hex(id * {next} % 10007) WHERE {some}"),
            16..=27 => format!(
                "INSERT INTO item(tag, version, note) SELECT hex(id * {next} % 10007), {next}, note FROM item WHERE {some}"
            ),
            _ => format!("UPDATE item SET version = {next} WHERE {some}"),
        };
        let sql = format!(
            "BEGIN IMMEDIATE; {change};
             UPDATE moment SET number = {next}, items = (SELECT count(*) FROM item), total = (SELECT total(version) FROM item);
             COMMIT"
        );
        self.connection.execute_batch(&sql).unwrap();
        self.number = next;
        self.committed.write_all_at(&next.to_le_bytes(), 0).unwrap();
    }

    fn checkpoint(&mut self) {
        let mode = self
            .choose
            .pick(&["PASSIVE", "FULL", "RESTART", "TRUNCATE"]);
        let sql = format!("PRAGMA wal_checkpoint({mode})");
        // That somebody reads is no matter.
        let _ = self.connection.query_row(&sql, [], |_| Ok(()));
    }

    fn roll_back(&self) {
        self.connection
            .execute_batch(
                "BEGIN IMMEDIATE; UPDATE item SET note = note || 'z', version = 9; ROLLBACK",
            )
            .unwrap();
    }

    fn rest(&mut self, longest: Duration) {
        if !longest.is_zero() {
            let micros = self.choose.below(longest.as_micros() as u64 + 1);
            std::thread::sleep(Duration::from_micros(micros));
        }
    }
}
