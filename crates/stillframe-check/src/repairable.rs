//! What of a damaged set can be put right, so that more of it can be had than SQLite shows: what `stillframe rebuild
//! --repair` does.

use stillframe_history::{
    BackupSet, EndOfLog, Error, Image, NearlyHolds, Older, Progress, Refusal, Residue, Rest,
    Timeline, WalRepairs, WalState,
};
use stillframe_wal::frame::FRAME_HEADER_BYTES;
use stillframe_wal::{CommitNumber, FrameNumber};

use crate::content::Level;
use crate::inside::Inside;

/// The database of the last commit with pages that a checkpoint had brought into the file, that it lacks, and that are
/// still in the WAL.
#[derive(Debug)]
pub struct WithOlder<'a> {
    /// The pages.
    pub older: Older,
    /// The database with them.
    pub image: Image<'a>,
    /// What is found in it; `None` where SQLite would not have it.
    pub looked: Option<Looked>,
}

impl<'a> WithOlder<'a> {
    /// Looks for such pages in a set whose WAL is the database's own; `image` is that of the last commit.
    ///
    /// # Errors
    /// The set could not be read.
    pub fn of(
        set: &'a BackupSet,
        timeline: &Timeline,
        residue: &Residue,
        image: &Image<'_>,
        progress: &dyn Progress,
    ) -> Result<Option<Self>, Error> {
        let Some(older) = Older::of(set, timeline, residue, image, progress)? else {
            return Ok(None);
        };
        let rest = Rest::of(set.wal_bytes(), progress);
        let image = older.image(set, timeline, &rest)?;
        rest.advance(set.wal_bytes());
        let looked = Looked::into(&image, progress)?;
        Ok(Some(Self {
            older,
            image,
            looked,
        }))
    }

    /// Whether it is a sound database.
    pub const fn is_sound(&self) -> bool {
        matches!(self.looked, Some(Looked { problems: 0, .. }))
    }

    /// Whether it is one that the database file has a part in, so that nothing but that the file and the WAL go together
    /// makes it sound.
    pub fn shows_that_they_go_together(&self) -> bool {
        let from_wal = self.image.overlay().len() as u64;
        self.is_sound() && from_wal < self.image.stored_pages().into()
    }
}

/// Whether pages of the last commit exist nowhere, or of what a journal leaves, and the database file without that WAL or
/// that journal is sound.
///
/// # Errors
/// The set could not be read.
pub(crate) fn file_alone_is_sound(
    set: &BackupSet,
    timeline: &Timeline,
    image: &Image<'_>,
    progress: &dyn Progress,
) -> Result<bool, Error> {
    if !matches!(image.refusal(), Some(Refusal::MissingPages { .. })) || set.database.is_none() {
        return Ok(false);
    }
    let is_rolled_back = image.commit().is_some() && image.rollback().is_some();
    let alone = match is_rolled_back {
        true => Image::rolled_back(set, progress)?,
        false => Image::at(set, timeline, CommitNumber::DATABASE, progress)?,
    };
    let looked = Looked::into(&alone, progress)?;
    Ok(looked.is_some_and(|looked| looked.problems == 0))
}

/// What was looked at of an image, and what was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Looked {
    /// How many problems there are.
    pub problems: usize,
    /// How much was looked at, as the size of the image tells.
    pub level: Level,
}

impl Looked {
    /// Looks at structure and content of an image; `None` where SQLite would not have it, or there is nothing in it.
    ///
    /// # Errors
    /// The set could not be read.
    pub fn into(image: &Image<'_>, progress: &dyn Progress) -> Result<Option<Self>, Error> {
        Self::at(None, image, progress)
    }

    /// As [`Looked::into`], at the structure alone, which costs little more than to read it.
    ///
    /// # Errors
    /// The set could not be read.
    pub fn at_structure(image: &Image<'_>, progress: &dyn Progress) -> Result<Option<Self>, Error> {
        Self::at(Some(Level::Structure), image, progress)
    }

