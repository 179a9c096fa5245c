use stillframe_database::Header;
use stillframe_database::header::MAGIC;
use stillframe_format::{PageNumber, PageSize, Pages as _};
use stillframe_journal::RecordNumber;
use stillframe_wal::{Commit, CommitNumber, FrameNumber};

use crate::base::{Base, Lies, too_many};
use crate::{
    BackupSet, Error, JournalState, Overlay, Progress, Record, Refusal, Rollback, Timeline,
    WalState,
};

mod judged;
mod pages;

pub(crate) use judged::DEFAULT_PAGE_SIZE;
pub(crate) use judged::GROWTH_ALLOWANCE;
pub(crate) use judged::Gathered;
pub(crate) use pages::page_of;

/// The database at one moment: a table of origins over the bytes of a set, from which nothing is copied before it is
/// asked for.
///
/// What it stores is what SQLite's checkpoint of that commit would leave in the database file, byte for byte. A hot
/// journal is played back before anything else, as SQLite does: the WAL lies over what that leaves.
#[derive(Debug)]
pub struct Image<'a> {
    set: &'a BackupSet,
    base: Base<'a>,
    commit: Option<Commit>,
    page_size: PageSize,
    stored: u32,
    overlay: Overlay,
    header: Option<Header>,
    past_size: u32,
    refusal: Option<Refusal>,
    set_aside: Option<Refusal>,
}

/// Where a page of an image comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// From the database file.
    Database {
        /// Offset of the page.
        offset: u64,
    },
    /// From the rollback journal that was played back. Where its pages are smaller than the image's this is of the first
    /// byte of the page.
    Journal {
        /// The record.
        record: RecordNumber,
        /// Offset of the page, behind its number.
        offset: u64,
    },
    /// From the WAL.
    Wal {
        /// The frame.
        frame: FrameNumber,
        /// Offset of the page, behind the frame's header.
        offset: u64,
    },
    /// The lock-byte page, which nobody writes: zeros.
    LockByte,
    /// From nowhere.
    Missing,
}

impl<'a> Image<'a> {
    /// The image at a moment of a set whose timeline is known; 0 is the database file alone, as it lies there. Where
    /// SQLite would not have it, or a page of it exists nowhere, [`Image::refusal`] says why.
    ///
    /// # Errors
    /// The set could not be read, there is no such commit, or neither a database nor a commit.
    pub fn at(
        set: &'a BackupSet,
        timeline: &Timeline,
        at: CommitNumber,
        progress: &dyn Progress,
    ) -> Result<Self, Error> {
        let last = timeline.last();
        if at > last {
            return Err(Error::NoSuchCommit { asked: at, last });
        }
        if at == CommitNumber::DATABASE {
            return Self::of_base(Base::as_found(set), set, None);
        }
        let (base, refusal) = Base::below_wal(set, progress)?;
        let mut gathered = Gathered::until(Some(at));
        Timeline::follow(set.wal.as_ref(), progress, |event| gathered.take(event))?;
        Self::of_gathered(base, set, timeline, gathered, refusal)
    }

    /// The timeline of a set and the image at `at`, or at the last moment there is, both in one reading of the WAL.
    ///
    /// # Errors
    /// The set could not be read. Why there is no image at all is the error beside the timeline: see [`Image::at`].
    pub fn read(
        set: &'a BackupSet,
        at: Option<CommitNumber>,
        progress: &dyn Progress,
    ) -> Result<(Timeline, Result<Self, Error>), Error> {
        let mut gathered = Gathered::until(at);
        let timeline = Timeline::follow(set.wal.as_ref(), progress, |event| gathered.take(event))?;
        let last = timeline.last();
        let asked = at.unwrap_or(last);
        if asked > last {
            return Ok((timeline, Err(Error::NoSuchCommit { asked, last })));
        }
        if at == Some(CommitNumber::DATABASE) {
            let image = Self::of_base(Base::as_found(set), set, None);
            return Ok((timeline, image));
        }
        let (base, refusal) = Base::below_wal(set, progress)?;
        let image = if asked > CommitNumber::DATABASE {
            Self::of_gathered(base, set, &timeline, gathered, refusal)
        } else {
            let refusal = match timeline.state() {
                WalState::Refused(error) => Some(Refusal::Wal(error)),
                _ => refusal,
            };
            Self::of_base(base, set, refusal)
        };
        Ok((timeline, image))
    }

