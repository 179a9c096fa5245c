//! A rollback journal that is left aside: what the database file is without it.

use stillframe_database::header::MAGIC;
use stillframe_format::PageSize;
use stillframe_history::{BackupSet, Error, ForeignJournal, Image, JournalState, Rollback};

/// A hot journal that is left aside.
#[derive(Debug, Default)]
pub struct Aside {
    /// What is written is no database, and is written all the same, for what is in it.
    pub is_evidence: bool,
    /// The page size that the journal names.
    page_size: Option<PageSize>,
    warning: Option<&'static str>,
}

impl Aside {
    /// Looks at the journal of a set before it is left aside; nothing is to be said of one that is not hot.
    pub(super) fn of(set: &BackupSet) -> Result<Self, Error> {
        if !JournalState::of(set)?.is_hot() {
            return Ok(Self::default());
        }
        let header = set.database_header()?;
        let is_evidence = header.is_none_or(|header| header.magic != MAGIC);
        let rollback = Rollback::read(set, &())?;
        let is_foreign =
            rollback.initial_size().is_some() && ForeignJournal::of(set, &rollback)?.is_some();
        Ok(Self {
            is_evidence,
            page_size: rollback.layout().map(|layout| layout.page_size),
            warning: Some(match (is_evidence, is_foreign) {
                (true, _) => NO_DATABASE,
                (false, true) => FOREIGN,
                (false, false) => NOT_ROLLED_BACK,
            }),
        })
    }

    /// The image as it is to be written.
    pub fn of_image<'a>(&self, image: Image<'a>) -> Image<'a> {
        match self.is_evidence {
            true => image.as_evidence(self.page_size),
            false => image,
        }
    }

    /// What is to be said of it.
    pub const fn warning(&self) -> Option<&'static str> {
        self.warning
    }
}

/// Where page 1 was never written.
const NO_DATABASE: &str = "evidence and no database: page 1 was never written, as in a backup that was given up, and SQLite would cut the file to what it was before with the journal";

/// Where the journal is of another database.
const FOREIGN: &str = "the rollback journal, which SQLite would play back, is not of this database file, and was left aside";

/// Where the journal is the database's own.
const NOT_ROLLED_BACK: &str = "evidence and no database: the file may hold a part of a transaction that the journal would undo";
