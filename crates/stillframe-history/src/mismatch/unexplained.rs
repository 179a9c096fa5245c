//! Whether page 1 of the database file can be what the WAL was written over.

use stillframe_database::Header;
use stillframe_format::PageNumber;
use stillframe_wal::{FrameHeader, FrameNumber, SlotReason};

use super::behind::pages_behind;
use super::{header_in, is_accepted, is_proven};
use crate::base::Base;
use crate::timeline::{frame_headers, window};
use crate::{BackupSet, Error, Progress, Timeline, slots};

/// A field of page 1 in the database file that does not go together with the WAL.
///
/// A database file has page 1 either from a checkpoint, and then a frame of the WAL holds just the same, or from before
/// the WAL was begun. In the second case all that the first commits tell of it must follow: neither the change counter
/// nor the schema cookie becomes smaller; what the cookie does not tell of stays; and every transaction that changes
/// how many pages there are writes page 1 (`allocateBtreePage` in `btree.c`), so that pages behind those that it counts came
/// into the file from this WAL alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unexplained {
    /// What does not follow.
    pub field: Field,
    /// Its value in the database file.
    pub database: u32,
    /// Its value in the WAL: in the first page 1 there or, of [`Field::SizeInPages`], after a commit.
    pub wal: u32,
    /// That page 1, or the last frame of that commit.
    pub frame: FrameNumber,
}

/// Fields of page 1 that are compared with a WAL or with a rollback journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// The page size.
    PageSize,
    /// The change counter. Beside a WAL it is larger than in the first page 1 there; beside a journal neither the one there
    /// nor the next, or not 1 where there was no database before.
    ChangeCounter,
    /// The schema cookie: larger than in the first page 1 of the WAL, or smaller than in the journal.
    SchemaCookie,
    /// The text encoding, under the same schema cookie.
    TextEncoding,
    /// Whether there are pointer map pages, under the same schema cookie: the largest root page.
    LargestRootPage,
    /// The reserved bytes of each page, under the same schema cookie.
    ReservedBytes,
    /// The size in pages: no transaction that wrote page 1 lies between, or the one of the journal did not.
    SizeInPages,
}

impl Field {
    /// Where the field stands in the header: its offset and how many bytes it has.
    pub const fn place(self) -> (u64, u64) {
        match self {
            Self::PageSize => (16, 2),
            Self::ChangeCounter => (24, 4),
            Self::SchemaCookie => (40, 4),
            Self::TextEncoding => (56, 4),
            Self::LargestRootPage => (52, 4),
            Self::ReservedBytes => (20, 1),
            Self::SizeInPages => (28, 4),
        }
    }

    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::PageSize => "page size",
            Self::ChangeCounter => "change counter",
            Self::SchemaCookie => "schema cookie",
            Self::TextEncoding => "text encoding",
            Self::LargestRootPage => "largest root page",
            Self::ReservedBytes => "number of reserved bytes",
            Self::SizeInPages => "size in pages",
        }
    }
}

impl Unexplained {
    /// Compares page 1 of the database file, whose header is `header`, with the first commits and, where it does not
    /// follow, with every page 1 in the WAL. `page_1` is the last frame of page 1 that a commit wrote.
    pub(super) fn of(
        base: &Base<'_>,
        set: &BackupSet,
        timeline: &Timeline,
        header: &Header,
        page_1: Option<FrameNumber>,
        progress: &dyn Progress,
    ) -> Result<Option<Self>, Error> {
        let Some(held) = Held::read(base, timeline, header)? else {
            return Ok(None);
        };
        if let Some(frame) = page_1 {
            if held.is_in(set, timeline, frame)? {
                return Ok(None);
            }
        }
        let beginning = Beginning::read(set, timeline, page_1.is_some())?;
        let first = match beginning.page_1 {
            Some(frame) => header_in(set, timeline, frame)?.zip(Some(frame)),
            None => None,
        };
        let found = first
            .and_then(|(first, frame)| Self::of_headers(header, &first, frame))
            .or_else(|| beginning.other_size(header, first.map(|(first, _)| first), held.pages));
        let found = match found {
            None => pages_behind(base, set, timeline, header, page_1)?,
            found => found,
        };
        if found.is_none() || held.may_be_copied(set, timeline, progress)? {
            return Ok(None);
        }
        Ok(found)
    }

    /// What speaks against the header in the file being older than `first`, the first one in the WAL.
    fn of_headers(header: &Header, first: &Header, frame: FrameNumber) -> Option<Self> {
        let is_same_schema = header.schema_cookie == first.schema_cookie;
        // Until there is a schema the encoding is open.
        let has_encoding = header.text_encoding_field != 0;
        [
            (
                Field::ChangeCounter,
                header.change_counter,
                first.change_counter,
                header.change_counter > first.change_counter,
            ),
            (
                Field::SchemaCookie,
                header.schema_cookie,
                first.schema_cookie,
                header.schema_cookie > first.schema_cookie,
            ),
            (
                Field::TextEncoding,
                header.text_encoding_field,
                first.text_encoding_field,
                is_same_schema && has_encoding && header.text_encoding() != first.text_encoding(),
            ),
            (
                Field::LargestRootPage,
                header.largest_root_page,
                first.largest_root_page,
                is_same_schema && has_encoding && header.auto_vacuum() != first.auto_vacuum(),
            ),
            (
                Field::ReservedBytes,
                header.reserved_bytes.into(),
                first.reserved_bytes.into(),
                is_same_schema && has_encoding && header.reserved_bytes != first.reserved_bytes,
            ),
        ]
        .into_iter()
        .find(|&(.., differs)| differs)
        .map(|(field, database, wal, _)| Self {
            field,
            database,
            wal,
            frame,
        })
    }
}

