//! Real SQLite as the judge of bytes.
//!
//! Every question writes the bytes into a private folder (in memory where the system has such a place), opens them
//! there and never lets SQLite checkpoint unless that is the question. An [`Oracle`] is one folder: use one a thread.

use std::fmt;
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

use crate::ffi;

mod check;
mod meaning;
mod opened;
mod schema;
mod structure;
mod wal_index;

#[cfg(test)]
mod tests;

pub use crate::ffi::keywords;
pub use check::Check;
pub use meaning::{content as content_of, first_column as first_column_of};
pub use opened::Opened;
pub use schema::SchemaOracle;
pub use structure::Structure;
pub use wal_index::WalIndex;

/// A folder in which SQLite is asked about bytes.
#[derive(Debug)]
pub struct Oracle {
    folder: TempDir,
}

/// What SQLite says of a database and its WAL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// Whether a read transaction starts and every page can be read.
    pub outcome: Result<(), SqliteError>,
    /// The header of the wal-index that SQLite built; `None` if it opened no WAL or refused it.
    pub wal_index: Option<WalIndex>,
    /// The pages that SQLite shows; `None` if it refused, or was not asked.
    pub image: Option<EngineImage>,
}

/// The logical database, page after page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineImage {
    /// Page size in bytes; 0 for an empty database.
    pub page_size: usize,
    /// Database size in pages.
    pub page_count: u32,
    /// All pages.
    pub bytes: Vec<u8>,
}

/// SQLite's refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqliteError {
    /// Primary result code, such as 11 (`SQLITE_CORRUPT`) or 26 (`SQLITE_NOTADB`).
    pub code: i32,
    /// Extended result code.
    pub extended: i32,
    /// SQLite's own words.
    pub message: String,
}

impl Oracle {
    /// A fresh private folder.
    pub fn new() -> Oracle {
        Oracle {
            folder: private_folder(),
        }
    }

    /// What SQLite makes of the WAL, without reading the pages: the cheapest question.
    pub fn glance(&self, database: &[u8], wal: Option<&[u8]>) -> Judgement {
        self.ask(database, wal, false)
    }

    /// What SQLite makes of the WAL, and the database that it shows.
    pub fn judge(&self, database: &[u8], wal: Option<&[u8]>) -> Judgement {
        self.ask(database, wal, true)
    }

    /// The main database file after a complete `wal_checkpoint(TRUNCATE)`.
    ///
    /// A database of 0 or 1 bytes makes SQLite delete the WAL unread: the answer then is the database as it was.
    pub fn checkpoint(&self, database: &[u8], wal: &[u8]) -> Result<Vec<u8>, SqliteError> {
        let connection = self.open(database, Some(wal), None)?;
        read_schema_cookie(&connection)?;
        ffi::checkpoint_truncate(&connection).map_err(SqliteError::of)?;
        Ok(self.read_back())
    }

    /// The main database file after SQLite opened it beside `journal` and rolled back if it found that hot.
    pub fn roll_back(&self, database: &[u8], journal: &[u8]) -> Result<Vec<u8>, SqliteError> {
        let connection = self.open(database, None, Some(journal))?;
        read_schema_cookie(&connection)?;
        Ok(self.read_back())
    }

    /// Whether SQLite left a WAL beside the database after one read and close, as it does not for an empty database.
    pub fn keeps_wal(&self, database: &[u8], wal: &[u8]) -> bool {
        if let Ok(connection) = self.open(database, Some(wal), None) {
            let _refusal_is_no_deletion = read_schema_cookie(&connection);
        }
        self.path("-wal").exists()
    }

    /// The schema and every row of every table, in a stable order: equal texts mean equal content.
    pub fn content(&self, database: &[u8], wal: Option<&[u8]>) -> Result<String, SqliteError> {
        let mut connection = self.open(database, wal, None)?;
        meaning::bound(&mut connection)?;
        Ok(meaning::content(&connection)?)
    }

    /// The rows of `PRAGMA integrity_check`: one `ok` if SQLite finds nothing.
    pub fn integrity(
        &self,
        database: &[u8],
        wal: Option<&[u8]>,
    ) -> Result<Vec<String>, SqliteError> {
        let mut connection = self.open(database, wal, None)?;
        meaning::bound(&mut connection)?;
        Ok(meaning::integrity(&connection)?)
    }

