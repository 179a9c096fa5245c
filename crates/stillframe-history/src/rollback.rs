//! What SQLite would make of a rollback journal.

mod beginning;
mod contradiction;
mod dormant;
mod gathered;
mod misplaced;
mod outvoted;
mod stopping;
mod super_journal;

use stillframe_format::PageNumber;
use stillframe_journal::header::RECORDS_THAT_FIT;
use stillframe_journal::{End, Header, Layout, RecordNumber, Segment, Slot, SlotReason, Wanted};

use crate::sparse::Stored;
use crate::tied::is_as_before;
use crate::timeline::{PIECE_BYTES, window};
use crate::{BackupSet, Error, Progress};
use contradiction::Contradicting;
pub use contradiction::HeaderContradiction;
pub(crate) use dormant::Shape;
pub use dormant::{Contradicted, Dormant};
use gathered::Gathered;
pub use gathered::Record;
pub use misplaced::Misplaced;
pub use outvoted::OutvotedSize;
use outvoted::Votes;
use stopping::Stopping;
pub use super_journal::{SuperJournalFile, SuperJournalName};

/// The rollback journal of a set, followed to the end: what SQLite would make of it, and where it would take each page
/// from that it writes back.
#[derive(Clone, Debug)]
pub struct Rollback {
    state: JournalState,
    name: Option<SuperJournalName>,
    length: u64,
    header: Option<Header>,
    layout: Option<Layout>,
    initial_size: Option<u32>,
    end: Option<End>,
    segments: u64,
    stop: Option<Stop>,
    contradiction: Option<HeaderContradiction>,
    outvoted: Option<OutvotedSize>,
    ends_between_segments: bool,
    gathered: Gathered,
    are_sums_sealed: bool,
}

/// A segment of a journal within whose records the playback ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// The segment.
    pub segment: Segment,
    /// The slot that ends the playback; `None` where the file ends just before it, or within the header.
    pub slot: Option<Slot>,
    /// How many records of the segment stand before it.
    pub before: u32,
}

impl Stop {
    /// Whether the header counts the records, so that all of them reached the file before any page of the database was
    /// written. Where it does not, a record at the end may be one that the process was about to write.
    pub const fn is_counted(&self) -> bool {
        self.segment.header.records != RECORDS_THAT_FIT
    }
}

/// What SQLite would do with a rollback journal when it opens the database (`hasHotJournal` and `pager_playback` in
/// `pager.c`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JournalState {
    /// There is none, or one of 0 bytes, which counts as none.
    Absent,
    /// It deletes it unread: the database has no page.
    DatabaseEmpty,
    /// It leaves it alone: its first byte is zero, or its own name is not that of the database's journal.
    NotHot,
    /// It deletes it and plays nothing back: the super-journal that it names is not there, or is empty, so the transaction
    /// was committed.
    SuperJournalGone,
    /// One or the other: it names a super-journal of which it is not known whether it is there.
    SuperJournalUnknown,
    /// It plays it back and deletes it.
    Hot,
}

/// What is met while a journal is followed.
#[derive(Clone, Copy, Debug)]
pub enum JournalEvent<'a> {
    /// A header.
    Segment(Segment),
    /// A slot, and its page, or what is there of it.
    Slot(Slot, &'a [u8]),
}

impl JournalState {
    /// What SQLite would do with the rollback journal of a set. No more of it is read than its first byte and the name of
    /// a super-journal.
    ///
    /// # Errors
    /// The journal could not be read.
    pub fn of(set: &BackupSet) -> Result<Self, Error> {
        Self::beside(set, SuperJournalName::of(set)?.as_ref())
    }

    /// Whether SQLite takes the journal for hot (`hasHotJournal`): it plays it back, unless its super-journal is gone, and
    /// deletes it.
    pub const fn is_hot(self) -> bool {
        match self {
            Self::Hot | Self::SuperJournalGone | Self::SuperJournalUnknown => true,
            Self::Absent | Self::DatabaseEmpty | Self::NotHot => false,
        }
    }

