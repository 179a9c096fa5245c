//! Whether a WAL is of a database, by what stands in them: for files whose names do not tell.
//!
//! A checkpoint copies pages from the WAL into the database file and leaves them in the WAL, also once that is begun anew:
//! pages that stand in both are what ties the two. They tell of one lineage, and not of one moment: whether a WAL goes on
//! top of the file as it is now is for [`crate::Mismatch`] and [`crate::Missed`] to say.

use core::cmp::Ordering;

use stillframe_database::header::{HEADER_BYTES, MAGIC};
use stillframe_database::{Header, JournalMode};
use stillframe_format::{PageNumber, PageSize};
use stillframe_wal::{FrameNumber, Salts, SlotReason};

use crate::generation::age;
use crate::reserved::compared_bytes;
use crate::timeline::window;
use crate::{BackupSet, Error, Event, Input, Overlay, Progress, Timeline, WalIndex, tail};

/// What a WAL has that its database may have, too.
#[derive(Debug)]
pub struct Traces {
    page_size: PageSize,
    salts: Salts,
    pages: Vec<Trace>,
    /// The first page 1 and the last one that commits wrote.
    page_1: Option<(Header, Header)>,
    /// Pages of the database after the last commit.
    size: u32,
}

/// A page that a WAL holds.
#[derive(Debug)]
struct Trace {
    number: PageNumber,
    bytes: Vec<u8>,
    /// Whether the generation before the present one wrote it.
    is_left: bool,
}

/// Pages that are looked at of a WAL: of its last commit as many as of the generation before.
const MOST_PAGES: usize = 128;

/// A page with fewer bytes that are not 0 looks like those of many databases.
const TELLING_BYTES: usize = 64;

impl Traces {
    /// Follows a WAL to the end, and takes pages out of it, evenly, of up to `most_bytes` bytes. `None` where it holds no
    /// commit, which is then of no database.
    ///
    /// # Errors
    /// The WAL could not be read.
    pub fn read(
        wal: &Input,
        most_bytes: usize,
        progress: &dyn Progress,
    ) -> Result<Option<Self>, Error> {
        let mut committed = Committed::default();
        let timeline = Timeline::follow(Some(wal), progress, |event| committed.take(event))?;
        let (Some(header), Some(page_size), Some(_)) = (
            timeline.header(),
            timeline.page_size(),
            timeline.last_commit(),
        ) else {
            return Ok(None);
        };
        let mut left = Overlay::default();
        tail(Some(wal), &timeline, progress, |slot, _| {
            let is_left = matches!(slot.reason, SlotReason::OtherGeneration { chains: true });
            let frame = slot.header.filter(|_| is_left);
            let frame = frame.filter(|frame| age(header, frame.salts) == Some(1));
            if let Some(page) = frame.and_then(|frame| PageNumber::new(frame.page)) {
                left.push(page, slot.number);
            }
        })?;
        left.settle();
        let mut newest = committed.pages;
        newest.cut(committed.size);
        let most = (most_bytes / page_size.as_len() / 2).clamp(1, MOST_PAGES);
        let mut traces = Self {
            page_size,
            salts: header.salts,
            pages: Vec::new(),
            page_1: None,
            size: committed.size,
        };
        traces.take(wal, || newest.iter(), most, false)?;
        let is_older = |page| newest.frame(page).is_none();
        let not_written_since = || left.iter().filter(|(page, _)| is_older(*page));
        traces.take(wal, not_written_since, most, true)?;
        let header_in = |frame| traces.header_in(wal, frame);
        let first = committed.first_page_1.map(header_in).transpose()?;
        let last = newest.frame(PageNumber::FIRST).map(header_in).transpose()?;
        traces.page_1 = first.flatten().zip(last.flatten());
        Ok(Some(traces))
    }

    /// The salts of the WAL.
    pub const fn salts(&self) -> Salts {
        self.salts
    }

