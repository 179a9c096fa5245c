//! A rollback journal that is left aside: what the database file is without it.

use std::sync::OnceLock;

use stillframe_check::{after_rollback, is_sound};
use stillframe_format::{PageSize, Pages as _};
use stillframe_history::{
    BackupSet, Error, ForeignJournal, Image, JournalState, Progress, Refusal, Rollback,
};

use crate::words::{count, many};

/// A journal that is left aside.
#[derive(Debug, Default)]
pub struct Aside {
    /// Whether SQLite would play it back, or delete it.
    is_hot: bool,
    /// Whether whether it does hangs on a super-journal.
    is_open: bool,
    /// Whether it is of another database, or damaged so that the file alone is the database.
    is_foreign: bool,
    /// Whether it would cut the file to nothing.
    cuts_all: bool,
    /// The page size that it names.
    page_size: Option<PageSize>,
    /// Whether what lies in a file that it would cut to nothing is a sound database, once that was looked at.
    is_whole: OnceLock<bool>,
}

impl Aside {
    /// Looks at the journal of a set before it is left aside; nothing is to be said of one that is not hot. With `look` also
    /// at what it would leave.
    pub(super) fn of(set: &BackupSet, look: Option<&dyn Progress>) -> Result<Self, Error> {
        let state = JournalState::of(set)?;
        if !state.is_hot() {
            return Ok(Self::default());
        }
        let rollback = Rollback::read(set, &())?;
        let is_foreign = rollback.initial_size().is_some()
            && (ForeignJournal::of(set, &rollback)?.is_some()
                || breaks_database(set, state, look)?);
        Ok(Self {
            is_hot: true,
            is_open: state != JournalState::Hot,
            is_foreign,
            cuts_all: rollback.initial_size() == Some(0),
            page_size: rollback.layout().map(|layout| layout.page_size),
            is_whole: OnceLock::new(),
        })
    }

    /// Looks into an image, where that may be a backup that was only to be committed: then it is a database all the same.
    pub fn look(&self, image: &Image<'_>, progress: &dyn Progress) -> Result<(), Error> {
        if self.is_hot && self.cuts_all && self.page_size == Some(image.page_size()) {
            let is_whole = image.set_aside().is_none() && is_sound(image, None, progress)?;
            self.is_whole.get_or_init(|| is_whole);
        }
        Ok(())
    }

    /// Whether what is written is evidence, and no database, as far as it was looked at: see [`Aside::look`].
    pub fn is_evidence(&self, image: &Image<'_>) -> bool {
        let is_own = self.is_hot && !self.is_open && !self.is_foreign;
        image.set_aside().is_some() || (is_own && !self.is_whole())
    }

    fn is_whole(&self) -> bool {
        self.is_whole.get().is_some_and(|&is_whole| is_whole)
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
            None if self.is_open => OPEN.to_owned(),
            None if self.is_whole() => WHOLE.to_owned(),
            None => NOT_ROLLED_BACK.to_owned(),
        })
    }
}

/// Whether the database is sound without the journal, and not with it.
fn breaks_database(
    set: &BackupSet,
    state: JournalState,
    look: Option<&dyn Progress>,
) -> Result<bool, Error> {
    let Some(progress) = look.filter(|_| state == JournalState::Hot) else {
        return Ok(false);
    };
    let (timeline, image) = Image::read(set, None, progress)?;
    let Ok(image) = image else {
        return Ok(false);
    };
    let after = after_rollback(set, &timeline, &image, progress)?;
    Ok(after.is_some_and(|after| after.is_journal_to_blame))
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
const FOREIGN: &str = "the rollback journal, which SQLite would play back, is not of this database file, or damaged, and was left aside";

/// Where it hangs on a super-journal whether the journal is played back.
const OPEN: &str = "the rollback journal, of a transaction over several databases, was left aside: if that was not committed, the file \
     may hold a part of it";

/// Where nothing was left to do but to delete the journal.
const WHOLE: &str = "the rollback journal, with which SQLite would cut the file to 0 bytes, was left aside: what lies in it is a sound \
     database, as of a backup that was only to be committed";

/// Where the journal is the database's own.
const NOT_ROLLED_BACK: &str = "evidence and no database: the file may hold a part of a transaction that the journal would undo";
