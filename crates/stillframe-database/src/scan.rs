//! The entries of a b-tree with their whole payloads, in the order of their keys, each page at most once.
//!
//! What cannot be read is a [`Problem`], and the scan goes on behind it: behind a cell with the next cell, behind a page
//! with the next one that its parent names.
//!
//! Overflow chains are followed by their links (section 1.7), from the first page to the last. SQLite of a database with
//! auto-vacuum passes over pages of a chain whose content it is not asked for, and believes the pointer map of them: where
//! links and map contradict one another, `SELECT` of a late column may give other bytes than that of the whole row. A link
//! is written with the content, on its page; the map is made from the links. So the links are the better witness, and all
//! values of a row come from one chain.

mod problem;
mod seen;

use alloc::borrow::Cow;
use alloc::vec::Vec;

use stillframe_format::limits::{MAX_BTREE_DEPTH, MAX_VALUE_BYTES};
use stillframe_format::{PageNumber, Pages};

pub use problem::{Problem, ProblemKind};
pub use seen::Seen;

use crate::Geometry;
use crate::btree::{Cell, Page, PageKind};
use crate::freelist::next_page;

/// What the entries of a b-tree are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tree {
    /// Rows of a table, by their rowids.
    Table,
    /// Entries of an index, or rows of a WITHOUT ROWID table.
    Index,
}

/// An entry of a b-tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'s> {
    /// The page that its cell is on.
    pub page: PageNumber,
    /// The index of the cell there.
    pub cell: u16,
    /// The rowid; `None` in the tree of an index.
    pub rowid: Option<i64>,
    /// The payload, from overflow pages, too.
    pub payload: &'s [u8],
}

/// A walk over a b-tree. It holds the pages on the way to the present entry and, where that has overflow pages, its
/// payload; nothing is allocated for what is not there.
#[derive(Debug)]
pub struct Scan<'p, P> {
    pages: &'p P,
    geometry: Geometry,
    tree: Tree,
    /// The pages that were read, of this tree and of others.
    seen: Seen,
    levels: Vec<Level<'p>>,
    /// The page to go to, and the one that names it.
    next: Option<(u32, PageNumber)>,
    /// The payload of the present entry, where it has overflow pages.
    payload: Vec<u8>,
    /// An overflow page.
    part: Vec<u8>,
    pages_read: u64,
}

#[derive(Debug)]
struct Level<'p> {
    number: PageNumber,
    kind: PageKind,
    bytes: Cow<'p, [u8]>,
    /// The cell to look at next. That of an interior page is looked at for its child and, in an index, again for its
    /// entry.
    cell: u16,
    /// Whether the child before that cell was walked.
    is_child_done: bool,
    /// Bytes that the other cells can take: cells that lie over each other are more than a page holds.
    room: u32,
}

enum Step {
    Descend(u32, PageNumber),
    Entry(u16),
    Up,
}

impl<'p, P: Pages> Scan<'p, P> {
    /// The tree with the root page `root`. No page of `seen` is read again: a sound database has no page twice, and
    /// trees of a hostile one that share pages are read no more often than others.
    pub fn new(pages: &'p P, geometry: Geometry, tree: Tree, root: u32, seen: Seen) -> Self {
        Self {
            pages,
            geometry,
            tree,
            seen,
            levels: Vec::new(),
            next: Some((root, PageNumber::FIRST)),
            payload: Vec::new(),
            part: Vec::new(),
            pages_read: 0,
        }
    }

    /// How many pages were read.
    pub const fn pages_read(&self) -> u64 {
        self.pages_read
    }

    /// The pages that were read, by this scan and by those before it.
    pub fn into_seen(self) -> Seen {
        self.seen
    }

