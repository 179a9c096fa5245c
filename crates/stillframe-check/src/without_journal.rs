//! Whether a hot journal breaks a database that is sound without it.
//!
//! Where page 1 is in a journal, it ties the journal to the database file ([`stillframe_history::ForeignJournal`]), if only
//! by small numbers. Where it is not, the size in pages alone does. But a journal of another database, or of another time,
//! puts pages among others that they do not go with. If the structure is damaged once it was played back, and that of the
//! file as it lies there is not, then the journal is not the file's own; where page 1 ties them, only if pages that are
//! sound by themselves contradict each other, and a record is not damaged where the checksum does not tell.

use stillframe_format::PageNumber;
use stillframe_history::{BackupSet, Error, Image, Progress, Timeline};
use stillframe_wal::CommitNumber;

use crate::content::Level;
use crate::verdict::contradicts;
use crate::{Evidence, Inside, Trailing};

/// How many problems with the structure of a set's database a hot journal without page 1 makes, where the file alone has
/// none; `played` is the image at the last moment, with the journal played back. The structure of `played` is looked at,
/// and if something is wrong with it that of the file alone: each page at most twice. Of a journal with page 1 nothing is
/// told: it is tied to the file.
///
/// # Errors
/// The set could not be read.
pub fn broken_by_journal(
    set: &BackupSet,
    timeline: &Timeline,
    played: &Image<'_>,
    progress: &dyn Progress,
) -> Result<Option<usize>, Error> {
    if !may_be_broken(timeline, played) || has_page_1(played) {
        return Ok(None);
    }
    match problems(played, progress)? {
        None | Some(0) => Ok(None),
        Some(problems) => Ok(sound(set, timeline, progress)?.map(|_| problems)),
    }
}

impl<'a> Evidence<'a> {
    /// Takes the file alone for the image, where the journal breaks it and it is sound.
    pub(crate) fn look_without_journal(
        &mut self,
        level: Option<Level>,
        progress: &dyn Progress,
    ) -> Result<(), Error> {
        let problems = self.problems().len();
        let image = self.image.as_ref();
        let may_be = image.is_some_and(|image| {
            may_be_broken(&self.timeline, image) && (!has_page_1(image) || contradicts(self))
        });
        if problems == 0 || !may_be {
            return Ok(());
        }
        let Some(alone) = sound(self.set, &self.timeline, progress)? else {
            return Ok(());
        };
        self.broken_by_journal = Some(problems);
        self.rollback = self.image.take().and_then(Image::into_rollback);
        self.header_below_wal = alone.header_below_wal()?;
        self.trailing = Trailing::of(&alone, progress)?;
        self.image = Some(alone);
        self.inside = self.look(level, progress)?;
        Ok(())
    }
}

fn may_be_broken(timeline: &Timeline, played: &Image<'_>) -> bool {
    let rollback = played.rollback();
    timeline.last_commit().is_none()
        && played.refusal().is_none()
        && rollback.is_some_and(|it| it.pages() > 0)
}

fn has_page_1(played: &Image<'_>) -> bool {
    let rollback = played.rollback();
    rollback.is_some_and(|it| it.record(PageNumber::FIRST).is_some())
}

/// The database file alone, where its structure is sound.
fn sound<'a>(
    set: &'a BackupSet,
    timeline: &Timeline,
    progress: &dyn Progress,
) -> Result<Option<Image<'a>>, Error> {
    let alone = match Image::at(set, timeline, CommitNumber::DATABASE, progress) {
        Ok(alone) => alone,
        Err(Error::Refused(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let is_sound = alone.refusal().is_none() && problems(&alone, progress)? == Some(0);
    Ok(is_sound.then_some(alone))
}

/// How many problems the structure of an image has; `None` where it is no database.
pub(crate) fn problems(image: &Image<'_>, progress: &dyn Progress) -> Result<Option<usize>, Error> {
    let Some(header) = image.header().filter(|it| it.validate().is_ok()) else {
        return Ok(None);
    };
    let inside = Inside::look(image, header, Some(Level::Structure), progress)?;
    Ok(inside.map(|inside| inside.problems().len()))
}
