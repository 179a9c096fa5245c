use stillframe_database::{Header, JournalMode};
use stillframe_format::PageNumber;
use stillframe_wal::FrameNumber;
use stillframe_wal::wal_index::IndexHeader;

use super::{Relation, WalIndex};
use crate::timeline::window;
use crate::{BackupSet, Error, Timeline};

/// Committed frames that a wal-index knows and the set lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lacking {
    /// The first of them.
    pub first: FrameNumber,
    /// The last.
    pub last: FrameNumber,
    /// The first that was certainly never copied into the database file as long as the wal-index was in use, where there
    /// is one. Of those before it a checkpoint was under way, or the wal-index was made anew from a WAL and knows of no
    /// checkpoint.
    pub certain_from: Option<FrameNumber>,
}

impl Lacking {
    /// The frames behind those that are in the database file or in the WAL; `None` where nothing is lacking or it cannot
    /// be told.
    ///
    /// Where the WAL is of another generation or there is none, only the database file can hold them. Where it has no
    /// frames, a checkpoint may have brought all of them into the database file and emptied it since; so may one have,
    /// where the database is no longer in WAL mode, or is none that the WAL was written over, or is as large as the last
    /// frame left it, as the file may have been copied after a checkpoint, and the wal-index before. Where nothing shows
    /// that, it can still be so: who opens a database in exclusive locking mode uses no wal-index, and leaves an old one
    /// behind.
    ///
    /// # Errors
    /// The database file could not be read.
    pub fn of(
        index: &WalIndex,
        relation: Relation,
        set: &BackupSet,
        timeline: &Timeline,
    ) -> Result<Option<Self>, Error> {
        let Some(known) = index.header() else {
            return Ok(None);
        };
        let header = set.database_header()?.filter(|it| it.validate().is_ok());
        let may_be_later = relation == Relation::EmptyWal
            || header.is_some_and(|header| is_later(index, known, &header, set.database_bytes()))
            || match &header {
                Some(header) => may_be_checkpointed(index, known, header, set, timeline)?,
                None => false,
            };
        let backfilled = match header {
            Some(header) if is_from_before(index, known, &header, set.database_bytes()) => 0,
            _ => index.backfilled(),
        };
        let lacking = Self::behind(index, relation, timeline, backfilled);
        Ok(lacking.map(|lacking| match may_be_later {
            true => lacking.in_doubt(),
            false => lacking,
        }))
    }

    /// Where the database file may be from after the wal-index: none of the frames is certainly lacking.
    #[must_use]
    pub const fn in_doubt(self) -> Self {
        Self {
            certain_from: None,
            ..self
        }
    }

    fn behind(
        index: &WalIndex,
        relation: Relation,
        timeline: &Timeline,
        backfilled: u32,
    ) -> Option<Self> {
        let held = match relation {
            Relation::NoWal | Relation::EmptyWal | Relation::Newer => 0,
            Relation::Ahead | Relation::AheadOfDamage => timeline.mx_frame(),
            _ => return None,
        };
        let last = FrameNumber::new(index.mx_frame())?;
        let behind =
            |frame: u32| FrameNumber::new(frame.saturating_add(1)).filter(|it| *it <= last);
        let first = behind(held.max(backfilled))?;
        Some(Self {
            first,
            last,
            certain_from: behind(held.max(index.attempted())),
        })
    }

    /// How many frames.
    pub const fn frames(&self) -> u32 {
        self.last.get() - self.first.get() + 1
    }
}

/// Whether the database file cannot be what the WAL of the wal-index was written over, nor what a checkpoint made of
/// that.
///
/// The number of pages changes only with page 1 and, without auto-vacuum, becomes smaller only where all pages are
/// written, as by `VACUUM`.
fn is_later(index: &WalIndex, known: &IndexHeader, header: &Header, length: u64) -> bool {
    if header.journal_mode() == JournalMode::Rollback || header.page_size() != known.page_size() {
        return true;
    }
    let pages = pages(header, length);
    let all_are_known = index.frames() == index.mx_frame();
    let has_page_1 = index.pages().frame(PageNumber::FIRST).is_some();
    let may_shrink =
        header.auto_vacuum() || index.pages().len() as u64 + 1 >= u64::from(known.page_count);
    let is_other = if has_page_1 {
        pages > known.page_count && !may_shrink
    } else {
        pages != known.page_count
    };
    is_other && all_are_known && index.mx_frame() > 0
}

/// Whether the database file may be from after a checkpoint that brought all frames into it: it has the size that they
/// left, and lacks no page that is still in the WAL.
fn may_be_checkpointed(
    index: &WalIndex,
    known: &IndexHeader,
    header: &Header,
    set: &BackupSet,
    timeline: &Timeline,
) -> Result<bool, Error> {
    let (Some(size), Some(database)) = (known.page_size(), &set.database) else {
        return Ok(false);
    };
    let length = database.bytes.len();
    if pages(header, length) != known.page_count || size.pages_in(length) < known.page_count {
        return Ok(false);
    }
    let wal = set.wal.as_ref();
    let wal = wal.filter(|_| timeline.page_size() == Some(size) && is_of(index, timeline));
    let Some(wal) = wal else {
        return Ok(true);
    };
    let usable = header.usable_size().unwrap_or(size.get()).min(size.get()) as usize;
    for (page, frame) in index.pages().iter() {
        let is_in_wal = frame.get() <= timeline.mx_frame() && page.get() <= known.page_count;
        if is_in_wal {
            let held = window(database, page.offset(size), usable)?;
            if *held != *window(wal, frame.page_offset(size), usable)? {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// Whether frames of the same number are the same in the WAL.
fn is_of(index: &WalIndex, timeline: &Timeline) -> bool {
    let salts = index.header().map(|known| known.salts);
    salts.is_some() && salts == timeline.header().map(|header| header.salts)
}

/// Whether the database file ends before a page that a checkpoint is said to have copied.
pub(super) fn is_from_before(
    index: &WalIndex,
    known: &IndexHeader,
    header: &Header,
    length: u64,
) -> bool {
    let stored = header.page_size().map_or(0, |size| size.pages_in(length));
    let copied =
        index.pages().iter().rev().find(|&(page, frame)| {
            frame.get() <= index.backfilled() && page.get() <= known.page_count
        });
    copied.is_some_and(|(page, _)| page.get() > stored)
}

/// How many pages the database has, as its header says, or the length of its file.
fn pages(header: &Header, length: u64) -> u32 {
    match header.page_size() {
        Some(size) if !header.size_is_valid() => size.pages_in(length),
        _ => header.size_in_pages,
    }
}