    /// The first column of every row of a query.
    pub fn query(
        &self,
        database: &[u8],
        wal: Option<&[u8]>,
        sql: &str,
    ) -> Result<Vec<String>, SqliteError> {
        let mut connection = self.open(database, wal, None)?;
        meaning::bound(&mut connection)?;
        Ok(meaning::first_column(&connection, sql)?)
    }

    fn ask(&self, database: &[u8], wal: Option<&[u8]>, pages: bool) -> Judgement {
        let mut judgement = Judgement {
            outcome: Ok(()),
            wal_index: None,
            image: None,
        };
        let asked = self.open(database, wal, None).and_then(|connection| {
            let answer = if pages {
                read_pages(&connection).map(Some)
            } else {
                read_schema_cookie(&connection).map(|()| None)
            };
            judgement.wal_index = WalIndex::read(&self.path("-shm"));
            answer
        });
        match asked {
            Ok(image) => judgement.image = image,
            Err(refusal) => judgement.outcome = Err(refusal),
        }
        judgement
    }

    fn open(
        &self,
        database: &[u8],
        wal: Option<&[u8]>,
        journal: Option<&[u8]>,
    ) -> Result<Connection, SqliteError> {
        self.place("", Some(database));
        self.place("-wal", wal);
        self.place("-journal", journal);
        self.place("-shm", None);
        Ok(open(&self.path(""))?)
    }

    fn place(&self, suffix: &str, bytes: Option<&[u8]>) {
        let path = self.path(suffix);
        match bytes {
            Some(bytes) => std::fs::write(&path, bytes).expect("the private folder is writable"),
            None => match std::fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    panic!("cannot remove {path:?}: {error}")
                }
                _ => {}
            },
        }
    }

    fn read_back(&self) -> Vec<u8> {
        std::fs::read(self.path("")).expect("the private database is readable")
    }

    fn path(&self, suffix: &str) -> PathBuf {
        self.folder.path().join(format!("app.db{suffix}"))
    }
}

impl Default for Oracle {
    fn default() -> Oracle {
        Oracle::new()
    }
}

/// Opens a database that SQLite shall not checkpoint when the connection closes.
pub fn open(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    collate(&connection)?;
    Ok(connection)
}

/// Gives a connection a collation that SQLite does not have, `backwards`: text in the order of its last characters.
pub fn collate(connection: &Connection) -> rusqlite::Result<()> {
    connection.create_collation("backwards", |left, right| {
        left.chars().rev().cmp(right.chars().rev())
    })
}

/// A private folder, in memory where the system has such a place.
pub fn private_folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let folder = tempfile::Builder::new()
        .prefix("stillframe-testkit-")
        .tempdir_in(memory);
    folder
        .or_else(|_| TempDir::new())
        .expect("there is a place for temporary files")
}

impl SqliteError {
    fn of(extended: i32) -> SqliteError {
        SqliteError {
            code: extended & 0xff,
            extended,
            message: rusqlite::ffi::code_to_str(extended).to_owned(),
        }
    }
}

impl From<rusqlite::Error> for SqliteError {
    fn from(error: rusqlite::Error) -> SqliteError {
        match error {
            rusqlite::Error::SqliteFailure(inner, message) => SqliteError {
                code: inner.extended_code & 0xff,
                extended: inner.extended_code,
                message: message.unwrap_or_else(|| inner.to_string()),
            },
            other => panic!("the oracle was asked wrongly: {other}"),
        }
    }
}

impl fmt::Display for SqliteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.extended)
    }
}

impl std::error::Error for SqliteError {}

/// Starts a read transaction and reads one header field: unlike most statements this needs no readable schema.
fn read_schema_cookie(connection: &Connection) -> Result<(), SqliteError> {
    Ok(connection.query_row("PRAGMA schema_version", [], |_| Ok(()))?)
}

fn read_pages(connection: &Connection) -> Result<EngineImage, SqliteError> {
    connection.execute_batch("BEGIN")?;
    read_schema_cookie(connection)?;
    // The transaction has begun, so the flag no longer relaxes the header's checks; it lets a damaged schema be.
    connection.execute_batch("PRAGMA writable_schema=ON")?;
    let mut image = EngineImage {
        page_size: 0,
        page_count: 0,
        bytes: Vec::new(),
    };
    let mut statement = connection.prepare("SELECT data FROM sqlite_dbpage")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let page = row.get_ref(0)?.as_blob().expect("a page is a blob");
        image.page_size = page.len();
        image.page_count += 1;
        image.bytes.extend_from_slice(page);
    }
    Ok(image)
}
