use std::borrow::Cow;

use stillframe_database::header::HEADER_BYTES;
use stillframe_database::{ErrorKind, Header};
use stillframe_format::{PageNumber, PageSize, Pages};
use stillframe_wal::{Commit, CommitNumber, FrameNumber};

use crate::timeline::window;
use crate::{BackupSet, Error, Event, Input, Overlay, Progress, Refusal, Timeline, WalState};

/// The page size of a database that has no page yet, as SQLite makes it.
const DEFAULT_PAGE_SIZE: u32 = 4096;

/// SQLite's checkpoint lets a WAL make a database larger by no more than what the WAL holds and this many bytes
/// (`walCheckpoint` in `wal.c`).
pub(crate) const GROWTH_ALLOWANCE: u64 = 65536;

/// The database at one moment: a table of origins over the bytes of a set, from which nothing is copied before it is
/// asked for.
///
/// What it stores is what SQLite's checkpoint of that commit would leave in the database file, byte for byte.
#[derive(Debug)]
pub struct Image<'a> {
    set: &'a BackupSet,
    commit: Option<Commit>,
    page_size: PageSize,
    stored: u32,
    overlay: Overlay,
    header: Option<Header>,
    past_size: u32,
    refusal: Option<Refusal>,
}

/// Where a page of an image comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// From the database file.
    Database {
        /// Offset of the page.
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
    /// The image at a moment of a set whose timeline is known; 0 is the database file alone. Where SQLite would not
    /// have it, or a page of it exists nowhere, [`Image::refusal`] says why.
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
            return Self::of_database(set, None);
        }
        let mut gathered = Gathered::until(Some(at));
        Timeline::follow(set.wal.as_ref(), progress, |event| gathered.take(event))?;
        Self::of_gathered(set, timeline, gathered)
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
        let image = if asked > last {
            Err(Error::NoSuchCommit { asked, last })
        } else if asked > CommitNumber::DATABASE {
            Self::of_gathered(set, &timeline, gathered)
        } else {
            let refusal = match (at, timeline.state()) {
                (None, WalState::Refused(error)) => Some(Refusal::Wal(error)),
                (None, _) if set.has_hot_journal()? => Some(Refusal::HotJournal),
                _ => None,
            };
            Self::of_database(set, refusal)
        };
        Ok((timeline, image))
    }

    /// The database file alone, which `refusal` stands against.
    fn of_database(set: &'a BackupSet, refusal: Option<Refusal>) -> Result<Self, Error> {
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

    fn of_gathered(
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

    /// Page 1's header as SQLite would see it; `None` for an empty database.
    pub const fn header(&self) -> Option<&Header> {
        self.header.as_ref()
    }

    /// How many pages are stored: [`Pages::page_count`] and any that SQLite ignores behind them.
    pub const fn stored_pages(&self) -> u32 {
        self.stored
    }

    /// How many bytes the image has as a file: whole pages after a commit, for the database file alone its own length.
    pub fn bytes(&self) -> u64 {
        match self.commit {
            Some(_) => u64::from(self.stored) * u64::from(self.page_size.get()),
            None => self.set.database_bytes(),
        }
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
        let offset = page.offset(self.page_size);
        if offset < self.set.database_bytes() {
            Origin::Database { offset }
        } else if page == self.page_size.lock_byte_page() {
            Origin::LockByte
        } else {
            Origin::Missing
        }
    }

    /// The bytes of a page, or what the inputs hold of it: the last page of a database file may be cut off.
    pub(crate) fn bytes_of(&self, page: PageNumber) -> Result<crate::Window<'_>, Error> {
        match self.place_of(page)? {
            (Some(input), offset, length) => window(input, offset, length),
            (None, _, length) => Ok(crate::Window::Kept(Box::new(vec![0; length]))),
        }
    }

    /// The input that a page is in, at which offset, and how many of its bytes are there; no input for zeros.
    fn place_of(&self, page: PageNumber) -> Result<(Option<&Input>, u64, usize), Error> {
        let length = self.page_size.as_len();
        match (
            self.origin_of_first(page),
            &self.set.wal,
            &self.set.database,
        ) {
            (Origin::Wal { offset, .. }, Some(wal), _) => Ok((Some(wal), offset, length)),
            (Origin::Database { offset }, _, Some(database)) => {
                let present = (database.bytes.len() - offset).min(length as u64);
                Ok((Some(database), offset, present as usize))
            }
            (Origin::LockByte, _, _) => Ok((None, 0, length)),
            _ => Err(Refusal::MissingPages {
                at: self.number(),
                first: page,
                count: 1,
            }
            .into()),
        }
    }

    /// How many pages from `first` on, at least 1 and at most `most`, lie one behind the other, whole, where `first`
    /// does.
    fn run(&self, first: PageNumber, most: u32) -> u32 {
        let whole = self.set.database_bytes() / u64::from(self.page_size.get());
        let behind = u64::from(first.get()) + u64::from(most);
        let last = (behind - 1).min(whole).min(self.stored.into()) as u32;
        let before = self.overlay.up_to(first.get() - 1);
        // The first page that comes from the WAL ends the run.
        let next = self.overlay.page(before).filter(|page| page.get() <= last);
        let end = next.map_or(u64::from(last) + 1, |page| page.get().into());
        end.saturating_sub(first.get().into()).max(1) as u32
    }

    /// Page 1 is looked at before the number of stored pages is known.
    fn origin_of_first(&self, page: PageNumber) -> Origin {
        if page == PageNumber::FIRST && self.commit.is_none() && self.set.database_bytes() > 0 {
            return Origin::Database { offset: 0 };
        }
        self.origin(page)
    }
}

