//! Whether a page of a b-tree is sound, told from the page and what is known from above alone: all that SQLite's check
//! looks at, in no order.

use stillframe_database::btree::{Cell, Page};
use stillframe_database::freelist::next_page;
use stillframe_database::pointer_map::EntryKind;
use stillframe_format::limits::MAX_BTREE_DEPTH;
use stillframe_format::{PageNumber, Pages};

use super::coverage::Coverage;
use super::map::{self, PointerMap};
use super::problem::entry;
use super::referenced::Referenced;
use super::{Job, Remains};

/// A page that is to be looked at. Something leads to it, and nothing else does.
#[derive(Clone, Copy, Debug)]
pub(super) struct Task {
    pub page: PageNumber,
    /// The index of its root.
    pub tree: u32,
    /// Pages above it.
    pub above: u8,
    /// Whether it is one of a table; a root may be either.
    pub of_table: Option<bool>,
    /// Every rowid is larger than this one.
    pub more_than: Option<i64>,
    /// No rowid is larger than this one.
    pub at_most: i64,
}

/// What one thread has at hand.
pub(super) struct Judge<'p, P> {
    job: &'p Job<'p, P>,
    referenced: &'p Referenced,
    /// What was seen on the pages that were looked at.
    pub seen: Seen,
    /// The children of the pages that were looked at.
    pub children: Vec<Task>,
    map: PointerMap,
    coverage: Coverage,
    spans: Vec<(u32, u32)>,
}

/// What was seen on pages.
#[derive(Debug)]
pub(super) struct Seen {
    /// Of each tree.
    pub trees: Vec<Tree>,
    /// In free bytes.
    pub remains: Remains,
}

/// What was seen of a b-tree.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tree {
    /// Rows, or entries.
    pub rows: u64,
    /// Pages above each leaf.
    pub above_leaves: Option<u8>,
}

impl<'p, P: Pages> Judge<'p, P> {
    pub(super) fn new(job: &'p Job<'p, P>, referenced: &'p Referenced) -> Self {
        Self {
            job,
            referenced,
            seen: Seen {
                trees: vec![Tree::default(); job.roots.len()],
                remains: Remains::default(),
            },
            children: Vec::new(),
            map: PointerMap::default(),
            coverage: Coverage::default(),
            spans: Vec::new(),
        }
    }

    /// Whether a page is sound. Its children are to be looked at, too.
    pub(super) fn is_sound(&mut self, task: Task, bytes: &[u8]) -> Result<bool, P::Error> {
        let geometry = self.job.geometry;
        let Ok(page) = Page::parse(task.page, geometry, bytes) else {
            return Ok(false);
        };
        let is_table = page.kind().is_table();
        if usize::from(task.above) >= MAX_BTREE_DEPTH
            || task.of_table.is_some_and(|of_table| of_table != is_table)
            || !self.note(task, &page)
        {
            return Ok(false);
        }
        let mut before = task.more_than;
        self.spans.clear();
        for index in 0..page.cell_count() {
            let Ok(cell) = page.cell(index) else {
                return Ok(false);
            };
            let range = cell.range();
            self.spans.push((range.start as u32, range.end as u32));
            let at_most = cell.rowid.unwrap_or(i64::MAX);
            if let Some(left) = cell.left_child {
                let child = child(task, left, is_table, before, at_most);
                if !self.child(task.page, child)? {
                    return Ok(false);
                }
            } else if cell.rowid.is_some_and(|rowid| before >= Some(rowid)) {
                return Ok(false);
            }
            before = cell.rowid;
            if !self.payload(task.page, &cell)? {
                return Ok(false);
            }
        }
        if let Some(right) = page.right_child() {
            let child = child(task, right, is_table, before, task.at_most);
            if !self.child(task.page, child)? {
                return Ok(false);
            }
        } else if is_table && !is_last(before, page.cell_count(), task.at_most) {
            return Ok(false);
        }
        self.seen.remains.look(&page, bytes);
        Ok(self.is_covered(&page))
    }

    /// Notes the rows of a page, and how deep it is; false where its tree has leaves of another depth.
    fn note(&mut self, task: Task, page: &Page<'_>) -> bool {
        let Some(tree) = self.seen.trees.get_mut(task.tree as usize) else {
            return false;
        };
        let kind = page.kind();
        if kind.is_leaf() || !kind.is_table() {
            tree.rows += u64::from(page.cell_count());
        }
        !kind.is_leaf() || *tree.above_leaves.get_or_insert(task.above) == task.above
    }