    fn beside(set: &BackupSet, name: Option<&SuperJournalName>) -> Result<Self, Error> {
        let Some(journal) = set.journal.as_ref().filter(|it| !it.bytes.is_empty()) else {
            return Ok(Self::Absent);
        };
        if set.database_bytes() <= 1 {
            return Ok(Self::DatabaseEmpty);
        }
        let mut first = [0];
        journal
            .bytes
            .read_exact_at(0, &mut first)
            .map_err(|error| Error::read(journal, 0, error))?;
        if first == [0] {
            return Ok(Self::NotHot);
        }
        if !name.is_some_and(SuperJournalName::is_heeded) {
            return Ok(Self::Hot);
        }
        Ok(match set.super_journal {
            SuperJournalFile::Unknown => Self::SuperJournalUnknown,
            SuperJournalFile::Missing | SuperJournalFile::Empty => Self::SuperJournalGone,
            SuperJournalFile::Present => Self::Hot,
        })
    }
}

impl Rollback {
    /// Follows the journal of `set` to the end.
    ///
    /// # Errors
    /// The journal could not be read.
    pub fn read(set: &BackupSet, progress: &dyn Progress) -> Result<Self, Error> {
        Self::follow(set, progress, |_| {})
    }

    /// As [`Rollback::read`], where SQLite would play it back, or may; of any other journal no more than the state.
    ///
    /// # Errors
    /// The journal could not be read.
    pub(crate) fn read_hot(set: &BackupSet, progress: &dyn Progress) -> Result<Self, Error> {
        let found = Self::unread(set)?;
        match found.state {
            JournalState::Hot | JournalState::SuperJournalUnknown => Self::read(set, progress),
            _ => Ok(found),
        }
    }

    fn unread(set: &BackupSet) -> Result<Self, Error> {
        let name = SuperJournalName::of(set)?;
        Ok(Self {
            state: JournalState::beside(set, name.as_ref())?,
            name,
            length: set.journal.as_ref().map_or(0, |input| input.bytes.len()),
            header: None,
            layout: None,
            initial_size: None,
            end: None,
            segments: 0,
            stop: None,
            contradiction: None,
            outvoted: None,
            ends_between_segments: false,
            gathered: Gathered::default(),
            are_sums_sealed: false,
        })
    }