impl Pages for Image<'_> {
    type Error = Error;

    fn page_size(&self) -> PageSize {
        self.page_size
    }

    /// As SQLite counts: page 1 may count fewer pages than are stored.
    fn page_count(&self) -> u32 {
        self.header
            .map_or(self.stored, |header| header.page_count(self.stored))
    }

    fn stored_pages(&self) -> u32 {
        self.stored
    }

    fn page(&self, number: PageNumber) -> Result<Cow<'_, [u8]>, Error> {
        if let Some(page) = self.in_memory(number, self.page_size.as_len()) {
            return Ok(Cow::Borrowed(page));
        }
        let mut page = vec![0; self.page_size.as_len()];
        self.read(number, &mut page)?;
        Ok(Cow::Owned(page))
    }

    fn read(&self, first: PageNumber, mut buffer: &mut [u8]) -> Result<(), Error> {
        let mut page = first;
        while !buffer.is_empty() {
            let (input, offset, present) = self.place_of(page)?;
            let whole = self.page_size.as_len();
            // What lies in the database file behind the page as it does in the image is read with it.
            let pages = match input {
                Some(_) => self.run(page, buffer.len().div_ceil(whole) as u32),
                None => 1,
            };
            let run = buffer.len().min(pages as usize * whole);
            let (part, rest) = buffer.split_at_mut(run);
            let present = if pages == 1 { present.min(run) } else { run };
            let (bytes, zeros) = part.split_at_mut(present);
            zeros.fill(0);
            match input {
                Some(input) => input
                    .bytes
                    .read_exact_at(offset, bytes)
                    .map_err(|error| Error::read(input, offset, error))?,
                None => bytes.fill(0),
            }
            buffer = rest;
            page = PageNumber::new(page.get().saturating_add(pages)).unwrap_or(page);
        }
        Ok(())
    }

    fn in_memory(&self, first: PageNumber, length: usize) -> Option<&[u8]> {
        let whole = self.page_size.as_len();
        let pages = u32::try_from(length.div_ceil(whole)).ok()?;
        let (input, offset, present) = self.place_of(first).ok()?;
        if present < length.min(whole) || self.run(first, pages) < pages {
            return None;
        }
        let bytes = input?.bytes.in_memory()?;
        bytes.get(offset as usize..)?.get(..length)
    }
}

/// The page of `length` bytes at `offset` of an input, of which `present` are there: zeros stand for the rest.
pub(crate) fn page_of(
    input: &Input,
    offset: u64,
    present: usize,
    length: usize,
) -> Result<Cow<'_, [u8]>, Error> {
    if let Some(bytes) = input.bytes.in_memory() {
        let bytes = bytes.get(offset as usize..).unwrap_or_default();
        if let Some(page) = bytes.get(..length) {
            return Ok(Cow::Borrowed(page));
        }
    }
    let mut page = vec![0; length];
    let there = page.get_mut(..present).unwrap_or_default();
    input
        .bytes
        .read_exact_at(offset, there)
        .map_err(|error| Error::read(input, offset, error))?;
    Ok(Cow::Owned(page))
}

/// The frames of a WAL up to a commit, gathered while it is followed.
struct Gathered {
    until: Option<CommitNumber>,
    overlay: Overlay,
    pending: Overlay,
    commit: Option<Commit>,
}

impl Gathered {
    fn until(until: Option<CommitNumber>) -> Self {
        Self {
            until,
            overlay: Overlay::default(),
            pending: Overlay::default(),
            commit: None,
        }
    }

    fn take(&mut self, event: Event) {
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
