//! Backup sets made with real SQLite: small, and the same at every run but for SQLite's own salts.
//!
//! The files are copied while the connection stays open, as a backup of a live database would copy them.

use std::path::PathBuf;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

use crate::{ffi, naive, oracle};

mod big;
mod big_journal;
mod hot;
mod journals;
mod live;
mod lock_byte;
mod random;
mod rows;
mod seed;
mod statements;
pub mod stories;
#[cfg(unix)]
mod writer;

#[cfg(test)]
mod tests;

pub use big::{PAGE_SIZE, Shape, big_wal, huge_wal};
pub use big_journal::big_journal;
pub use hot::{HotSet, aborted_backup, hot_sets, random_hot_set};
pub use journals::{JournalStory, journal_stories};
pub use live::{LiveCopy, live_copies, skipped_copy, spilled_copy};
pub use lock_byte::{GiantSet, lock_byte_set};
pub use random::random_set;
pub use rows::large_database;
pub use seed::Seed;
pub use statements::{BEFORE, Statement, changed, statement};
#[cfg(unix)]
pub use writer::{MOMENT, Writing, committed, keep_writing};

/// A database and its sidecars as found.
#[derive(Debug, Clone)]
pub struct Set {
    /// What the set shows, in a few words joined by dashes.
    pub name: String,
    /// The database file.
    pub database: Vec<u8>,
    /// The WAL; empty if there is none.
    pub wal: Vec<u8>,
    /// The wal-index, if there is one.
    pub shm: Option<Vec<u8>>,
    /// What the live connection showed after the commits that database and WAL still allow to rebuild exactly.
    pub truth: Vec<Truth>,
}

/// What a live connection showed after one commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Truth {
    /// The commit's number in the WAL, counted from 1.
    pub commit: usize,
    /// The SQL of the commit.
    pub sql: String,
    /// Database size in pages.
    pub page_count: u32,
    /// Schema and rows, as [`oracle::Oracle::content`] words them.
    pub content: String,
}

/// What is fixed when a database is born.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Page size in bytes.
    pub page_size: u32,
    /// Bytes kept free at the end of each page.
    pub reserved: u8,
    /// `NONE`, `FULL` or `INCREMENTAL`.
    pub auto_vacuum: &'static str,
    /// `UTF-8`, `UTF-16le` or `UTF-16be`.
    pub encoding: &'static str,
    /// The page cache in pages: a small one makes large transactions spill into the WAL.
    pub cache_size: u32,
    /// `WAL`, or a rollback journal's mode: `DELETE`, `PERSIST`, `TRUNCATE`.
    pub journal_mode: &'static str,
}

impl Plan {
    /// As by default, with pages of this size.
    pub fn with_page_size(page_size: u32) -> Plan {
        Plan {
            page_size,
            ..Plan::default()
        }
    }
}

impl Default for Plan {
    fn default() -> Plan {
        Plan {
            page_size: 1024,
            reserved: 0,
            auto_vacuum: "NONE",
            encoding: "UTF-8",
            cache_size: 2000,
            journal_mode: "WAL",
        }
    }
}

/// Makes a set statement by statement.
#[derive(Debug)]
pub struct SetBuilder {
    name: String,
    folder: TempDir,
    connection: Connection,
    truth: Vec<Truth>,
    /// The salts of the WAL that the truth is about: after a reset its commits are counted anew.
    salts: Option<(u32, u32)>,
}

impl SetBuilder {
    /// A new database without tables. In WAL mode its file holds one page and nothing is checkpointed unasked.
    pub fn new(name: &str, plan: &Plan) -> SetBuilder {
        let folder = oracle::private_folder();
        let connection = connect(&folder.path().join("app.db"));
        connection
            .execute_batch(&format!(
                "PRAGMA page_size={}; PRAGMA auto_vacuum={}; PRAGMA encoding='{}';",
                plan.page_size, plan.auto_vacuum, plan.encoding
            ))
            .unwrap();
        if plan.reserved > 0 {
            ffi::reserve_bytes(&connection, plan.reserved);
        }
        connection
            .execute_batch(&format!(
                "PRAGMA journal_mode={}; PRAGMA wal_autocheckpoint=0; PRAGMA synchronous=OFF; PRAGMA cache_size={};",
                plan.journal_mode, plan.cache_size
            ))
            .unwrap();
        SetBuilder {
            name: name.to_owned(),
            folder,
            connection,
            truth: Vec::new(),
            salts: None,
        }
    }

