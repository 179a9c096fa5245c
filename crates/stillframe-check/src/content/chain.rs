//! The overflow pages of the entry that a cursor is at, found as SQLite finds them (`accessPayload` and `getOverflowPage`
//! in `btree.c`).
//!
//! The link of a page is read with what the page holds of the entry. Where a page is only passed on the way to another one,
//! SQLite of a database with a pointer map first asks whether the page behind it in the file is the next of its chain, and
//! reads no link where that is so. What it has come to know of a chain it keeps until the cursor moves. Where links and map
//! contradict one another, what is read hangs on all of that.

use stillframe_database::freelist::next_page;
use stillframe_database::pointer_map::{self, Entry, EntryKind};
use stillframe_format::Pages;

use super::fault::Fault;
use super::reader::Reader;

/// What is known of a chain.
#[derive(Debug, Default)]
pub(super) struct Chain {
    /// Its pages, from the first on.
    known: Vec<u32>,
    /// Whether all of it was read, and so every page is known by the link that leads to it.
    is_read: bool,
}

impl Chain {
    /// Of an entry that was read as a whole, from its first byte on.
    pub(super) fn was_read(&mut self) {
        self.known.clear();
        self.is_read = true;
    }

    /// Where to begin a chain that `first` is the first page of, to get to the page with this index: the index of a page,
    /// and the page.
    pub(super) fn start(&self, index: usize, first: u32) -> (usize, u32) {
        match self.known.get(index) {
            Some(&page) => (index, page),
            None => (0, first),
        }
    }

    /// That the page with this index is this one. All before it are known.
    pub(super) fn set(&mut self, index: usize, page: u32) {
        match self.known.get_mut(index) {
            Some(known) => *known = page,
            None => self.known.push(page),
        }
    }

    /// The page behind `page`, whose index this is, where that page itself is not asked for; 0 where there is none.
    pub(super) fn next<P: Pages>(
        &self,
        reader: &Reader<'_, P>,
        index: usize,
        page: u32,
    ) -> Result<u32, Fault<P::Error>> {
        if let Some(&known) = self.known.get(index + 1) {
            return Ok(known);
        }
        if !self.is_read
            && reader.auto_vacuum
            && let Some(next) = in_file_order(reader, page)?
        {
            return Ok(next);
        }
        let (_, bytes) = reader.page(page)?;
        Ok(next_page(&bytes))
    }
}

/// The next page in the file that can be one of a chain, if the pointer map says that it follows this one in its own.
pub(super) fn in_file_order<P: Pages>(
    reader: &Reader<'_, P>,
    page: u32,
) -> Result<Option<u32>, Fault<P::Error>> {
    let geometry = reader.geometry;
    let lock = geometry.page_size().lock_byte_page().get();
    let is_none = |page| page == lock || pointer_map::is_map_page(geometry, page);
    // Two at most are passed over: a page of the map and the lock-byte page.
    let mut pages = (page.saturating_add(1)..=reader.page_count).take(3);
    let Some(guess) = pages.find(|&page| !is_none(page)) else {
        return Ok(None);
    };
    let (map, offset) = pointer_map::place(geometry, guess).ok_or(Fault::Corrupt)?;
    let (_, bytes) = reader.page(map.get())?;
    let entry = bytes.get(offset..).and_then(Entry::parse);
    let entry = entry.ok_or(Fault::Corrupt)?;
    let follows = entry.kind == EntryKind::LaterOverflow && entry.parent == page;
    Ok(follows.then_some(guess))
}