    /// Of the frames as many as `most`, evenly, which tell something.
    fn take<F: Iterator<Item = (PageNumber, FrameNumber)>>(
        &mut self,
        wal: &Input,
        frames: impl Fn() -> F,
        most: usize,
        is_left: bool,
    ) -> Result<(), Error> {
        let frames = || frames().filter(|(page, _)| *page != PageNumber::FIRST);
        let step = frames().count().div_ceil(most).max(1);
        for (number, frame) in frames().step_by(step) {
            let offset = frame.page_offset(self.page_size);
            let bytes = window(wal, offset, self.page_size.as_len())?;
            if is_telling(&bytes) {
                self.pages.push(Trace {
                    number,
                    bytes: bytes.to_vec(),
                    is_left,
                });
            }
        }
        Ok(())
    }

    fn header_in(&self, wal: &Input, frame: FrameNumber) -> Result<Option<Header>, Error> {
        let bytes = window(wal, frame.page_offset(self.page_size), HEADER_BYTES)?;
        Ok(Header::parse(&bytes).ok())
    }
}

/// The frames that commits wrote.
#[derive(Default)]
struct Committed {
    pages: Overlay,
    pending: Overlay,
    first_page_1: Option<FrameNumber>,
    size: u32,
}

impl Committed {
    fn take(&mut self, event: Event) {
        match event {
            Event::Frame(frame) => {
                self.pending.push(frame.page, frame.number);
                if frame.page == PageNumber::FIRST {
                    self.first_page_1.get_or_insert(frame.number);
                }
            }
            Event::Commit(commit) => {
                self.pending.settle();
                self.pages.append(&mut self.pending);
                self.size = commit.size_after;
            }
        }
    }
}

/// How a WAL and a database file go together, by what stands in them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fit {
    /// Pages that were compared: those of the WAL that the database file has, too.
    pub compared: u32,
    /// Of these, pages that are the same in both.
    pub equal: u32,
    /// Of these equal ones, pages of the generation before the WAL's present one.
    pub equal_left: u32,
    /// Of the others, pages of which at least three bytes in four are the same: one is an older version of the other.
    pub akin: u32,
    /// Whether the wal-index beside the database has the salts of the WAL.
    pub has_salts: bool,
    /// Whether page 1 of the database file can be what the first page 1 of the WAL was made of, or a later one.
    pub continues: bool,
    /// What shows that they do not belong together as they are.
    pub contradiction: Option<Contradiction>,
}

/// What shows that a WAL is not of a database, or not of that moment of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contradiction {
    /// The database has no header that SQLite accepts, or is in rollback mode.
    NotInWalMode,
    /// The pages are of different sizes.
    PageSize,
    /// The change counter in the database file is larger than any in the WAL, or it has more pages than the last commit
    /// leaves.
    DatabaseIsNewer,
    /// The change counter in the database file is smaller than what the first page 1 of the WAL was made of, or it has fewer
    /// pages than a WAL without page 1 knows.
    DatabaseIsOlder,
}

impl Fit {
    /// Compares the database file of `set` with a WAL, and its wal-index, if it has one.
    ///
    /// # Errors
    /// The set could not be read.
    pub fn of(traces: &Traces, set: &BackupSet) -> Result<Self, Error> {
        let mut fit = Self::default();
        let header = set.database_header()?;
        let header = header.filter(|header| header.magic == MAGIC && header.validate().is_ok());
        let in_wal_mode = header.filter(|header| header.journal_mode() == JournalMode::Wal);
        let (Some(header), Some(database)) = (in_wal_mode, &set.database) else {
            fit.contradiction = Some(Contradiction::NotInWalMode);
            return Ok(fit);
        };
        if header.page_size() != Some(traces.page_size) {
            fit.contradiction = Some(Contradiction::PageSize);
            return Ok(fit);
        }
        match &traces.page_1 {
            Some((first, last)) => fit.compare_page_1(&header, first, last, traces.size),
            None => fit.compare_size(&header, traces.size),
        }
        if let Some(index) = &set.wal_index {
            let index = WalIndex::read(index)?;
            let salts = index.header().map(|header| header.salts);
            fit.has_salts = salts == Some(traces.salts);
        }
        let compared = compared_bytes(traces.page_size, Some(&header));
        for trace in &traces.pages {
            fit.compare(trace, traces.page_size, compared, database)?;
        }
        Ok(fit)
    }

