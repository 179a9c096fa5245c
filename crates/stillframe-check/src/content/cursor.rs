//! A cursor that moves through a b-tree as SQLite's own does (`btree.c`): over a damaged tree, too, it comes to the same
//! entries, and stops at the same place.

use std::borrow::Cow;
use std::cmp::Ordering;

use stillframe_database::Geometry;
use stillframe_database::btree::{Cell, Page, PageKind};
use stillframe_format::limits::MAX_BTREE_DEPTH;
use stillframe_format::{PageNumber, Pages};

use super::chain::Chain;
use super::fault::Fault;
use super::key::{Key, Payload};
use super::reader::Reader;

/// A place in a b-tree. See the module.
pub(super) struct Cursor<'p, P: Pages> {
    reader: &'p Reader<'p, P>,
    root: u32,
    /// Whether it is opened on an index.
    is_index: bool,
    /// From the root to the page that it is at; empty before it was moved.
    levels: Vec<Level<'p>>,
    /// Whether it is at an entry.
    is_valid: bool,
}

struct Level<'p> {
    number: PageNumber,
    kind: PageKind,
    cell_count: u16,
    bytes: Cow<'p, [u8]>,
    /// The cell that it is at, or that of the child below; the number of cells stands for the right child.
    cell: u16,
}

impl Level<'_> {
    fn page(&self, geometry: Geometry) -> Option<Page<'_>> {
        Page::parse(self.number, geometry, &self.bytes).ok()
    }
}

type Moved<P> = Result<bool, Fault<<P as Pages>::Error>>;

impl<'p, P: Pages> Cursor<'p, P> {
    pub(super) fn new(reader: &'p Reader<'p, P>, root: u32, is_index: bool) -> Self {
        Self {
            reader,
            root,
            is_index,
            levels: Vec::new(),
            is_valid: false,
        }
    }

    /// Moves to the first entry; false where there is none.
    pub(super) fn first(&mut self) -> Moved<P> {
        let is_there = self.move_to_root()?;
        if is_there {
            self.move_to_leftmost()?;
        }
        Ok(is_there)
    }

    /// Moves to the next entry; false behind the last.
    pub(super) fn next(&mut self) -> Moved<P> {
        loop {
            let Some(level) = self.levels.last_mut().filter(|_| self.is_valid) else {
                return Ok(false);
            };
            level.cell = level.cell.saturating_add(1);
            if level.cell < level.cell_count {
                if !level.kind.is_leaf() {
                    self.move_to_leftmost()?;
                }
                return Ok(true);
            }
            if !level.kind.is_leaf() {
                level.cell = level.cell_count;
                let child = self.child()?;
                self.move_to_child(child)?;
                self.move_to_leftmost()?;
                return Ok(true);
            }
            loop {
                if self.levels.len() == 1 {
                    self.is_valid = false;
                    return Ok(false);
                }
                self.levels.pop();
                if self
                    .levels
                    .last()
                    .is_some_and(|level| level.cell < level.cell_count)
                {
                    break;
                }
            }
            // An entry of an interior page of an index is one itself; that of a table only leads on.
            if self.is_index {
                return Ok(true);
            }
        }
    }

    /// Moves to an entry that is equal to the key; false where it comes to none.
    pub(super) fn find(&mut self, key: &Key<'_>) -> Moved<P> {
        match self.start(key) {
            Start::There(is_equal) => return Ok(is_equal),
            Start::Page => {}
            Start::Root if self.move_to_root()? => {}
            Start::Root => return Ok(false),
        }
        loop {
            let found = self.search_page(key)?;
            let Some(level) = self.levels.last_mut() else {
                return Err(Fault::Corrupt);
            };
            match found {
                Search::Found(cell) => {
                    level.cell = cell;
                    return Ok(true);
                }
                Search::Below { last, .. } if level.kind.is_leaf() => {
                    level.cell = last;
                    return Ok(false);
                }
                Search::Below { child, .. } => level.cell = child,
            }
            let child = self.child()?;
            self.move_to_child(child)?;
        }
    }

