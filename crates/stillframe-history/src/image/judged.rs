//! How an image is made of what was gathered, and judged: what SQLite, or its checkpoint, would not have.

use stillframe_database::header::HEADER_BYTES;
use stillframe_database::{ErrorKind, Header};
use stillframe_format::{PageNumber, PageSize};
use stillframe_wal::{Commit, CommitNumber};

use super::{Image, Origin};
use crate::{BackupSet, Error, Event, Overlay, Refusal, Timeline};

/// The page size of a database that has no page yet, as SQLite makes it.
const DEFAULT_PAGE_SIZE: u32 = 4096;

/// SQLite's checkpoint lets a WAL make a database larger by no more than what the WAL holds and this many bytes
/// (`walCheckpoint` in `wal.c`).
pub(crate) const GROWTH_ALLOWANCE: u64 = 65536;

impl<'a> Image<'a> {
    /// The database file alone, which `refusal` stands against.
    pub(super) fn of_database(set: &'a BackupSet, refusal: Option<Refusal>) -> Result<Self, Error> {
        if set.database.is_none() {
            return Err(Refusal::NothingThere.into());
        }
        let mut image = Self {
            set,
            commit: None,
            page_size: PageSize::new(DEFAULT_PAGE_SIZE).expect("the default is a page size"),
            stored: 0,
            overlay: Overlay::default(),
            header: None,
            past_size: 0,
            refusal,
        };
        // SQLite takes a file of 1 byte for an empty one.
        let length = set.database_bytes();
        if length > 1 {
            let header = image.first_page_header()?;
            image.page_size = header.page_size().unwrap_or(image.page_size);
            image.stored = image.page_size.pages_in(length);
            image.accept(header);
        }
        Ok(image)
    }

    pub(super) fn of_gathered(
        set: &'a BackupSet,
        timeline: &Timeline,
        gathered: Gathered,
    ) -> Result<Self, Error> {
        let (Some(page_size), Some(commit)) = (timeline.page_size(), gathered.commit) else {
            return Err(Refusal::NothingThere.into());
        };
        let mut overlay = gathered.overlay;
        let past_size = overlay.cut(commit.size_after);
        let mut image = Self {
            set,
            commit: Some(commit),
            page_size,
            stored: commit.size_after,
            overlay,
            header: None,
            past_size,
            refusal: set.has_hot_journal()?.then_some(Refusal::HotJournal),
        };
        image.refuse_growth(commit);
        image.refuse_missing(commit);
        if image.origin(PageNumber::FIRST) != Origin::Missing {
            let header = image.first_page_header()?;
            image.accept(header);
        }
        Ok(image)
    }

    /// Page 1's header, as SQLite would see it.
    fn first_page_header(&self) -> Result<Header, Error> {
        let page = self.bytes_of(PageNumber::FIRST)?;
        let mut start = [0; HEADER_BYTES];
        for (to, from) in start.iter_mut().zip(page.iter()) {
            *to = *from;
        }
        Ok(Header::parse(&start).expect("the bytes of a whole header are there"))
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

    fn refuse_growth(&mut self, commit: Commit) {
        let page = u64::from(self.page_size.get());
        let database = self.set.database_bytes();
        let after = u64::from(self.stored) * page;
        let reach = database
            .saturating_add(GROWTH_ALLOWANCE)
            .saturating_add(u64::from(commit.last_frame.get()) * page);
        if reach < after {
            self.refuse(Refusal::Growth { database, after });
        }
    }

    /// Pages past the end of the database file must all be in the WAL, but for the lock-byte page.
    fn refuse_missing(&mut self, commit: Commit) {
        let in_database = self.database_pages().min(self.stored);
        let needed = self.stored - in_database;
        let present = (self.overlay.len() - self.overlay.up_to(in_database)) as u32;
        let lock = self.page_size.lock_byte_page();
        let excused = lock.get() > in_database
            && lock.get() <= self.stored
            && self.overlay.frame(lock).is_none();
        let count = needed - present - u32::from(excused);
        if count == 0 {
            return;
        }
        let next = |page: u64| page + 1 + u64::from(excused && page + 1 == u64::from(lock.get()));
        let mut first = next(in_database.into());
        for (page, _) in self.overlay.iter().skip(self.overlay.up_to(in_database)) {
            if u64::from(page.get()) != first {
                break;
            }
            first = next(first);
        }
        let first = u32::try_from(first).ok().and_then(PageNumber::new);
        let first = first.expect("a page is missing, so its number is no larger than the last one");
        let at = commit.number;
        self.refuse(Refusal::MissingPages { at, first, count });
    }

    /// How many pages the database file has, a last one that is cut off included.
    fn database_pages(&self) -> u32 {
        self.page_size.pages_in(self.set.database_bytes())
    }
}

/// The frames of a WAL up to a commit, gathered while it is followed.
pub(super) struct Gathered {
    until: Option<CommitNumber>,
    overlay: Overlay,
    pending: Overlay,
    commit: Option<Commit>,
}

impl Gathered {
    pub(super) fn until(until: Option<CommitNumber>) -> Self {
        Self {
            until,
            overlay: Overlay::default(),
            pending: Overlay::default(),
            commit: None,
        }
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