    /// The database of the last commit with more pages over the file than SQLite would see: what that is for, and what
    /// there is of it, `over` knows. Whether SQLite's checkpoint would refuse to make the file so large is not asked.
    pub(crate) fn repaired(
        set: &'a BackupSet,
        timeline: &Timeline,
        over: impl FnOnce(&mut Gathered),
        progress: &dyn Progress,
    ) -> Result<Self, Error> {
        let (base, refusal) = Base::below_wal(set, progress)?;
        let mut gathered = Gathered::until(None);
        Timeline::follow(set.wal.as_ref(), progress, |event| gathered.take(event))?;
        gathered.settle();
        over(&mut gathered);
        Self::of_gathered(base, set, timeline, gathered, refusal)
    }

    /// The database file with the rollback journal played back into it and nothing else, whatever a super-journal says
    /// of whether SQLite would: the database as it was before the transaction.
    ///
    /// # Errors
    /// The set could not be read, or there is no journal that can be played back.
    pub fn rolled_back(set: &'a BackupSet, progress: &dyn Progress) -> Result<Self, Error> {
        let rollback = Rollback::read(set, progress)?;
        if rollback.initial_size().is_none() || rollback.state() == JournalState::DatabaseEmpty {
            return Err(Refusal::NoJournal.into());
        }
        let refusal = too_many(&rollback);
        Self::of_base(Base::rolled_back(set, rollback), set, refusal)
    }

    /// The rollback journal that was played back below the WAL, of an image that is not needed any more.
    pub fn into_rollback(self) -> Option<Rollback> {
        self.base.into_rollback()
    }

    /// The database file as it lies there, byte for byte, although SQLite would not have it: page 1 was never written, or
    /// counts pages that are not stored. That is evidence, and no database: see [`Image::set_aside`]. `page_size` is taken
    /// where page 1 names none. Nothing changes of an image that the WAL or the journal have a part in.
    #[must_use]
    pub fn as_evidence(mut self, page_size: Option<PageSize>) -> Self {
        let is_begun = self.header.is_some_and(|header| header.magic == MAGIC);
        let is_refused = matches!(
            self.refusal,
            Some(Refusal::NotADatabase(_) | Refusal::SizeExceedsStored { .. })
        );
        let is_alone = self.commit.is_none() && self.base.rollback().is_none();
        if !is_alone || (is_begun && !is_refused) {
            return self;
        }
        self.set_aside = self.refusal.take();
        let named = self.header.and_then(|header| header.page_size());
        if let (None, Some(page_size)) = (named, page_size) {
            self.page_size = page_size;
            self.stored = page_size.pages_in(self.base.bytes());
        }
        self
    }