    /// Follows the journal of `set` to the end and hands everything that stands in it to `visit`, in order, but for slots
    /// in holes of a sparse file behind the place where the playback stops.
    ///
    /// # Errors
    /// The journal could not be read.
    pub fn follow(
        set: &BackupSet,
        progress: &dyn Progress,
        mut visit: impl FnMut(JournalEvent<'_>),
    ) -> Result<Self, Error> {
        let mut rollback = Self::unread(set)?;
        let Some(journal) = set.journal.as_ref().filter(|_| rollback.length > 0) else {
            return Ok(rollback);
        };
        progress.expect(rollback.length);
        let mut playback = beginning::playback(set, journal)?;
        rollback.are_sums_sealed = playback.are_sums_sealed();
        let (gathered, segments) = (&mut rollback.gathered, &mut rollback.segments);
        let mut stopping = Stopping::default();
        let mut contradicting = Contradicting::new(rollback.are_sums_sealed);
        let mut votes = Votes::default();
        let mut stored = Stored::default();
        while let Some(wanted) = playback.wanted() {
            match wanted {
                Wanted::Header(range) => {
                    let bytes = window(journal, range.start, range.length() as usize)?;
                    if range.start == 0 {
                        rollback.header = Header::parse(&bytes).ok();
                    }
                    if let Some(segment) = playback.header(&bytes) {
                        *segments += 1;
                        stopping.begin(segment);
                        votes.begin(&segment);
                        contradicting.begin(&segment, journal, playback.layout())?;
                        visit(JournalEvent::Segment(segment));
                    }
                    gathered.begin();
                }
                Wanted::Records { range, slot_bytes } => {
                    let passed = playback.pass_over_zeros(stored.zeros(journal, range));
                    if passed > 0 {
                        gathered.tally(SlotReason::AfterStop { holds: false }, passed.into());
                        progress.advance(u64::from(passed) * slot_bytes as u64);
                        continue;
                    }
                    let piece = (PIECE_BYTES / slot_bytes).max(1) * slot_bytes;
                    let length = range.length().min(piece as u64);
                    let bytes = window(journal, range.start, length as usize)?;
                    playback.records(&bytes, |slot, page| {
                        gathered.take(&slot, slot_bytes);
                        stopping.take(&slot);
                        contradicting.take(&slot);
                        votes.take(&slot);
                        visit(JournalEvent::Slot(slot, page));
                    });
                    progress.advance(length);
                }
            }
        }
        gathered.settle();
        rollback.layout = playback.layout();
        rollback.initial_size = playback.initial_size();
        rollback.end = playback.end();
        // The name of a super-journal is the last that is written: a journal that has it was not cut.
        rollback.ends_between_segments = rollback.super_journal().is_none()
            && stopping.is_between(rollback.end, rollback.layout, rollback.length);
        rollback.stop = stopping.at(rollback.end);
        rollback.contradiction = contradicting.found(journal, rollback.layout, rollback.end)?;
        rollback.outvoted = votes.outvoted(set)?;
        Ok(rollback)
    }

    /// What SQLite would do with it.
    pub const fn state(&self) -> JournalState {
        self.state
    }

    /// Whether the checksums are of pages as a key decrypts them: then records are taken for intact of which they may be.
    pub const fn are_sums_sealed(&self) -> bool {
        self.are_sums_sealed
    }

    /// The name of a super-journal at its end.
    pub const fn super_journal(&self) -> Option<&SuperJournalName> {
        self.name.as_ref()
    }

    /// Bytes of the journal.
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// The first header, where there is a whole one, accepted or not.
    pub const fn header(&self) -> Option<&Header> {
        self.header.as_ref()
    }

    /// How the journal is laid out, where that can be told.
    pub const fn layout(&self) -> Option<Layout> {
        self.layout
    }

    /// The size in pages that SQLite cuts or extends the database to; `None` where the first header is not accepted, so
    /// that playing it back does nothing.
    pub const fn initial_size(&self) -> Option<u32> {
        self.initial_size
    }

    /// Why the playback ends; `None` where there is no journal.
    pub const fn end(&self) -> Option<End> {
        self.end
    }

    /// Where the playback ends, where that is within the records that a header counts, or that fit.
    pub const fn stop(&self) -> Option<&Stop> {
        self.stop.as_ref()
    }

    /// The first header that contradicts the first one, or what stands behind it, where there is one.
    pub const fn contradiction(&self) -> Option<HeaderContradiction> {
        self.contradiction
    }

    /// That the first header names another size than the database had, as the others show.
    pub const fn outvoted_size(&self) -> Option<OutvotedSize> {
        self.outvoted
    }

    /// The size in pages that the database had before the transaction, as most of the headers name it.
    pub fn agreed_size(&self) -> Option<u32> {
        self.outvoted.map(|it| it.size).or(self.initial_size)
    }

    /// Where the playback ends for damage, and not for what a process was about to write when it was stopped: the header
    /// counts the records, or intact ones stand behind.
    pub fn damage(&self) -> Option<&Stop> {
        let is_intact = |reason| reason == SlotReason::AfterStop { holds: true };
        let stop = self.stop.as_ref()?;
        (stop.is_counted() || self.count(is_intact) > 0).then_some(stop)
    }

    /// Whether it ends between two segments that count, as one may that was cut there: SQLite plays back what there is.
    pub const fn ends_between_segments(&self) -> bool {
        self.ends_between_segments
    }

    /// How many headers there are, of whatever kind.
    pub const fn segments(&self) -> u64 {
        self.segments
    }

    /// How many pages are written back, were it played back.
    pub fn pages(&self) -> usize {
        self.gathered.records().len()
    }

    /// How many slots have this reason, whatever else they say of themselves.
    pub fn count(&self, is: impl Fn(SlotReason) -> bool) -> u64 {
        self.gathered.count(is)
    }

    /// How many slots there are of each reason, in no particular order.
    pub fn reasons(&self) -> impl Iterator<Item = (SlotReason, u64)> + '_ {
        self.gathered.reasons()
    }

    /// The record that a page is taken from, were the journal played back.
    pub fn record(&self, page: PageNumber) -> Option<Record> {
        self.gathered.record(page)
    }

    /// The pages that are written back, by number, with the record that each is taken from.
    pub fn records(&self) -> impl Iterator<Item = (PageNumber, RecordNumber)> + '_ {
        self.gathered.records().iter()
    }

    /// The record that its page is taken from in place of the one in this slot.
    fn played_later(&self, slot: &Slot) -> Option<RecordNumber> {
        let last = self.record(PageNumber::new(slot.page?)?)?.number;
        (last != slot.number).then_some(last)
    }

    /// Whether playing it back changes nothing in the database file of the set that it is of: nothing of the transaction
    /// was written yet.
    ///
    /// # Errors
    /// The set could not be read.
    pub fn changes_nothing(&self, set: &BackupSet) -> Result<bool, Error> {
        is_as_before(set, self)
    }

    /// The first page from `page` on that has a record.
    pub(crate) fn next_from(&self, page: PageNumber) -> Option<PageNumber> {
        self.gathered.records().next_from(page)
    }
}