    /// Every transaction that changes how many pages there are writes page 1 (`allocateBtreePage` in `btree.c`): without one
    /// the number is the same throughout.
    fn compare_size(&mut self, database: &Header, size: u32) {
        if database.size_is_valid() {
            self.contradiction = match database.size_in_pages.cmp(&size) {
                Ordering::Less => Some(Contradiction::DatabaseIsOlder),
                Ordering::Equal => None,
                Ordering::Greater => Some(Contradiction::DatabaseIsNewer),
            };
        }
    }

    fn compare_page_1(&mut self, database: &Header, first: &Header, last: &Header, size: u32) {
        let counter = database.change_counter;
        // Without auto-vacuum a database becomes smaller by VACUUM alone, which changes the schema cookie.
        let is_larger = database.size_is_valid()
            && database.size_in_pages > size
            && database.schema_cookie == last.schema_cookie
            && !last.auto_vacuum();
        if counter > last.change_counter || is_larger {
            self.contradiction = Some(Contradiction::DatabaseIsNewer);
        } else if counter.saturating_add(1) < first.change_counter {
            self.contradiction = Some(Contradiction::DatabaseIsOlder);
        }
        let has_encoding = database.text_encoding_field != 0;
        self.continues = self.contradiction.is_none()
            && database.schema_cookie <= last.schema_cookie
            && database.reserved_bytes == last.reserved_bytes
            && (!has_encoding || database.text_encoding_field == last.text_encoding_field);
    }

    fn compare(
        &mut self,
        trace: &Trace,
        size: PageSize,
        compared: usize,
        database: &Input,
    ) -> Result<(), Error> {
        let offset = trace.number.offset(size);
        if offset + u64::from(size.get()) > database.bytes.len() {
            return Ok(());
        }
        let held = window(database, offset, compared)?;
        let of_wal = trace.bytes.get(..compared).unwrap_or(&trace.bytes);
        if !is_telling(&held) {
            return Ok(());
        }
        self.compared += 1;
        if *held == *of_wal {
            self.equal += 1;
            self.equal_left += u32::from(trace.is_left);
        } else if are_akin(&held, of_wal) {
            self.akin += 1;
        }
        Ok(())
    }

    /// Pages that have nothing to do with each other.
    pub const fn strange(&self) -> u32 {
        self.compared - self.equal - self.akin
    }

    /// Whether what stands in them shows that they belong together, whatever their names.
    pub fn is_shown(&self) -> bool {
        self.contradiction.is_none()
            && (self.has_salts || (self.equal > 0 && self.equal > self.strange()))
    }

    /// Whether they can well belong together: enough where their names say it, too.
    pub fn is_likely(&self) -> bool {
        let is_anything = self.continues || self.equal > 0 || self.akin > 0;
        let is_shown = self.is_shown();
        let is_near = self.equal + self.akin >= self.strange();
        is_shown || (self.contradiction.is_none() && is_anything && is_near)
    }
}

/// Whether a page is not one as many databases have it.
fn is_telling(page: &[u8]) -> bool {
    page.iter()
        .filter(|byte| **byte != 0)
        .take(TELLING_BYTES)
        .count()
        == TELLING_BYTES
}

/// Whether two pages have three bytes in four in common, of those that are not 0: rows of one kind have half of them, as
/// where they are numbers, and a page has most of those that it had before a row was written to it.
fn are_akin(one: &[u8], other: &[u8]) -> bool {
    let filled = |page: &[u8]| page.iter().filter(|byte| **byte != 0).count();
    let pairs = one.iter().zip(other);
    let same = pairs
        .filter(|(one, other)| one == other && **one != 0)
        .count();
    same * 4 >= filled(one).min(filled(other)) * 3
}