    /// The next entry, or what stands in its place; `None` behind the last one, and from then on. Entries come in the
    /// order of the tree (section 1.6 of the format), whether or not its keys are in order. A payload is whole: from 0 to
    /// [`MAX_VALUE_BYTES`] bytes, with those on overflow pages.
    ///
    /// # Errors
    /// A [`Problem`], which names the page: [`ProblemKind::Unreadable`] is of the pages that were given, and the others
    /// say what is damaged. An entry, or all below a page, is left out; the next call goes on behind it.
    #[allow(
        clippy::should_implement_trait,
        reason = "the entry is borrowed from the scan, which no iterator can do"
    )]
    pub fn next(&mut self) -> Option<Result<Entry<'_>, Problem<P::Error>>> {
        let cell = loop {
            if let Some((page, parent)) = self.next.take() {
                if let Err(problem) = self.enter(page, parent) {
                    return Some(Err(problem));
                }
            }
            let level = self.levels.last_mut()?;
            match level.step(self.geometry, self.tree) {
                Step::Descend(child, parent) => self.next = Some((child, parent)),
                Step::Entry(cell) => break cell,
                Step::Up => drop(self.levels.pop()),
            }
        };
        Some(self.entry(cell))
    }

    /// How many entries are left, by the cells of their pages alone, as SQLite counts rows (`sqlite3BtreeCount`): payloads are
    /// not looked at. `read` is told how many pages were read so far, after each.
    ///
    /// # Errors
    /// The first [`Problem`] with a page that is met: the number is not known then.
    pub fn count(mut self, read: &mut dyn FnMut(u64)) -> Result<u64, Problem<P::Error>> {
        let mut entries = 0;
        loop {
            if let Some((page, parent)) = self.next.take() {
                self.enter(page, parent)?;
                read(self.pages_read);
            }
            let Some(level) = self.levels.last_mut() else {
                return Ok(entries);
            };
            if level.kind.is_leaf() {
                let page = Page::parse(level.number, self.geometry, &level.bytes);
                let cells = page.map_or(0, |page| page.cell_count());
                entries += u64::from(cells.saturating_sub(level.cell));
                self.levels.pop();
                continue;
            }
            match level.step(self.geometry, self.tree) {
                Step::Descend(child, parent) => self.next = Some((child, parent)),
                Step::Entry(_) => entries += 1,
                Step::Up => drop(self.levels.pop()),
            }
        }
    }

    fn enter(&mut self, page: u32, parent: PageNumber) -> Result<(), Problem<P::Error>> {
        let number = self.claim(page, parent)?;
        if self.levels.len() >= MAX_BTREE_DEPTH {
            return Err(Problem::new(number, ProblemKind::TooDeep));
        }
        let unreadable = |error| Problem::new(number, ProblemKind::Unreadable(error));
        let bytes = self.pages.page(number).map_err(unreadable)?;
        let page = Page::parse(number, self.geometry, &bytes)
            .map_err(|error| Problem::new(number, ProblemKind::Page(error)))?;
        let kind = page.kind();
        if kind.is_table() != (self.tree == Tree::Table) {
            return Err(Problem::new(number, ProblemKind::OtherTree { found: kind }));
        }
        self.levels.push(Level {
            number,
            kind,
            bytes,
            cell: 0,
            is_child_done: false,
            room: self.geometry.usable_size(),
        });
        Ok(())
    }

    /// A page to which `from` leads, and that was not read before.
    fn claim(&mut self, page: u32, from: PageNumber) -> Result<PageNumber, Problem<P::Error>> {
        let last = self.pages.page_count().min(self.pages.stored_pages());
        let number = PageNumber::new(page).filter(|_| page <= last);
        let no_such = || Problem::new(from, ProblemKind::NoSuchPage { found: page, last });
        let number = number.ok_or_else(no_such)?;
        if !self.seen.insert(number) {
            return Err(Problem::new(from, ProblemKind::ReadBefore { page: number }));
        }
        self.pages_read += 1;
        Ok(number)
    }

    /// The entry of the cell with this index of the page that the scan is at.
    fn entry(&mut self, index: u16) -> Result<Entry<'_>, Problem<P::Error>> {
        let geometry = self.geometry;
        let Some(level) = self.levels.last_mut() else {
            return Err(Problem::new(PageNumber::FIRST, ProblemKind::TooDeep));
        };
        let number = level.number;
        let wrong = |kind| Problem::of_cell(number, index, kind);
        let page = Page::parse(number, geometry, &level.bytes).ok();
        let cell = page.and_then(|page| page.cell_as_read(index));
        let whole = |cell: &Cell<'_>| geometry.local(level.kind, cell.payload_length) as usize;
        let cell = cell.filter(|cell| cell.local.len() >= whole(cell));
        let cell = cell.ok_or_else(|| wrong(ProblemKind::CellPastEnd))?;
        let size = cell.size();
        let room = level.room.checked_sub(size);
        level.room = room.ok_or_else(|| wrong(ProblemKind::CellsOverlap { size }))?;
        let (rowid, length) = (cell.rowid, cell.payload_length);
        if length > MAX_VALUE_BYTES {
            return Err(wrong(ProblemKind::PayloadTooLong { length }));
        }
        let start = cell.payload_offset() as usize;
        let local = start..start + cell.local.len();
        if let Some(first) = cell.overflow {
            self.payload.clear();
            self.payload.extend_from_slice(cell.local);
            self.follow(number, first, length as usize)
                .map_err(|problem| problem.in_cell(number, index))?;
        }
        let is_whole = local.len() == length as usize;
        let level = self.levels.last().filter(|_| is_whole);
        let payload = level.and_then(|level| level.bytes.get(local));
        Ok(Entry {
            page: number,
            cell: index,
            rowid,
            payload: payload.unwrap_or(&self.payload),
        })
    }

    /// Adds to the payload, up to `length` bytes of it, what is on the overflow page `next` and on those behind it.
    /// `from` is the page that leads there.
    fn follow(
        &mut self,
        mut from: PageNumber,
        mut next: u32,
        length: usize,
    ) -> Result<(), Problem<P::Error>> {
        while self.payload.len() < length {
            let missing = length - self.payload.len();
            if next == 0 {
                return Err(Problem::new(from, ProblemKind::ChainEnds { missing }));
            }
            let number = self.claim(next, from)?;
            self.part.resize(self.geometry.usable_size() as usize, 0);
            self.pages
                .read(number, &mut self.part)
                .map_err(|error| Problem::new(number, ProblemKind::Unreadable(error)))?;
            let content = self.part.get(4..).unwrap_or_default();
            let content = content.get(..missing).unwrap_or(content);
            self.payload.extend_from_slice(content);
            next = next_page(&self.part);
            from = number;
        }
        Ok(())
    }
}

impl Level<'_> {
    fn step(&mut self, geometry: Geometry, tree: Tree) -> Step {
        let Ok(page) = Page::parse(self.number, geometry, &self.bytes) else {
            return Step::Up;
        };
        let (count, index) = (page.cell_count(), self.cell);
        let (left, right) = (page.left_child_as_read(index), page.right_child());
        match right {
            _ if index > count => Step::Up,
            // Behind the last cell there is the right child, and nothing behind that.
            right if index == count => {
                self.cell += 1;
                right.map_or(Step::Up, |child| Step::Descend(child, self.number))
            }
            Some(_) if !self.is_child_done => {
                match tree {
                    Tree::Table => self.cell += 1,
                    Tree::Index => self.is_child_done = true,
                }
                Step::Descend(left, self.number)
            }
            _ => {
                self.cell += 1;
                self.is_child_done = false;
                Step::Entry(index)
            }
        }
    }
}

#[cfg(test)]
mod tests;
