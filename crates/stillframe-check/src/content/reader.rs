use std::borrow::Cow;
use std::cell::Cell as Counter;

use foldhash::quality::RandomState;
use stillframe_database::btree::{Cell, Page};
use stillframe_database::freelist::next_page;
use stillframe_database::{Geometry, TextEncoding};
use stillframe_format::{PageNumber, Pages};

use super::chain::{self, Chain};
use super::fault::Fault;

/// Bytes of an overflow page before what it holds: the number of the next one.
pub(super) const LINK_BYTES: usize = 4;

/// A page and its number.
type Read<'p, P> = Result<(PageNumber, Cow<'p, [u8]>), Fault<<P as Pages>::Error>>;

/// The pages of a database as cursors read them.
pub(super) struct Reader<'p, P> {
    pub pages: &'p P,
    pub geometry: Geometry,
    pub page_count: u32,
    /// Whether the database has a pointer map.
    pub auto_vacuum: bool,
    /// With what long values are hashed, and in what encoding they are if they are text.
    pub state: RandomState,
    pub encoding: TextEncoding,
    /// Whether links and pointer map are known to lead the same way.
    pub is_map_sound: bool,
    /// How many more pages may be read.
    left: Counter<u64>,
}

impl<'p, P: Pages> Reader<'p, P> {
    /// `most` bounds how many pages are read, in all.
    pub(super) fn new(pages: &'p P, geometry: Geometry, auto_vacuum: bool, most: u64) -> Self {
        Self {
            pages,
            geometry,
            page_count: pages.page_count(),
            auto_vacuum,
            state: RandomState::default(),
            encoding: TextEncoding::Utf8,
            is_map_sound: false,
            left: Counter::new(most),
        }
    }

    /// How many more pages may be read.
    pub(super) fn left(&self) -> u64 {
        self.left.get()
    }

    /// Lets so many pages be read from here on.
    pub(super) fn allow(&self, most: u64) {
        self.left.set(most);
    }

    /// Counts pages that are read by others.
    pub(super) fn count(&self, pages: usize) -> Result<(), Fault<P::Error>> {
        let left = self.left.get().checked_sub(pages as u64);
        self.left.set(left.ok_or(Fault::Endless)?);
        Ok(())
    }