    /// The set that the image is of.
    pub const fn set(&self) -> &'a BackupSet {
        self.set
    }

    /// The moment.
    pub fn number(&self) -> CommitNumber {
        self.commit
            .map_or(CommitNumber::DATABASE, |commit| commit.number)
    }

    /// The commit; `None` for the database file alone.
    pub const fn commit(&self) -> Option<Commit> {
        self.commit
    }

    /// Why SQLite would not have the image, or which page of it exists nowhere; `None` where it can be rebuilt.
    pub const fn refusal(&self) -> Option<Refusal> {
        self.refusal
    }

    /// What SQLite has against an image that is evidence and no database; `None` of any other: see [`Image::as_evidence`].
    pub const fn set_aside(&self) -> Option<Refusal> {
        self.set_aside
    }

    /// Page 1's header as SQLite would see it; `None` for an empty database.
    pub const fn header(&self) -> Option<&Header> {
        self.header.as_ref()
    }

    /// How many pages are stored: [`page_count`](stillframe_format::Pages::page_count) and any that SQLite ignores behind
    /// them.
    pub const fn stored_pages(&self) -> u32 {
        self.stored
    }

    /// How many bytes the image has as a file: whole pages after a commit, for the database file alone its own length.
    pub fn bytes(&self) -> u64 {
        match self.commit {
            Some(_) => u64::from(self.stored) * u64::from(self.page_size.get()),
            None => self.base.bytes(),
        }
    }

    /// The rollback journal that was played back below the WAL.
    pub const fn rollback(&self) -> Option<&Rollback> {
        self.base.rollback()
    }

    /// Bytes of the database file that the WAL lies over: after playing back the journal, where that was done.
    pub fn base_bytes(&self) -> u64 {
        self.base.bytes()
    }

    /// The pages that come from the rollback journal.
    pub fn pages_from_journal(&self) -> impl Iterator<Item = PageNumber> + '_ {
        let pages = self
            .base
            .pages_from_journal(self.page_size, PageNumber::FIRST);
        pages.filter(|&page| page.get() <= self.stored && self.overlay.frame(page).is_none())
    }

    /// Whether the log holds pages behind those that page 1 in the database file counts: SQLite writes page 1 whenever the
    /// number changes, so the log was not written over this database as it is.
    pub fn trails(&self) -> bool {
        let counted = self.page_count();
        let last = self.overlay.iter().next_back();
        self.overlay.frame(PageNumber::FIRST).is_none()
            && last.is_some_and(|(page, _)| page.get() > counted)
    }

    pub(crate) const fn base(&self) -> &Base<'a> {
        &self.base
    }

    /// The header at the start of what the WAL lies over, where there are enough bytes for one.
    ///
    /// # Errors
    /// The set could not be read.
    pub fn header_below_wal(&self) -> Result<Option<Header>, Error> {
        self.base.header()
    }

    /// Fills `buffer` with what stands in place of a page where the WAL lies over it: in the database file, or in what the
    /// journal leaves of that. How many bytes there are: fewer than a page where the file ends before or within it.
    ///
    /// # Errors
    /// The set could not be read.
    pub fn read_below_wal(&self, page: PageNumber, buffer: &mut [u8]) -> Result<usize, Error> {
        let offset = page.offset(self.page_size);
        let there = self.base.bytes().saturating_sub(offset);
        let length = usize::try_from(there).map_or(buffer.len(), |there| there.min(buffer.len()));
        if let Some(buffer) = buffer.get_mut(..length) {
            self.base.read(offset, buffer)?;
        }
        Ok(length)
    }

    /// The pages that come from the WAL, and their frames.
    pub const fn overlay(&self) -> &Overlay {
        &self.overlay
    }

    /// How many pages of the WAL lie past the size of the database and are left out.
    pub const fn pages_past_size(&self) -> u32 {
        self.past_size
    }

    /// Where a page comes from.
    pub fn origin(&self, page: PageNumber) -> Origin {
        if page.get() > self.stored {
            return Origin::Missing;
        }
        if let Some(frame) = self.overlay.frame(page) {
            let offset = frame.page_offset(self.page_size);
            return Origin::Wal { frame, offset };
        }
        self.origin_below_wal(page)
    }

    /// Where a page comes from that the WAL lies over, whether or not there is one in the WAL.
    pub fn origin_below_wal(&self, page: PageNumber) -> Origin {
        let offset = page.offset(self.page_size);
        match self.base.at(offset, offset + 1).0 {
            Lies::Database(offset) => Origin::Database { offset },
            Lies::Journal(offset, Record { number, .. }) => Origin::Journal {
                record: number,
                offset,
            },
            Lies::Nowhere if page == self.page_size.lock_byte_page() => Origin::LockByte,
            Lies::Nowhere => Origin::Missing,
        }
    }

    /// The last of the pages from `page` on, up to `last`, that come from where it does and follow one another there.
    /// There may be more: pages of the WAL and of the journal are told one by one.
    pub fn same_origin(&self, page: PageNumber, last: PageNumber) -> PageNumber {
        let last = last.max(page);
        let next = match self.overlay.next_from(page) {
            Some(next) if next == page => return page,
            next => next,
        };
        let before_frame = next.map_or(last.get(), |next| next.get() - 1);
        let mut until = last.get().min(before_frame);
        for end in [self.stored, self.page_size.lock_byte_page().get() - 1] {
            if page.get() <= end {
                until = until.min(end);
            }
        }
        if page == self.page_size.lock_byte_page() {
            return page;
        }
        let bytes = u64::from(self.page_size.get());
        let offset = page.offset(self.page_size);
        let (lies, length) = self.base.at(offset, u64::from(until) * bytes);
        let pages = match lies {
            Lies::Journal(..) => 1,
            // Of a page that the file ends in, the start counts.
            _ => length.div_ceil(bytes).max(1),
        };
        let until = u64::from(page.get()) + pages - 1;
        let until = u32::try_from(until).ok().and_then(PageNumber::new);
        until.unwrap_or(page)
    }
}
