//! Whether a hot journal breaks a database that is sound without it.
//!
//! Where page 1 is in a journal, it ties the journal to the database file ([`stillframe_history::ForeignJournal`]), if only
//! by small numbers. Where it is not, the size in pages alone does. But a journal of another database, or of another time,
//! puts pages among others that they do not go with. If the structure is damaged once it was played back, and that of the
//! file as it lies there is not, then the journal is not the file's own; where page 1 ties them, only if pages that are
//! sound by themselves contradict each other, and a record is not damaged where the checksum does not tell. The same goes
//! for rows and indexes, but not where page 1 ties them: a transaction may have mended an index.

use stillframe_format::PageNumber;
use stillframe_history::{BackupSet, Error, Image, Progress, Rollback, Timeline};
use stillframe_wal::CommitNumber;

use crate::content::Level;
use crate::verdict::contradicts;
use crate::{Evidence, Inside, Trailing};

/// What a hot journal that was played back leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AfterRollback {
    /// How much of it was looked at.
    pub level: Level,
    /// How many problems there are with structure and content, which need not come from the journal.
    pub problems: usize,
    /// Whether the file alone has none: the journal is not its own.
    pub is_journal_to_blame: bool,
}

/// What the hot journal of a set leaves; `played` is the image at the last moment, with the journal played back. How much of
/// it is looked at its size tells, as in [`Evidence::gather`], which tells the same. If something is wrong with it, the file
/// alone is looked at, too. `None` where no journal was played back, a WAL lies over that, or SQLite refuses it.
///
/// # Errors
/// The set could not be read.
pub fn after_rollback(
    set: &BackupSet,
    timeline: &Timeline,
    played: &Image<'_>,
    progress: &dyn Progress,
) -> Result<Option<AfterRollback>, Error> {
    let header = played.header().filter(|it| it.validate().is_ok());
    let Some(header) = header.filter(|_| may_be_broken(timeline, played)) else {
        return Ok(None);
    };
    let Some(inside) = Inside::look(played, header, None, progress)? else {
        return Ok(None);
    };
    let problems = all_problems(&inside);
    let may_be = problems > 0 && may_be_to_blame(played, &inside);
    Ok(Some(AfterRollback {
        level: inside.level,
        problems,
        is_journal_to_blame: may_be && sound(set, timeline, None, progress)?.is_some(),
    }))
}

impl<'a> Evidence<'a> {
    /// Takes the file alone for the image, where the journal breaks it and it is sound.
    pub(crate) fn look_without_journal(
        &mut self,
        level: Option<Level>,
        progress: &dyn Progress,
    ) -> Result<(), Error> {
        let (Some(image), Some(inside)) = (&self.image, &self.inside) else {
            return Ok(());
        };
        let problems = all_problems(inside);
        let may_be = may_be_broken(&self.timeline, image) && may_be_to_blame(image, inside);
        if problems == 0 || !may_be {
            return Ok(());
        }
        let Some(alone) = sound(self.set, &self.timeline, level, progress)? else {
            return Ok(());
        };
        self.broken_by_journal = Some(problems);
        self.rollback = self.image.take().and_then(Image::into_rollback);
        self.header_below_wal = alone.header_below_wal()?;
        self.trailing = Trailing::of(&alone, progress)?;
        self.image = Some(alone);
        self.inside = self.look(level, None, progress)?;
        Ok(())
    }
}

/// Whether what is wrong with an image can come from a journal that is not its own.
fn may_be_to_blame(played: &Image<'_>, inside: &Inside) -> bool {
    !has_page_1(played) || (!inside.problems().is_empty() && contradicts(played, inside))
}

/// All that is wrong with structure and content.
fn all_problems(inside: &Inside) -> usize {
    inside.problems().len() + inside.content_problems().count()
}

fn may_be_broken(timeline: &Timeline, played: &Image<'_>) -> bool {
    let may_be = |it: &Rollback| it.pages() > 0 && it.outvoted_size().is_none();
    timeline.last_commit().is_none()
        && played.refusal().is_none()
        && played.rollback().is_some_and(may_be)
}

fn has_page_1(played: &Image<'_>) -> bool {
    let rollback = played.rollback();
    rollback.is_some_and(|it| it.record(PageNumber::FIRST).is_some())
}

/// The database file alone, where it is sound.
fn sound<'a>(
    set: &'a BackupSet,
    timeline: &Timeline,
    level: Option<Level>,
    progress: &dyn Progress,
) -> Result<Option<Image<'a>>, Error> {
    let alone = match Image::at(set, timeline, CommitNumber::DATABASE, progress) {
        Ok(alone) => alone,
        Err(Error::Refused(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(is_sound(&alone, level, progress)?.then_some(alone))
}

/// Whether SQLite accepts an image, and nothing is wrong with structure and content, as far as the level goes; its size
/// tells how far, where none is given.
///
/// # Errors
/// The set could not be read.
pub fn is_sound(
    image: &Image<'_>,
    level: Option<Level>,
    progress: &dyn Progress,
) -> Result<bool, Error> {
    let header = image.header().filter(|it| it.validate().is_ok());
    let Some(header) = header.filter(|_| image.refusal().is_none()) else {
        return Ok(false);
    };
    let inside = Inside::look(image, header, level, progress)?;
    Ok(inside.is_some_and(|inside| all_problems(&inside) == 0))
}