    /// SQLite does not go back to the root if it is on the last page of the tree, and the key not before that.
    fn start(&self, key: &Key<'_>) -> Start {
        let Some((last, above)) = self.levels.split_last().filter(|_| self.is_valid) else {
            return Start::Root;
        };
        let is_last = above.iter().all(|level| level.cell >= level.cell_count);
        let page = last
            .page(self.reader.geometry)
            .filter(|_| last.kind.is_leaf());
        let (Some(page), true) = (page, is_last) else {
            return Start::Root;
        };
        let order = |cell| match short_payload(&page, cell, self.reader.geometry) {
            Short::Payload(payload) => key.compare(payload).ok(),
            Short::PastEnd | Short::PastPage | Short::No => None,
        };
        if last.cell + 1 == last.cell_count
            && let Some(order @ (Ordering::Less | Ordering::Equal)) = order(last.cell)
        {
            return Start::There(order.is_eq());
        }
        let is_here = !above.is_empty() && order(0).is_some_and(Ordering::is_le);
        if is_here { Start::Page } else { Start::Root }
    }

    /// Searches the cells of the page that it is at.
    fn search_page(&self, key: &Key<'_>) -> Result<Search, Fault<P::Error>> {
        let level = self.levels.last().ok_or(Fault::Corrupt)?;
        let geometry = self.reader.geometry;
        let page = level.page(geometry).ok_or(Fault::Corrupt)?;
        let (mut lower, mut upper) = (0, i32::from(level.cell_count) - 1);
        loop {
            let middle = (lower + upper) >> 1;
            let at = middle as u16;
            let order = match short_payload(&page, at, geometry) {
                Short::Payload(payload) => key.compare(payload)?,
                Short::PastEnd => return Err(Fault::Corrupt),
                Short::PastPage => return Err(Fault::PastPage),
                Short::No => {
                    let payload = self.searched_payload(&page, at)?;
                    key.compare_whole(Payload::whole(&payload))?
                }
            };
            match order {
                Ordering::Less => lower = middle + 1,
                Ordering::Greater => upper = middle - 1,
                Ordering::Equal => return Ok(Search::Found(at)),
            }
            if lower > upper {
                return Ok(Search::Below {
                    last: at,
                    child: lower as u16,
                });
            }
        }
    }

    /// The payload of a cell that is not short and all on its page.
    fn searched_payload(&self, page: &Page<'_>, at: u16) -> Result<Vec<u8>, Fault<P::Error>> {
        let cell = page.cell_as_read(at).ok_or(Fault::PastPage)?;
        let length = cell.payload_length;
        let most = u64::from(self.reader.page_count);
        let needed = u64::from(length / self.reader.geometry.usable_size());
        if !(2..=i32::MAX as u32).contains(&length) || needed > most {
            return Err(Fault::Corrupt);
        }
        self.reader
            .payload(page, &cell, &mut Chain::default(), 0, length)
    }

    /// The cell that it is at.
    pub(super) fn cell(&self) -> Result<(Page<'_>, Cell<'_>), Fault<P::Error>> {
        let level = self.levels.last().ok_or(Fault::Corrupt)?;
        let page = level.page(self.reader.geometry).ok_or(Fault::Corrupt)?;
        let cell = page.cell_as_read(level.cell).ok_or(Fault::PastPage)?;
        Ok((page, cell))
    }

    /// The page of the entry that it is at, and the number of its cell there.
    pub(super) fn position(&self) -> Option<(PageNumber, u16)> {
        self.levels.last().map(|level| (level.number, level.cell))
    }

    /// What the entry that it is at is to a key, all of whose values are looked at; `None` where the entry contradicts
    /// itself. Where the page holds all of it, it is compared where it stands, with what follows it there.
    pub(super) fn compare(&self, key: &Key<'_>) -> Result<Option<Ordering>, Fault<P::Error>> {
        let (page, cell) = self.cell()?;
        let payload = self.reader.whole_payload(&page, &cell)?;
        let entry = match &payload {
            Cow::Borrowed(payload) => Payload {
                length: payload.len(),
                bytes: page.bytes_from(cell.payload_offset()),
            },
            Cow::Owned(payload) => Payload::whole(payload),
        };
        Ok(key.compare_whole(entry).ok())
    }

