//! Whether something shows that a WAL is not of the database file beside it, as that is now.
//!
//! Where nothing does, the two need not belong together. A WAL that was copied before commits which left page 1 alone,
//! as those that write over rows in place do, beside a file from after they were checkpointed: no byte of page 1 tells.
//! Pages that the file holds as a frame does, and others below them that it does not hold so, would be what such a file
//! looks like. They are also what a copy looks like that was made while a checkpoint was under way, over which the WAL
//! is right; so nothing is concluded from them.

mod behind;
mod of_no_commit;
mod other_moment;
mod unexplained;

use stillframe_database::header::{HEADER_BYTES, MAGIC};
use stillframe_database::{Header, JournalMode};
use stillframe_format::{PageNumber, PageSize};
use stillframe_wal::{FrameNumber, SlotReason};

use crate::base::Base;
use crate::{BackupSet, Error, Progress, Refusal, Timeline, slots};
pub use other_moment::OtherMoment;
pub use unexplained::{Field, Unexplained};

/// What shows that the commits of a WAL are not on top of what the database file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// The WAL has pages of another size.
    PageSize {
        /// Of the database file.
        database: PageSize,
        /// Of the WAL.
        wal: PageSize,
    },
    /// The database file is not in WAL mode.
    RollbackMode(Header),
    /// The database file is newer than all of the WAL.
    Stale(Stale),
    /// Page 1 of the database file is none that the WAL holds, nor what was there before the first of them. Where
    /// [`crate::Missed`] finds something, too, that tells why.
    Unexplained(Unexplained),
}

/// A WAL over a database file that is newer than all of it.
///
/// Every transaction that writes page 1 in WAL mode takes the change counter that it has read plus one, so that it
/// never becomes smaller (`pager_write_changecounter` in `pager.c`); one connection may give the same number to many of
/// its transactions. The schema cookie grows with every change of the schema. Page 1 in a database file is either older
/// than the WAL, or a checkpoint has copied it from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stale {
    /// How old page 1 of the database file is.
    pub database: Age,
    /// How old the newest page 1 in the WAL is.
    pub wal: Age,
    /// Where neither tells: how many pages page 1 in the database file counts, more than the last commit of the WAL
    /// leaves. Without auto-vacuum a database becomes smaller by `VACUUM` alone, which changes the schema cookie.
    pub pages: Option<u32>,
}

/// What tells which of two pages 1 of the same database is the newer one: the change counter, or else the schema
/// cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Age {
    /// The change counter.
    pub change_counter: u32,
    /// The schema cookie.
    pub schema_cookie: u32,
}

impl Age {
    const fn of(header: &Header) -> Self {
        Self {
            change_counter: header.change_counter,
            schema_cookie: header.schema_cookie,
        }
    }
}

impl Mismatch {
    /// Looks for a mismatch in the set of `timeline`, where the WAL holds a commit. `page_1` is the last frame of page
    /// 1 that a commit wrote. The WAL is read again only where that is older than the file. Beside a hot journal the
    /// file is what that leaves; where it is not known whether SQLite would play it back, nothing is found.
    ///
    /// # Errors
    /// The set could not be read.
    pub fn of(
        set: &BackupSet,
        timeline: &Timeline,
        page_1: Option<FrameNumber>,
        progress: &dyn Progress,
    ) -> Result<Option<Self>, Error> {
        let Some(wal) = timeline.last_commit().and(timeline.page_size()) else {
            return Ok(None);
        };
        let (base, refusal) = Base::below_wal(set, progress)?;
        if base.is_encrypted()? {
            return Ok(None);
        }
        let header = base.header()?.filter(|header| header.magic == MAGIC);
        let is_known = refusal != Some(Refusal::SuperJournalUnknown);
        let Some(header) = header.filter(|_| is_known) else {
            return Ok(None);
        };
        if let Some(database) = header.page_size().filter(|&database| database != wal) {
            return Ok(Some(Self::PageSize { database, wal }));
        }
        if header.validate().is_err() {
            return Ok(None);
        }
        if header.journal_mode() == JournalMode::Rollback {
            return Ok(Some(Self::RollbackMode(header)));
        }
        let stale = match page_1 {
            Some(frame) => Stale::of(set, timeline, &header, frame, progress)?,
            None => None,
        };
        if let Some(stale) = stale {
            return Ok(Some(Self::Stale(stale)));
        }
        let unexplained = Unexplained::of(&base, set, timeline, &header, page_1, progress)?;
        Ok(unexplained.map(Self::Unexplained))
    }
}