    pub(super) fn page(&self, page: u32) -> Read<'p, P> {
        let number = self.number(page)?;
        self.count(1)?;
        let bytes = self.pages.page(number).map_err(Fault::Read)?;
        Ok((number, bytes))
    }

    /// The number of a page that there is.
    fn number(&self, page: u32) -> Result<PageNumber, Fault<P::Error>> {
        let number = PageNumber::new(page).filter(|_| page <= self.page_count);
        number.ok_or(Fault::Corrupt)
    }

    /// Takes the first bytes of an overflow page from the file itself, so many with the link, as SQLite does where it has
    /// some of the same value already and the WAL does not hold the page: with no zeros for what is not there.
    pub(super) fn take_from_file(&self, page: u32, bytes: usize) -> Result<(), Fault<P::Error>> {
        if bytes > self.pages.present(self.number(page)?) {
            return Err(Fault::ShortRead);
        }
        Ok(())
    }

    /// `length` bytes of a payload, from byte `start` of it on (`accessPayload` in `btree.c`).
    pub(super) fn payload(
        &self,
        page: &Page<'_>,
        cell: &Cell<'_>,
        chain: &mut Chain,
        start: u32,
        length: u32,
    ) -> Result<Vec<u8>, Fault<P::Error>> {
        let mut bytes = Vec::new();
        self.add(&mut bytes, page, cell, chain, start, length)?;
        Ok(bytes)
    }

    /// Puts part of a payload behind the bytes that are there.
    fn add(
        &self,
        bytes: &mut Vec<u8>,
        page: &Page<'_>,
        cell: &Cell<'_>,
        chain: &mut Chain,
        start: u32,
        length: u32,
    ) -> Result<(), Fault<P::Error>> {
        let geometry = self.geometry;
        let local = geometry.local(page.kind(), cell.payload_length);
        if cell.payload_offset() > geometry.usable_size().saturating_sub(local) {
            return Err(Fault::Corrupt);
        }
        let before = bytes.len();
        let (mut skip, end) = (start as usize, before + length as usize);
        take(bytes, cell.local, &mut skip, end);
        if bytes.len() == end {
            return Ok(());
        }
        let size = geometry.usable_size() as usize - LINK_BYTES;
        let (mut index, mut next) = chain.start(skip / size, cell.overflow.unwrap_or_default());
        skip -= index * size;
        while next != 0 {
            self.number(next)?;
            chain.set(index, next);
            if skip >= size {
                next = chain.next(self, index, next)?;
                skip -= size;
            } else {
                if skip == 0 && bytes.len() - before >= LINK_BYTES {
                    let taken = size.min(end - bytes.len());
                    self.take_from_file(next, LINK_BYTES + taken)?;
                }
                let (_, page) = self.page(next)?;
                let content = page.get(LINK_BYTES..geometry.usable_size() as usize);
                take(bytes, content.unwrap_or_default(), &mut skip, end);
                if bytes.len() == end {
                    return Ok(());
                }
                next = next_page(&page);
            }
            index += 1;
        }
        Err(Fault::Corrupt)
    }

    /// All of a payload, as SQLite reads an entry that it compares or takes apart: where it stands if the page holds all of
    /// it.
    pub(super) fn whole_payload<'a>(
        &self,
        page: &Page<'a>,
        cell: &Cell<'a>,
    ) -> Result<Cow<'a, [u8]>, Fault<P::Error>> {
        if cell.payload_length as usize <= cell.local.len() {
            return Ok(Cow::Borrowed(cell.local));
        }
        let mut bytes = Vec::new();
        self.copy_payload(page, cell, &mut bytes)?;
        Ok(Cow::Owned(bytes))
    }

    /// Puts all of a payload into `bytes`, as [`Reader::whole_payload`] gives it.
    pub(super) fn copy_payload(
        &self,
        page: &Page<'_>,
        cell: &Cell<'_>,
        bytes: &mut Vec<u8>,
    ) -> Result<(), Fault<P::Error>> {
        bytes.clear();
        let length = cell.payload_length;
        if length as usize <= cell.local.len() {
            bytes.extend_from_slice(cell.local);
            return Ok(());
        }
        self.is_possible(0, length)?;
        self.add(bytes, page, cell, &mut Chain::default(), 0, length)
    }

    /// As [`Reader::record`]; `None` where all bytes can be read, and are no record.
    pub(super) fn record_if_one<'a>(
        &self,
        page: &Page<'_>,
        cell: &Cell<'a>,
        gathered: &'a mut Vec<u8>,
    ) -> Result<Option<&'a [u8]>, Fault<P::Error>> {
        match self.record(page, cell, gathered) {
            Ok(record) => Ok(Some(record)),
            Err(Fault::Corrupt) if self.is_whole(page, cell)? => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    /// Whether all of a payload can be read, along its links.
    pub(super) fn is_whole(
        &self,
        page: &Page<'_>,
        cell: &Cell<'_>,
    ) -> Result<bool, Fault<P::Error>> {
        match self.pass(page, cell) {
            Ok(()) => Ok(true),
            Err(Fault::Read(error)) => Err(Fault::Read(error)),
            Err(_) => Ok(false),
        }
    }

    /// Reads all of a payload, and holds none of it.
    fn pass(&self, page: &Page<'_>, cell: &Cell<'_>) -> Result<(), Fault<P::Error>> {
        let length = cell.payload_length;
        if length as usize <= cell.local.len() {
            return Ok(());
        }
        self.is_possible(0, length)?;
        let local = self.geometry.local(page.kind(), length);
        if cell.payload_offset() > self.geometry.usable_size().saturating_sub(local) {
            return Err(Fault::Corrupt);
        }
        let mut next = cell.overflow.unwrap_or_default();
        for _ in 0..self.geometry.overflow_pages(cell.overflow_length()) {
            // Any of its bytes may be asked for.
            self.take_from_file(next, self.geometry.page_size().as_len())?;
            next = next_page(&self.page(next)?.1);
        }
        Ok(())
    }

    /// As [`Reader::record`], of which it is sure that it is the one that SQLite reads, whichever way it takes from one
    /// overflow page to the next.
    pub(super) fn sure_record<'a>(
        &self,
        page: &Page<'_>,
        cell: &Cell<'a>,
        gathered: &'a mut Vec<u8>,
    ) -> Result<&'a [u8], Fault<P::Error>> {
        if self.auto_vacuum && !self.is_map_sound && cell.overflow.is_some() {
            let mut passed = cell.overflow.unwrap_or_default();
            for _ in 1..self.geometry.overflow_pages(cell.overflow_length()) {
                let next = next_page(&self.page(passed)?.1);
                if chain::in_file_order(self, passed)?.is_some_and(|guess| guess != next) {
                    return Err(Fault::Corrupt);
                }
                passed = next;
            }
        }
        self.record(page, cell, gathered)
    }

    /// No record is longer than all pages together.
    pub(super) fn is_possible(&self, start: u32, length: u32) -> Result<(), Fault<P::Error>> {
        let most = u64::from(self.geometry.page_size().get()) * u64::from(self.page_count);
        if u64::from(start) + u64::from(length) > most {
            return Err(Fault::Corrupt);
        }
        Ok(())
    }
}

/// Adds what of the content is behind the bytes to `skip`, until there are `end` bytes.
fn take(bytes: &mut Vec<u8>, content: &[u8], skip: &mut usize, end: usize) {
    let skipped = content.len().min(*skip);
    *skip -= skipped;
    let content = content.get(skipped..).unwrap_or_default();
    let taken = content.len().min(end - bytes.len());
    bytes.extend_from_slice(content.get(..taken).unwrap_or_default());
}
