use stillframe_database::Header;
use stillframe_database::header::HEADER_BYTES;
use stillframe_format::{FileKind, identify, limits::IDENTIFY_BYTES};
use stillframe_journal::Header as JournalHeader;
use stillframe_journal::header::HEADER_BYTES as JOURNAL_HEADER_BYTES;

use crate::{Error, Input, SuperJournalFile};

/// A database with its sidecars, as they were found. Nothing but their names ties them together.
#[derive(Debug, Default)]
pub struct BackupSet {
    /// The main database file.
    pub database: Option<Input>,
    /// The write-ahead log.
    pub wal: Option<Input>,
    /// The wal-index, which SQLite never reads from a cold copy.
    pub wal_index: Option<Input>,
    /// The rollback journal.
    pub journal: Option<Input>,
    /// Whether the super-journal is there that the rollback journal names ([`SuperJournalName`](crate::SuperJournalName)).
    pub super_journal: SuperJournalFile,
    /// What stands in that super-journal, where it was read.
    pub super_journal_list: Option<Input>,
    /// Whether SQLite, were it to open the set where it lies, would look for the super-journal at another place: it goes
    /// by the path in the journal.
    pub super_journal_is_sought_elsewhere: bool,
}

/// What part of a set a file is, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The main database file: any name that is none of the others.
    Database,
    /// `NAME-wal`.
    Wal,
    /// `NAME-shm`.
    WalIndex,
    /// `NAME-journal`.
    Journal,
}

impl Role {
    /// The sidecars, in the order in which they are spoken of.
    pub const SIDECARS: [Self; 3] = [Self::Wal, Self::WalIndex, Self::Journal];

    /// What SQLite appends to the name of the database.
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Database => "",
            Self::Wal => "-wal",
            Self::WalIndex => "-shm",
            Self::Journal => "-journal",
        }
    }

    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Wal => "WAL",
            Self::WalIndex => "wal-index",
            Self::Journal => "rollback journal",
        }
    }

    /// The role that a file name gives a file, and the name of the database that it belongs to.
    pub fn of_name(name: &str) -> (Self, &str) {
        Self::SIDECARS
            .into_iter()
            .find_map(|role| Some((role, name.strip_suffix(role.suffix())?)))
            .filter(|(_, database)| !database.is_empty())
            .unwrap_or((Self::Database, name))
    }
}

impl BackupSet {
    /// What the set is called: its database file, or the first of its sidecars; empty where there is nothing.
    pub fn name(&self) -> &str {
        let parts = [&self.database, &self.wal, &self.journal, &self.wal_index];
        let first = parts.into_iter().find_map(Option::as_ref);
        first.map_or("", |input| &input.name)
    }

    /// Bytes of the database file; 0 where there is none.
    pub fn database_bytes(&self) -> u64 {
        self.database.as_ref().map_or(0, |input| input.bytes.len())
    }

    /// Bytes of the WAL; 0 where there is none.
    pub fn wal_bytes(&self) -> u64 {
        self.wal.as_ref().map_or(0, |input| input.bytes.len())
    }

    /// What the database file is, from its content; `None` where there is no database file.
    ///
    /// # Errors
    /// It could not be read.
    pub fn database_kind(&self) -> Result<Option<FileKind>, Error> {
        self.database.as_ref().map(kind).transpose()
    }

    /// The header at the start of the database file, where there are enough bytes for one.
    ///
    /// # Errors
    /// It could not be read.
    pub fn database_header(&self) -> Result<Option<Header>, Error> {
        let Some(database) = &self.database else {
            return Ok(None);
        };
        let mut start = [0; HEADER_BYTES];
        if database.bytes.len() < start.len() as u64 {
            return Ok(None);
        }
        let read = database.bytes.read_exact_at(0, &mut start);
        read.map_err(|error| Error::read(database, 0, error))?;
        Ok(Header::parse(&start).ok())
    }

    /// The first header of the rollback journal, where there are enough bytes for one.
    ///
    /// # Errors
    /// It could not be read.
    pub fn journal_header(&self) -> Result<Option<JournalHeader>, Error> {
        let Some(journal) = &self.journal else {
            return Ok(None);
        };
        let mut start = [0; JOURNAL_HEADER_BYTES];
        if journal.bytes.len() < start.len() as u64 {
            return Ok(None);
        }
        let read = journal.bytes.read_exact_at(0, &mut start);
        read.map_err(|error| Error::read(journal, 0, error))?;
        Ok(JournalHeader::parse(&start).ok())
    }

    /// Whether SQLite would delete the WAL unread on opening the set: the database has no pages (a file of 1 byte
    /// counts as empty), and a WAL that is not empty lies beside it (`pagerOpenWalIfPresent` in `pager.c`).
    pub fn wal_would_be_deleted(&self) -> bool {
        self.database_bytes() <= 1 && self.wal_bytes() > 0
    }
}

/// What an input is, from its content.
pub(crate) fn kind(input: &Input) -> Result<FileKind, Error> {
    let length = input.bytes.len();
    let prefix = input
        .bytes
        .window(0, length.min(IDENTIFY_BYTES as u64) as usize)
        .map_err(|error| Error::read(input, 0, error))?;
    Ok(identify(&prefix, length))
}