impl Stale {
    /// Compares page 1 of the database file, whose header is `header`, with every page 1 in the WAL.
    fn of(
        set: &BackupSet,
        timeline: &Timeline,
        header: &Header,
        page_1: FrameNumber,
        progress: &dyn Progress,
    ) -> Result<Option<Self>, Error> {
        let database = Age::of(header);
        let committed = header_in(set, timeline, page_1)?;
        let Some(committed) = committed.filter(|header| header.validate().is_ok()) else {
            return Ok(None);
        };
        let wal = Age::of(&committed);
        let size = timeline.last_commit().map_or(0, |commit| commit.size_after);
        let can_shrink = header.auto_vacuum() || committed.auto_vacuum();
        let is_larger = !can_shrink && header.size_is_valid() && header.size_in_pages > size;
        if database < wal || (database == wal && !is_larger) {
            return Ok(None);
        }
        progress.expect(set.wal_bytes());
        let known = Known::of(set, timeline, progress)?;
        let wal = wal.max(known.age);
        let is_larger = is_larger && header.size_in_pages > known.size_behind;
        let is_stale = database > wal || (database == wal && is_larger);
        Ok(is_stale.then_some(Self {
            database,
            wal,
            pages: (database == wal).then_some(header.size_in_pages),
        }))
    }
}

/// The header in a frame of page 1.
pub(crate) fn header_in(
    set: &BackupSet,
    timeline: &Timeline,
    frame: FrameNumber,
) -> Result<Option<Header>, Error> {
    let (Some(wal), Some(size)) = (&set.wal, timeline.page_size()) else {
        return Ok(None);
    };
    let (offset, mut start) = (frame.page_offset(size), [0; HEADER_BYTES]);
    let read = wal.bytes.read_exact_at(offset, &mut start);
    read.map_err(|error| Error::read(wal, offset, error))?;
    Ok(Header::parse(&start).ok())
}

/// The last frame of a page that a commit of the WAL wrote: what [`crate::Image`] has in its overlay at the last
/// commit.
///
/// # Errors
/// The WAL could not be read.
pub fn last_frame_of(
    page: PageNumber,
    set: &BackupSet,
    timeline: &Timeline,
    progress: &dyn Progress,
) -> Result<Option<FrameNumber>, Error> {
    let mut last = None;
    slots(set.wal.as_ref(), timeline, progress, |slot, _| {
        let is_page = slot.header.is_some_and(|header| header.page == page.get());
        if is_page && slot.reason == SlotReason::Committed {
            last = Some(slot.number);
        }
    })?;
    Ok(last)
}

/// The newest page 1 of all commits that a WAL proves, those behind damage that ended the log included, and the largest
/// database of those.
///
/// What else stands behind the log tells nothing: a frame that is not whole, or not of a commit that is, was not written
/// before a checkpoint that could have copied it. A commit frame which nothing proves may be one that was being written
/// when the WAL was copied; where the file holds what it began, that was copied later.
struct Known {
    age: Age,
    /// Of commits behind the log.
    size_behind: u32,
}

impl Known {
    fn of(set: &BackupSet, timeline: &Timeline, progress: &dyn Progress) -> Result<Self, Error> {
        let none = Age {
            change_counter: 0,
            schema_cookie: 0,
        };
        let mut known = Self {
            age: none,
            size_behind: 0,
        };
        // Of frames that no commit has followed yet.
        let mut pending = none;
        let salts = timeline.header().map(|header| header.salts);
        let mut in_log = true;
        slots(set.wal.as_ref(), timeline, progress, |slot, page| {
            let is_proven = is_proven(slot.reason, in_log);
            in_log = is_accepted(slot.reason);
            let is_whole = !matches!(slot.reason, SlotReason::Torn { .. });
            let header = slot
                .header
                .filter(|header| is_whole && (is_proven || Some(header.salts) == salts));
            let Some(frame) = header else {
                return;
            };
            if frame.page == PageNumber::FIRST.get() {
                let age = Header::parse(page).map(|header| Age::of(&header));
                pending = pending.max(age.unwrap_or(none));
            }
            if is_proven && frame.is_commit() {
                known.age = known.age.max(pending);
                if slot.reason != SlotReason::Committed {
                    known.size_behind = known.size_behind.max(frame.size_after);
                }
            }
        })?;
        Ok(known)
    }
}

const fn is_accepted(reason: SlotReason) -> bool {
    matches!(reason, SlotReason::Committed | SlotReason::Uncommitted)
}

/// Whether a slot is known to be a frame of the generation as it was written, so that a commit it ends was one. `behind_log`
/// says whether the slot before it is of the log: what follows from that has damaged salts.
const fn is_proven(reason: SlotReason, behind_log: bool) -> bool {
    match reason {
        SlotReason::Committed => true,
        SlotReason::ChecksumMismatch { chains } => chains,
        SlotReason::OtherGeneration { chains } => chains && behind_log,
        SlotReason::Uncommitted
        | SlotReason::ZeroSaltSpill
        | SlotReason::PageNumberZero
        | SlotReason::HeaderIgnored { .. }
        | SlotReason::Torn { .. }
        | SlotReason::ZeroFilled => false,
    }
}
