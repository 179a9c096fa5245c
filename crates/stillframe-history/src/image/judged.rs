//! How an image is made of what was gathered, and judged: what SQLite, or its checkpoint, would not have.

use stillframe_database::header::HEADER_BYTES;
use stillframe_database::{ErrorKind, Header};
use stillframe_format::{PageNumber, PageSize, Pages as _};
use stillframe_wal::{Commit, CommitNumber, FrameNumber};

use super::{Image, Origin};
use crate::base::Base;
use crate::encryption::encryption;
use crate::{BackupSet, Error, Event, Overlay, Refusal, Rollback, Timeline};

/// The page size of a database that has no page yet, as SQLite makes it.
pub(crate) const DEFAULT_PAGE_SIZE: PageSize =
    PageSize::new(4096).expect("the default is a page size");

/// SQLite's checkpoint lets a WAL make a database larger by no more than what the WAL holds and this many bytes
/// (`walCheckpoint` in `wal.c`).
pub(crate) const GROWTH_ALLOWANCE: u64 = 65536;

impl<'a> Image<'a> {
    /// The database file alone, or rolled back, which `refusal` stands against.
    pub(super) fn of_base(
        base: Base<'a>,
        set: &'a BackupSet,
        refusal: Option<Refusal>,
    ) -> Result<Self, Error> {
        if set.database.is_none() {
            return Err(Refusal::NothingThere.into());
        }
        let mut image = Self {
            set,
            base,
            commit: None,
            page_size: DEFAULT_PAGE_SIZE,
            stored: 0,
            overlay: Overlay::default(),
            header: None,
            past_size: 0,
            refusal,
            set_aside: None,
        };
        // SQLite takes a file of 1 byte for an empty one.
        let length = image.base.bytes();
        if length > 1 {
            let mut start = [0; HEADER_BYTES];
            let there = length.min(start.len() as u64) as usize;
            image
                .base
                .read(0, start.get_mut(..there).unwrap_or_default())?;
            let header = whole(&start);
            // Where page 1 is encrypted, the journal that it was played back from tells.
            let layout = image.base.rollback().and_then(Rollback::layout);
            let of_journal = layout.map(|layout| layout.page_size);
            let size = header.page_size().or(of_journal);
            image.page_size = size.unwrap_or(image.page_size);
            image.stored = image.page_size.pages_in(length);
            image.refuse_missing();
            image.refuse_encrypted()?;
            image.accept(header);
        }
        Ok(image)
    }

    pub(super) fn of_gathered(
        base: Base<'a>,
        set: &'a BackupSet,
        timeline: &Timeline,
        gathered: Gathered,
        refusal: Option<Refusal>,
    ) -> Result<Self, Error> {
        let (Some(page_size), Some(commit)) = (timeline.page_size(), gathered.commit) else {
            return Err(Refusal::NothingThere.into());
        };
        let is_repaired = gathered.is_repaired;
        let mut overlay = gathered.overlay;
        let past_size = overlay.cut(commit.size_after);
        let mut image = Self {
            set,
            base,
            commit: Some(commit),
            page_size,
            stored: commit.size_after,
            overlay,
            header: None,
            past_size,
            refusal,
            set_aside: None,
        };
        if !is_repaired {
            image.refuse_growth(commit);
        }
        image.refuse_missing();
        if image.origin(PageNumber::FIRST) != Origin::Missing {
            let mut start = [0; HEADER_BYTES];
            image.read(PageNumber::FIRST, &mut start)?;
            image.refuse_encrypted()?;
            image.accept(whole(&start));
        }
        Ok(image)
    }

    /// Takes page 1's header as SQLite does, by its tests in its order (`lockBtree` in `btree.c`): the usable size
    /// comes last.
    fn accept(&mut self, header: Header) {
        self.header = Some(header);
        let stored = self.stored;
        let counted = header.page_count(stored);
        let (usable, other): (Vec<_>, Vec<_>) = header
            .refusals()
            .partition(|refusal| matches!(refusal.kind, ErrorKind::UsableSize { .. }));
        if let Some(&error) = other.first() {
            self.refuse(Refusal::NotADatabase(error));
        }
        if let Some(database) = header.page_size().filter(|&size| size != self.page_size) {
            let wal = self.page_size;
            self.refuse(Refusal::PageSizeMismatch { database, wal });
        }
        if counted > stored {
            self.refuse(Refusal::SizeExceedsStored {
                header: counted,
                stored,
            });
        }
        if let Some(&error) = usable.first() {
            self.refuse(Refusal::NotADatabase(error));
        }
    }

    /// The first refusal stays.
    fn refuse(&mut self, refusal: Refusal) {
        self.refusal.get_or_insert(refusal);
    }

