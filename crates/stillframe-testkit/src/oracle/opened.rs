//! What SQLite does to a set when it opens it.

use super::{EngineImage, Oracle, SqliteError, read_pages};

/// What SQLite showed of a set, and what it left of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The pages that it showed, or why none.
    pub image: Result<EngineImage, SqliteError>,
    /// The database file afterwards.
    pub database: Vec<u8>,
    /// Whether the journal is still there.
    pub keeps_journal: bool,
    /// Whether the super-journal is still there.
    pub keeps_super_journal: bool,
}

impl Oracle {
    /// Opens a database beside its sidecars and a super-journal of the name [`Oracle::super_journal`], reads every page
    /// and closes it, without a checkpoint.
    pub fn opened(
        &self,
        database: &[u8],
        wal: Option<&[u8]>,
        journal: Option<&[u8]>,
        super_journal: Option<&[u8]>,
    ) -> Opened {
        self.place(SUPER_JOURNAL, super_journal);
        let image = self
            .open(database, wal, journal)
            .and_then(|connection| read_pages(&connection));
        Opened {
            image,
            database: self.read_back(),
            keeps_journal: self.path("-journal").exists(),
            keeps_super_journal: self.path(SUPER_JOURNAL).exists(),
        }
    }

    /// The name that a journal has to name for its super-journal to be found.
    pub fn super_journal(&self) -> Vec<u8> {
        let path = self.path(SUPER_JOURNAL);
        path.to_str()
            .expect("a private folder has a plain name")
            .into()
    }
}

/// Behind the name of the database, of the form that SQLite asks for.
const SUPER_JOURNAL: &str = "-mj0123AB9CD";
