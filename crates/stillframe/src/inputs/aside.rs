//! A rollback journal that is left aside: what the database file is without it.

use stillframe_format::PageSize;
use stillframe_history::{
    BackupSet, Error, ForeignJournal, Image, JournalState, Refusal, Rollback,
};

use crate::words::{count, many};

/// A journal that is left aside.
#[derive(Debug, Default)]
pub struct Aside {
    /// Whether SQLite would play it back.
    is_hot: bool,
    /// Whether it is of another database.
    is_foreign: bool,
    /// The page size that it names.
    page_size: Option<PageSize>,
}

impl Aside {
    /// Looks at the journal of a set before it is left aside; nothing is to be said of one that is not hot.
    pub(super) fn of(set: &BackupSet) -> Result<Self, Error> {
        if !JournalState::of(set)?.is_hot() {
            return Ok(Self::default());
        }
        let rollback = Rollback::read(set, &())?;
        let is_foreign =
            rollback.initial_size().is_some() && ForeignJournal::of(set, &rollback)?.is_some();
        Ok(Self {
            is_hot: true,
            is_foreign,
            page_size: rollback.layout().map(|layout| layout.page_size),
        })
    }

    /// The image as it is to be written.
    pub fn of_image<'a>(&self, image: Image<'a>) -> Image<'a> {
        match self.is_hot {
            true => image.as_evidence(self.page_size),
            false => image,
        }
    }

    /// Whether there is one that SQLite would play back.
    pub const fn is_hot(&self) -> bool {
        self.is_hot
    }

    /// What is to be said of it, where this was written.
    pub fn warning(&self, image: &Image<'_>) -> Option<String> {
        if !self.is_hot {
            return None;
        }
        Some(match image.set_aside() {
            Some(refusal) => no_database(refusal),
            None if self.is_foreign => FOREIGN.to_owned(),
            None => NOT_ROLLED_BACK.to_owned(),
        })
    }
}

/// What is written where it is no database.
fn no_database(refusal: Refusal) -> String {
    let why = match refusal {
        Refusal::SizeExceedsStored { header, stored } => {
            let missing = match stored + 1 {
                first if first == header => format!("page {first} is"),
                first => format!(
                    "pages {} to {} are",
                    count(first.into()),
                    count(header.into())
                ),
            };
            format!(
                "page 1 counts {}, and {missing} not in the file",
                many(header.into(), "page")
            )
        }
        _ => "page 1 was never written".to_owned(),
    };
    format!(
        "evidence and no database: {why}, as in a backup that was given up, and SQLite would cut the file to what it was \
         before with the journal"
    )
}

/// Where the journal is of another database.
const FOREIGN: &str = "the rollback journal, which SQLite would play back, is not of this database file, and was left aside";

/// Where the journal is the database's own.
const NOT_ROLLED_BACK: &str = "evidence and no database: the file may hold a part of a transaction that the journal would undo";