    /// Runs SQL that is no commit of interest: a part of a transaction, a setting.
    pub fn sql(&self, sql: &str) -> &SetBuilder {
        self.connection
            .execute_batch(sql)
            .unwrap_or_else(|error| panic!("{}: {sql}: {error}", self.name));
        self
    }

    /// Runs SQL that ends with a commit and notes what the database shows afterwards.
    pub fn commit(&mut self, sql: &str) -> &mut SetBuilder {
        self.sql(sql);
        assert!(
            self.connection.is_autocommit(),
            "{}: {sql}: the transaction is still open",
            self.name
        );
        let wal = self.file("-wal");
        let Some(&last) = naive::commits(&wal).last() else {
            return self;
        };
        let salts = naive::accept(&wal).map(|accepted| accepted.salts);
        if self.salts != salts {
            self.truth.clear();
            self.salts = salts;
        }
        self.truth.retain(|truth| truth.commit < last.number);
        let content = oracle::content_of(&self.connection).unwrap();
        self.truth.push(Truth {
            commit: last.number,
            sql: sql.to_owned(),
            page_count: last.page_count,
            content,
        });
        self
    }

    /// Schema and rows as the connection shows them now, as [`oracle::Oracle::content`] words them.
    pub fn content(&self) -> String {
        oracle::content_of(&self.connection).unwrap()
    }

    /// `PRAGMA wal_checkpoint(mode)`: busy, frames in the WAL, frames checkpointed.
    pub fn checkpoint(&self, mode: &str) -> (i32, i32, i32) {
        let sql = format!("PRAGMA wal_checkpoint({mode})");
        self.connection
            .query_row(&sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .unwrap()
    }

    /// Another connection that holds a read transaction on the database as it is now.
    pub fn reader(&self) -> Connection {
        let reader = connect(&self.path(""));
        reader
            .execute_batch("BEGIN; SELECT count(*) FROM sqlite_schema;")
            .unwrap();
        reader
    }

    /// The path of the database (`""`) or of a sidecar (`"-wal"`, `"-shm"`, `"-journal"`).
    pub fn path(&self, suffix: &str) -> PathBuf {
        self.folder.path().join(format!("app.db{suffix}"))
    }

    /// The bytes of the database (`""`) or of a sidecar as they are now; none if it does not exist.
    pub fn file(&self, suffix: &str) -> Vec<u8> {
        std::fs::read(self.path(suffix)).unwrap_or_default()
    }

    /// The files as they are now, while the connection stays open.
    pub fn copy(&self) -> Set {
        let (database, wal) = (self.file(""), self.file("-wal"));
        let commits = naive::commits(&wal);
        let is_same_wal = naive::accept(&wal).map(|accepted| accepted.salts) == self.salts;
        let backfilled =
            oracle::WalIndex::read(&self.path("-shm")).map_or(0, |index| index.backfilled as usize);
        let still_exact = |truth: &&Truth| {
            let commit = commits.get(truth.commit - 1);
            is_same_wal && commit.is_some_and(|commit| commit.last_frame >= backfilled)
        };
        let truth = self.truth.iter().filter(still_exact).cloned().collect();
        let shm = self.path("-shm").exists().then(|| self.file("-shm"));
        Set {
            name: self.name.clone(),
            database,
            wal,
            shm,
            truth,
        }
    }

    /// The database after the last connection closed: checkpointed, without sidecars.
    pub fn close(self) -> Vec<u8> {
        self.connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)
            .unwrap();
        self.connection.close().unwrap();
        std::fs::read(self.folder.path().join("app.db")).unwrap()
    }
}

impl Set {
    /// The same set with other salts in its WAL, so that its bytes are the same at every run; without its wal-index.
    #[must_use]
    pub fn with_salts(mut self, salt1: u32, salt2: u32) -> Set {
        self.wal = crate::rewrite::resalt(&self.wal, salt1, salt2);
        self.shm = None;
        self
    }
}

fn connect(path: &std::path::Path) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).unwrap();
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
        .unwrap();
    crate::oracle::collate(&connection).unwrap();
    connection
}