    fn move_to_root(&mut self) -> Moved<P> {
        self.levels.truncate(1);
        self.is_valid = false;
        if self.levels.is_empty() {
            let level = self.open(self.root)?;
            if level.kind.is_table() == self.is_index {
                return Err(Fault::Corrupt);
            }
            self.levels.push(level);
        }
        let Some(root) = self.levels.first_mut() else {
            return Err(Fault::Corrupt);
        };
        root.cell = 0;
        if root.cell_count > 0 {
            self.is_valid = true;
            return Ok(true);
        }
        if root.kind.is_leaf() {
            return Ok(false);
        }
        // Page 1 may have no room for a cell: then its only child stands for it.
        if root.number != PageNumber::FIRST {
            return Err(Fault::Corrupt);
        }
        self.is_valid = true;
        let child = self.child()?;
        self.move_to_child(child)?;
        Ok(true)
    }

    fn move_to_leftmost(&mut self) -> Result<(), Fault<P::Error>> {
        while self
            .levels
            .last()
            .is_some_and(|level| !level.kind.is_leaf())
        {
            let child = self.child()?;
            self.move_to_child(child)?;
        }
        Ok(())
    }

    /// The child before the cell that it is at, or the right child.
    fn child(&self) -> Result<u32, Fault<P::Error>> {
        let level = self.levels.last().ok_or(Fault::Corrupt)?;
        let page = level.page(self.reader.geometry).ok_or(Fault::Corrupt)?;
        let child = if level.cell < level.cell_count {
            page.left_child_as_read(level.cell)
        } else {
            page.right_child().unwrap_or_default()
        };
        Ok(child)
    }

    fn move_to_child(&mut self, child: u32) -> Result<(), Fault<P::Error>> {
        if self.levels.len() >= MAX_BTREE_DEPTH {
            return Err(Fault::Corrupt);
        }
        let level = self.open(child)?;
        if level.cell_count == 0 || level.kind.is_table() == self.is_index {
            return Err(Fault::Corrupt);
        }
        self.levels.push(level);
        Ok(())
    }

    fn open(&self, page: u32) -> Result<Level<'p>, Fault<P::Error>> {
        let (number, bytes) = self.reader.page(page)?;
        let parsed = Page::parse(number, self.reader.geometry, &bytes);
        let parsed = parsed.map_err(|_| Fault::Corrupt)?;
        Ok(Level {
            number,
            kind: parsed.kind(),
            cell_count: parsed.cell_count(),
            cell: 0,
            bytes,
        })
    }
}

/// Where a search begins.
enum Start {
    /// At the root.
    Root,
    /// On the page that the cursor is at.
    Page,
    /// It ends where the cursor is; whether at an equal entry.
    There(bool),
}

/// What the search of a page comes to.
enum Search {
    /// An equal entry.
    Found(u16),
    /// The entry looked at last, and whose child is to be searched.
    Below { last: u16, child: u16 },
}

/// The payload of an index's cell, if SQLite compares it where it stands.
enum Short<'a> {
    /// Its length takes one or two bytes, and all of it is on the page.
    Payload(Payload<'a>),
    /// Its length takes one byte, and it goes past the end of the page.
    PastEnd,
    /// Its length is the last byte of the page.
    PastPage,
    /// It is none of these.
    No,
}

fn short_payload<'a>(page: &Page<'a>, at: u16, geometry: Geometry) -> Short<'a> {
    let child = if page.kind().is_leaf() { 0 } else { 4 };
    let bytes = page.cell_bytes_as_read(at).get(child..).unwrap_or_default();
    let most = geometry.max_local(page.kind()) as usize;
    match *bytes {
        [length, ref rest @ ..] if usize::from(length) <= most.min(127) => {
            let length = usize::from(length);
            if length >= bytes.len() {
                return Short::PastEnd;
            }
            if rest.is_empty() {
                return Short::PastPage;
            }
            Short::Payload(Payload {
                length,
                bytes: rest,
            })
        }
        [first, second @ ..0x80, ref rest @ ..] => {
            let length = usize::from(first & 0x7f) << 7 | usize::from(second);
            if length > most || length >= bytes.len() {
                return Short::No;
            }
            Short::Payload(Payload {
                length,
                bytes: rest,
            })
        }
        _ => Short::No,
    }
}