/// Page 1 as the database file holds it.
pub(super) struct Held {
    page: Vec<u8>,
    /// Bytes of it that are compared: some write sums of their own into the reserved ones when a page gets into the
    /// file.
    usable: usize,
    /// How many pages the file has.
    pages: u32,
}

impl Held {
    /// `None` where the file does not have all of it.
    pub(super) fn read(
        base: &Base<'_>,
        timeline: &Timeline,
        header: &Header,
    ) -> Result<Option<Self>, Error> {
        let size = timeline.page_size();
        let Some(size) = size.filter(|size| base.bytes() >= size.get().into()) else {
            return Ok(None);
        };
        let mut page = vec![0; size.as_len()];
        base.read(0, &mut page)?;
        Ok(Some(Self {
            page,
            usable: header.usable_size().unwrap_or(size.get()) as usize,
            pages: size.pages_in(base.bytes()),
        }))
    }

    fn is(&self, page: &[u8]) -> bool {
        self.page.get(..self.usable) == page.get(..self.usable)
    }

    fn is_in(
        &self,
        set: &BackupSet,
        timeline: &Timeline,
        frame: FrameNumber,
    ) -> Result<bool, Error> {
        let (Some(wal), Some(size)) = (&set.wal, timeline.page_size()) else {
            return Ok(false);
        };
        let page = window(wal, frame.page_offset(size), size.as_len())?;
        Ok(self.is(&page))
    }

    /// Whether a checkpoint may have copied the page from the WAL: a frame of a commit holds just the same or, where
    /// commits are intact behind damage that ended the log, what is damaged may have held it. A frame that nothing proves
    /// to be of a commit was not copied.
    pub(super) fn may_be_copied(
        &self,
        set: &BackupSet,
        timeline: &Timeline,
        progress: &dyn Progress,
    ) -> Result<bool, Error> {
        let (mut may_be, mut in_log) = (false, true);
        progress.expect(set.wal_bytes());
        slots(set.wal.as_ref(), timeline, progress, |slot, page| {
            let is_proven = is_proven(slot.reason, in_log);
            in_log = is_accepted(slot.reason);
            may_be |= slot.header.filter(|_| is_proven).is_some_and(|header| {
                if slot.reason == SlotReason::Committed {
                    header.page == PageNumber::FIRST.get() && self.is(page)
                } else {
                    header.is_commit()
                }
            });
        })?;
        Ok(may_be)
    }
}

/// What the WAL tells of the database that it was begun over.
#[derive(Default)]
struct Beginning {
    /// Page 1 as the first commit that wrote it left it.
    page_1: Option<FrameNumber>,
    /// The commits up to that one of which the size differs from the one before, and the last frame of each: without
    /// page 1, a size does not change.
    sizes: Vec<(u32, FrameNumber)>,
    /// The size after the commit that wrote page 1.
    after: Option<(u32, FrameNumber)>,
}

impl Beginning {
    fn read(set: &BackupSet, timeline: &Timeline, has_page_1: bool) -> Result<Self, Error> {
        let mut beginning = Self::default();
        // Where page 1 is nowhere, the first commits tell as much as all.
        frame_headers(set, timeline, has_page_1, |frame, header| {
            beginning.take(frame, header)
        })?;
        Ok(beginning)
    }

    /// Whether there is more to learn.
    fn take(&mut self, frame: FrameNumber, header: &FrameHeader) -> bool {
        if header.page == PageNumber::FIRST.get() {
            self.page_1 = Some(frame);
        }
        if !header.is_commit() {
            return true;
        }
        let size = (header.size_after, frame);
        if self.page_1.is_some() {
            self.after = Some(size);
            return false;
        }
        if self.sizes.last().is_none_or(|&(last, _)| last != size.0) {
            self.sizes.push(size);
        }
        self.sizes.len() < MOST_SIZES
    }

    /// A commit that leaves another size than page 1 in the file counts, though nothing between them wrote page 1; or
    /// that wrote it, and leaves fewer where nothing makes a database smaller. Where the file has more pages than page
    /// 1 counts, SQLite takes over the number of the file.
    fn other_size(
        &self,
        header: &Header,
        first: Option<Header>,
        stored: u32,
    ) -> Option<Unexplained> {
        if !header.size_is_valid() {
            return None;
        }
        let database = header.size_in_pages;
        let other = |&&(size, _): &&(u32, FrameNumber)| size != database && size != stored;
        let is_same_schema = first.is_some_and(|first| {
            first.schema_cookie == header.schema_cookie
                && !first.auto_vacuum()
                && !header.auto_vacuum()
        });
        let smaller = self
            .after
            .filter(|&(size, _)| is_same_schema && size < database);
        let (wal, frame) = self.sizes.iter().find(other).copied().or(smaller)?;
        Some(Unexplained {
            field: Field::SizeInPages,
            database,
            wal,
            frame,
        })
    }
}

/// Of that many sizes one is other than the file's: two at most are its own.
const MOST_SIZES: usize = 3;