    fn refuse_encrypted(&mut self) -> Result<(), Error> {
        let mut page_1 = vec![0; self.page_size.as_len()];
        if self.origin(PageNumber::FIRST) != Origin::Missing {
            self.read(PageNumber::FIRST, &mut page_1)?;
        }
        let size = u64::from(self.page_size.get());
        let length = match self.commit {
            Some(_) => u64::from(self.stored) * size,
            None => self.base.bytes(),
        };
        // A page of a size that is not known may be more than there is.
        page_1.truncate(usize::try_from(length).unwrap_or(usize::MAX));
        let found = encryption(&page_1, length, |offset, sample| {
            let page = u32::try_from(offset / size + 1)
                .ok()
                .and_then(PageNumber::new);
            match page {
                Some(page) if self.origin(page) != Origin::Missing => self.read(page, sample),
                _ => Ok(()),
            }
        })?;
        if let Some(in_clear) = found {
            self.refuse(Refusal::Encrypted(in_clear));
        }
        Ok(())
    }

    fn refuse_growth(&mut self, commit: Commit) {
        let page = u64::from(self.page_size.get());
        let database = self.base.bytes();
        let after = u64::from(self.stored) * page;
        let reach = database
            .saturating_add(GROWTH_ALLOWANCE)
            .saturating_add(u64::from(commit.last_frame.get()) * page);
        if reach < after {
            self.refuse(Refusal::Growth { database, after });
        }
    }

    /// Pages past the end of the database file must all be in the WAL or the journal, but for the lock-byte page.
    fn refuse_missing(&mut self) {
        let in_database = self.page_size.pages_in(self.base.kept());
        let Some(behind) = self
            .stored
            .checked_sub(in_database)
            .filter(|&pages| pages > 0)
        else {
            return;
        };
        // There is a page behind it, so this is no larger than the largest number.
        let first = PageNumber::new(in_database.saturating_add(1)).unwrap_or(PageNumber::FIRST);
        let lock = self.page_size.lock_byte_page();
        let is_wal = |page| self.overlay.frame(page).is_some();
        let is_there = |page: PageNumber| self.origin(page) != Origin::Missing;
        let is_excused =
            (first..=last(self.stored)).contains(&lock) && self.origin(lock) == Origin::LockByte;
        let wal = self.overlay.len() - self.overlay.up_to(in_database);
        let journal = self
            .base
            .pages_from_journal(self.page_size, first)
            .filter(|&page| page.get() <= self.stored && !is_wal(page))
            .count();
        let count = behind - (wal + journal) as u32 - u32::from(is_excused);
        if count == 0 {
            return;
        }
        let mut pages = (first.get()..=self.stored).filter_map(PageNumber::new);
        let first = pages.find(|&page| !is_there(page)).unwrap_or(first);
        let at = self.number();
        self.refuse(Refusal::MissingPages { at, first, count });
    }
}

/// The page with this number, which is not 0.
fn last(number: u32) -> PageNumber {
    PageNumber::new(number).unwrap_or(PageNumber::FIRST)
}

fn whole(start: &[u8; HEADER_BYTES]) -> Header {
    Header::parse(start).expect("the bytes of a whole header are there")
}

/// The frames of a WAL up to a commit, gathered while it is followed.
pub(crate) struct Gathered {
    until: Option<CommitNumber>,
    overlay: Overlay,
    pending: Overlay,
    commit: Option<Commit>,
    /// Whether there are pages that SQLite would not see.
    is_repaired: bool,
}

impl Gathered {
    pub(super) fn until(until: Option<CommitNumber>) -> Self {
        Self {
            until,
            overlay: Overlay::default(),
            pending: Overlay::default(),
            commit: None,
            is_repaired: false,
        }
    }

    /// Puts frames in order once all were taken.
    pub(super) fn settle(&mut self) {
        self.pending.clear();
        self.overlay.settle();
    }

    /// Adds frames that SQLite would not see: of pages that none of those has, or which come after them all.
    pub(crate) fn add(&mut self, frames: impl Iterator<Item = (PageNumber, FrameNumber)>) {
        self.is_repaired = true;
        for (page, frame) in frames {
            self.overlay.push(page, frame);
        }
    }

    /// Ends with this commit.
    pub(crate) const fn end(&mut self, commit: Commit) {
        self.commit = Some(commit);
    }

    pub(super) fn take(&mut self, event: Event) {
        let reached = self.commit.map_or(CommitNumber::DATABASE, |c| c.number);
        if self.until.is_some_and(|until| reached >= until) {
            return;
        }
        match event {
            Event::Frame(frame) => self.pending.push(frame.page, frame.number),
            Event::Commit(commit) => {
                self.overlay.append(&mut self.pending);
                self.commit = Some(commit);
            }
        }
    }
}