    fn at(
        level: Option<Level>,
        image: &Image<'_>,
        progress: &dyn Progress,
    ) -> Result<Option<Self>, Error> {
        let header = image.header().filter(|_| image.refusal().is_none());
        let Some(header) = header.filter(|header| header.validate().is_ok()) else {
            return Ok(None);
        };
        let inside = Inside::look(image, header, level, progress)?;
        Ok(inside.map(|inside| Self {
            problems: inside.count(),
            level: inside.level,
        }))
    }
}

/// A commit that was written, that SQLite does not show, and of which no other commit behind it tells: a byte is wrong, and
/// with it put right the frame holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LostCommit {
    /// The slot that ends the log.
    pub frame: FrameNumber,
    /// The last commit that is had with all put right, where it is known what stood there.
    pub last: Option<CommitNumber>,
    /// Whether the commit was written for certain. Where a slot that was there before was being written over, its page may
    /// still be the older one, and differ in that byte.
    pub is_certain: bool,
}

impl LostCommit {
    /// Looks for one in a set; `residue` is what stands behind the log, and `end_of_log` what a wal-index says of its end.
    ///
    /// # Errors
    /// The set could not be read.
    pub fn find(
        set: &BackupSet,
        timeline: &Timeline,
        residue: &Residue,
        end_of_log: EndOfLog,
        progress: &dyn Progress,
    ) -> Result<Option<Self>, Error> {
        let repairs = wal_repairs(set, timeline, residue, progress)?;
        Self::of(set, timeline, residue, end_of_log, &repairs)
    }

    /// Looks for one; `repairs` is what can be put right.
    pub(crate) fn of(
        set: &BackupSet,
        timeline: &Timeline,
        residue: &Residue,
        end_of_log: EndOfLog,
        repairs: &WalRepairs,
    ) -> Result<Option<Self>, Error> {
        let (Some(wal), Some(end), WalState::Read, 0) = (
            &set.wal,
            residue.end,
            timeline.state(),
            residue.intact_commits.slots,
        ) else {
            return Ok(None);
        };
        let nearly = NearlyHolds::of(wal, timeline)?;
        let last = repairs.last_commit();
        if last.is_none() && nearly != Some(NearlyHolds::Commit) {
            return Ok(None);
        }
        let is_in_page = match (nearly, repairs.repairs()) {
            (Some(NearlyHolds::Repair(repair)), [_]) => repair.offset >= FRAME_HEADER_BYTES,
            (Some(NearlyHolds::Repair(_)), _) => false,
            (Some(NearlyHolds::Commit) | None, _) => true,
        };
        // The last slot of a WAL that was never begun anew was hardly written before.
        let is_last = u64::from(end.number.get()) == timeline.slots();
        let is_first = timeline
            .header()
            .is_some_and(|header| header.checkpoint_sequence == 0);
        let is_certain = match end_of_log {
            EndOfLog::TooEarly => true,
            EndOfLog::Right => !is_in_page,
            EndOfLog::Unknown => !is_in_page || (is_last && is_first),
        };
        Ok(Some(Self {
            frame: end.number,
            last,
            is_certain,
        }))
    }
}

/// Looks for damage to the WAL that can be put right, where commits may be lost by it.
pub(crate) fn wal_repairs(
    set: &BackupSet,
    timeline: &Timeline,
    residue: &Residue,
    progress: &dyn Progress,
) -> Result<WalRepairs, Error> {
    let Some(wal) = &set.wal else {
        return Ok(WalRepairs::default());
    };
    let lost = residue.intact_commits.slots + residue.unverified_commits.slots;
    let is_ignored = matches!(timeline.state(), WalState::Ignored(_));
    let may_be = lost > 0
        || is_ignored
        || matches!(
            NearlyHolds::of(wal, timeline)?,
            Some(NearlyHolds::Repair(_))
        );
    match may_be {
        true => WalRepairs::of(wal, timeline, progress),
        false => Ok(WalRepairs::default()),
    }
}