    /// Takes a child of page `parent` to be looked at, where it can be; false where it cannot.
    fn child(&mut self, parent: PageNumber, child: Option<Task>) -> Result<bool, P::Error> {
        let Some(child) = child.filter(|child| self.is_new(child.page.get())) else {
            return Ok(false);
        };
        self.children.push(child);
        self.is_mapped(child.page.get(), EntryKind::Btree, parent.get())
    }

    /// Notes that something leads to a page; false where there is none, or something else leads to it.
    fn is_new(&self, page: u32) -> bool {
        self.referenced.has(page) && !self.referenced.set(page)
    }

    /// Whether the pointer map, if there is one, says this of a page.
    fn is_mapped(&mut self, page: u32, kind: EntryKind, parent: u32) -> Result<bool, P::Error> {
        if !self.job.header.auto_vacuum() {
            return Ok(true);
        }
        let Some(place) = map::place(self.job, page) else {
            return Ok(false);
        };
        let found = self.map.entry(self.job.pages, place)?;
        Ok(found == Some(entry(kind, parent)))
    }

    /// Whether the payload of a cell begins as a record does, and is all there.
    fn payload(&mut self, owner: PageNumber, cell: &Cell<'_>) -> Result<bool, P::Error> {
        if cell.local.first().is_some_and(|&size| size < 2) {
            return Ok(false);
        }
        match cell.overflow {
            None => Ok(true),
            Some(first) => {
                let pages = self.job.geometry.overflow_pages(cell.overflow_length());
                self.chain(owner, first, pages)
            }
        }
    }

    /// Whether an overflow chain has this many pages.
    fn chain(&mut self, owner: PageNumber, first: u32, pages: u32) -> Result<bool, P::Error> {
        let (mut kind, mut before, mut page) = (EntryKind::FirstOverflow, owner.get(), first);
        for _ in 0..pages {
            let number = PageNumber::new(page).filter(|page| self.is_new(page.get()));
            let Some(number) = number else {
                return Ok(false);
            };
            if !self.is_mapped(page, kind, before)? {
                return Ok(false);
            }
            let mut next = [0; 4];
            self.job.pages.read(number, &mut next)?;
            (kind, before, page) = (EntryKind::LaterOverflow, page, next_page(&next));
        }
        let bytes = u64::from(pages) * u64::from(self.job.geometry.page_size().get());
        self.job.progress.advance(bytes);
        Ok(page == 0)
    }

    /// Whether cells and freeblocks share no byte, and leave as many bytes between them as the page says.
    fn is_covered(&mut self, page: &Page<'_>) -> bool {
        // Most pages are filled from their end on.
        let is_filled_in_order = self.spans.is_sorted_by(|above, below| below.1 <= above.0);
        let cells = self.spans.len();
        for block in page.freeblocks() {
            let Ok(block) = block else {
                return false;
            };
            self.spans.push((block.offset, block.offset + block.size));
        }
        let usable = self.job.geometry.usable_size();
        let has_blocks = self.spans.len() > cells;
        if has_blocks || !is_filled_in_order {
            let spans = self.spans.iter().copied();
            if !self.coverage.are_apart(usable, spans) {
                return false;
            }
        }
        let taken: u32 = self.spans.iter().map(|(start, end)| end - start).sum();
        let free = usable.checked_sub(page.content_start());
        // Freeblocks and fragments as they are counted leave room for the cell pointers.
        free.and_then(|free| free.checked_sub(taken)) == Some(page.fragmented_bytes().into())
            && page.free_bytes().is_ok()
    }
}

/// The child of the page of a task.
fn child(
    above: Task,
    page: u32,
    is_table: bool,
    more_than: Option<i64>,
    at_most: i64,
) -> Option<Task> {
    Some(Task {
        page: PageNumber::new(page)?,
        tree: above.tree,
        above: above.above + 1,
        of_table: Some(is_table),
        more_than,
        at_most,
    })
}

/// Whether the last rowid of a leaf is at most the one that may be; of a leaf without rows the one before it must be
/// less.
fn is_last(last: Option<i64>, cells: u16, at_most: i64) -> bool {
    match last {
        Some(last) if cells == 0 => last < at_most,
        Some(last) => last <= at_most,
        None => true,
    }
}
