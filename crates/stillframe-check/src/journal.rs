//! What is wrong with the rollback journal of a set, and whether it is the database's own.

use stillframe_format::{ByteRange, PageNumber};
use stillframe_history::{
    BackupSet, Dormant, Error, ForeignJournal, HeaderContradiction, Image, JournalState,
    OutvotedSize, Progress, Refusal, Rollback, Stop, Timeline,
};
use stillframe_journal::{End, Error as HeaderError, ErrorKind, Segment, SlotReason};
use stillframe_wal::CommitNumber;

use crate::Evidence;

/// Why SQLite does not put back all that a hot journal is there for. It says nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JournalDefect {
    /// It does not accept the first header, and plays nothing back.
    Header(HeaderError),
    /// It stops within records that must all have been there.
    Stop(Stop),
    /// A header counts fewer records than there are, and it does not look at those behind.
    TooFew {
        /// The header, and what it counts.
        segment: Segment,
        /// How many intact records stand directly behind those.
        behind: u64,
    },
}

/// A journal that was looked at beside an image.
pub(crate) struct Looked<'a> {
    /// The image at the last moment; of a foreign journal that without it, where no WAL lies over it.
    pub(crate) image: Option<Image<'a>>,
    /// The journal, where the image does not hold it.
    pub(crate) rollback: Option<Rollback>,
    /// What shows that it is not of the database.
    pub(crate) foreign: Option<ForeignJournal>,
    /// What it is, where SQLite leaves it alone as it begins with a zero.
    pub(crate) dormant: Option<Dormant>,
}

/// Looks at the journal of a set of which SQLite would make this.
pub(crate) fn look<'a>(
    set: &'a BackupSet,
    timeline: &Timeline,
    image: Option<Image<'a>>,
    state: JournalState,
    progress: &dyn Progress,
) -> Result<Looked<'a>, Error> {
    let may_be_played = may_be_played(state);
    let played = image.as_ref().and_then(Image::rollback);
    let (read, dormant) = match (played, state) {
        (None, JournalState::NotHot) => {
            let found = Dormant::read(set, progress)?;
            found.map_or((None, None), |(dormant, read)| (Some(read), Some(dormant)))
        }
        (None, _) if may_be_played => (Some(Rollback::read(set, progress)?), None),
        _ => (None, None),
    };
    let foreign = match played.or(read.as_ref()) {
        Some(rollback) if may_be_played => ForeignJournal::of(set, rollback)?,
        _ => None,
    };
    if foreign.is_none() || timeline.last_commit().is_some() {
        return Ok(Looked {
            image,
            rollback: read,
            foreign,
            dormant,
        });
    }
    let rollback = read.or(image.and_then(Image::into_rollback));
    let image = match Image::at(set, timeline, CommitNumber::DATABASE, progress) {
        Ok(image) => Some(image),
        Err(Error::Refused(_)) => None,
        Err(error) => return Err(error),
    };
    Ok(Looked {
        image,
        rollback,
        foreign,
        dormant,
    })
}

const fn may_be_played(state: JournalState) -> bool {
    matches!(state, JournalState::Hot | JournalState::SuperJournalUnknown)
}

impl Evidence<'_> {
    /// The journal, followed to the end, where SQLite would do something with it or where its first header is zeroed.
    pub(crate) fn rollback(&self) -> Option<&Rollback> {
        let played = self.image.as_ref().and_then(Image::rollback);
        played.or(self.rollback.as_ref())
    }

    /// The journal, where SQLite would play it back, or may.
    pub(crate) fn hot_rollback(&self) -> Option<&Rollback> {
        self.rollback().filter(|_| may_be_played(self.journal))
    }

    /// Whether the checksums of a hot journal are of pages as a key decrypts them.
    pub(crate) fn are_records_sealed(&self) -> bool {
        self.hot_rollback().is_some_and(Rollback::are_sums_sealed)
    }

    /// What is wrong with a hot journal.
    pub fn journal_defect(&self) -> Option<JournalDefect> {
        let rollback = self.hot_rollback()?;
        if rollback.initial_size().is_none() {
            return Some(JournalDefect::Header(match rollback.end()? {
                End::Header(error) => error,
                // There is no room for the sector that the header fills.
                _ => {
                    let found = usize::try_from(rollback.length()).unwrap_or(usize::MAX);
                    let kind = ErrorKind::HeaderTruncated { found };
                    HeaderError {
                        kind,
                        range: ByteRange::new(0, rollback.length()),
                    }
                }
            }));
        }
        if let Some(HeaderContradiction::TooFew { segment, behind }) = rollback.contradiction() {
            return Some(JournalDefect::TooFew { segment, behind });
        }
        rollback.damage().map(|&stop| JournalDefect::Stop(stop))
    }

    /// How many records stand behind the place where the playback stops: intact ones, and others.
    pub(crate) fn records_behind_stop(&self) -> (u64, u64) {
        self.rollback().map_or((0, 0), |rollback| {
            let count = |holds| rollback.count(|reason| reason == SlotReason::AfterStop { holds });
            (count(true), count(false))
        })
    }

    /// The first page that the database had before the transaction of a hot journal and that is nowhere, and how many there
    /// are.
    pub(crate) fn missing_after_rollback(&self) -> Option<(PageNumber, u32)> {
        // A size that is damaged tells of no page.
        self.hot_rollback()
            .filter(|it| it.outvoted_size().is_none())?;
        match (self.timeline.last_commit(), self.refusal()) {
            (None, Some(Refusal::MissingPages { first, count, .. })) => Some((first, count)),
            _ => None,
        }
    }

    /// Whether the journal is not the database file's own.
    pub(crate) fn is_journal_foreign(&self) -> bool {
        self.foreign_journal.is_some() || self.broken_by_journal.is_some()
    }

    /// Whether a later header of the journal names another size than the first.
    pub(crate) fn headers_differ(&self) -> bool {
        let contradiction = self.rollback().and_then(Rollback::contradiction);
        matches!(contradiction, Some(HeaderContradiction::Fields { .. }))
    }

    /// That the first header of a hot journal names another size than the database had, as the others show.
    pub(crate) fn outvoted_size(&self) -> Option<OutvotedSize> {
        self.hot_rollback().and_then(Rollback::outvoted_size)
    }

    /// Whether the journal is of no use, as another rule than SET202 tells.
    pub(crate) fn is_journal_useless(&self) -> bool {
        self.is_journal_foreign()
            || self.aborted.is_some()
            || self.journal_defect().is_some()
            || self.missing_after_rollback().is_some()
    }
}
