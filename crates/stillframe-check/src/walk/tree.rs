use std::borrow::Cow;

use stillframe_database::btree::{Cell, Page};
use stillframe_database::pointer_map::EntryKind;
use stillframe_format::limits::MAX_BTREE_DEPTH;
use stillframe_format::{PageNumber, Pages};

use super::problem::entry;
use super::{Context, PagePlace, ProblemKind, Walk};

/// A page between the root and the one that is looked at.
struct Level<'p> {
    number: PageNumber,
    bytes: Cow<'p, [u8]>,
    /// Where the walk was before.
    above: Context,
    cell_above: u32,
    /// The cells that have not been looked at: the walk goes from the last to the first.
    cells: u16,
    /// Nothing of it has been looked at.
    at_start: bool,
    /// The child that is being walked.
    child: Option<Child>,
    /// How deep the tree is below; -1 in a leaf.
    depth: i32,
    /// No rowid of what is left may be larger.
    max_rowid: i64,
    may_equal: bool,
    /// Every cell so far is within the page.
    is_sound: bool,
    /// Where each cell begins, and its last byte.
    spans: Vec<u32>,
}

#[derive(Clone, Copy)]
enum Child {
    Right,
    Left,
}

/// What the walk of a page comes to.
#[derive(Clone, Copy, Debug)]
struct Walked {
    depth: i32,
    /// The least rowid, where it was come to.
    min_rowid: Option<i64>,
}

/// A page that was not walked.
const NOT_WALKED: Walked = Walked {
    depth: 0,
    min_rowid: None,
};

impl<'p, P: Pages> Walk<'p, P> {
    /// Walks the b-tree with the root `tree`.
    pub(super) fn tree(&mut self, tree: u32) -> Result<(), P::Error> {
        let mut levels = Vec::new();
        let mut walked = self.enter(tree, tree, i64::MAX, &mut levels)?;
        while let Some(level) = levels.last_mut() {
            if let Some(walked) = walked.take() {
                self.leave_child(level, &walked);
            }
            match self.cells(tree, level)? {
                Some(child) => {
                    let max_rowid = level.max_rowid;
                    walked = self.enter(tree, child, max_rowid, &mut levels)?;
                }
                None => {
                    self.coverage(tree, level);
                    self.context = level.above;
                    self.cell = level.cell_above;
                    walked = Some(Walked {
                        depth: level.depth + 1,
                        min_rowid: Some(level.max_rowid),
                    });
                    let spans = levels.pop().map(|level| level.spans);
                    self.spans.extend(spans);
                }
            }
        }
        Ok(())
    }

    /// Goes to a page: on to `levels`, unless there is nothing to walk.
    fn enter(
        &mut self,
        tree: u32,
        page: u32,
        max_rowid: i64,
        levels: &mut Vec<Level<'p>>,
    ) -> Result<Option<Walked>, P::Error> {
        if self.is_full() || page == 0 || !self.reference(page) {
            return Ok(Some(NOT_WALKED));
        }
        let (above, cell_above) = (self.context, self.cell);
        self.context = Context::Page { tree, page };
        let number = PageNumber::new(page).unwrap_or(PageNumber::FIRST);
        let bytes = self.page(page)?;
        let cells = match self.open(number, &bytes, levels.len()) {
            Ok(cells) => cells,
            Err(kind) => {
                self.place = PagePlace::whole(page, self.job.geometry);
                if let ProblemKind::Page(error) | ProblemKind::FreeSpace(error) = kind {
                    self.place.set(&error.range);
                }
                self.problem(kind);
                self.context = above;
                return Ok(Some(NOT_WALKED));
            }
        };
        let mut spans = self.spans.pop().unwrap_or_default();
        spans.clear();
        levels.push(Level {
            number,
            bytes,
            above,
            cell_above,
            cells,
            at_start: true,
            child: None,
            depth: -1,
            max_rowid,
            may_equal: true,
            is_sound: true,
            spans,
        });
        Ok(None)
    }

    /// Takes a page for one of a b-tree; how many cells it has.
    fn open(&mut self, number: PageNumber, bytes: &[u8], above: usize) -> Result<u16, ProblemKind> {
        if above >= MAX_BTREE_DEPTH {
            return Err(ProblemKind::TreeDepth);
        }
        let page = Page::parse(number, self.job.geometry, bytes).map_err(ProblemKind::Page)?;
        page.free_bytes().map_err(ProblemKind::FreeSpace)?;
        self.remains.look(&page, bytes);
        if page.kind().is_leaf() || !page.kind().is_table() {
            self.rows += u64::from(page.cell_count());
        }
        Ok(page.cell_count())
    }

    /// Takes what the walk of a child came to.
    fn leave_child(&mut self, level: &mut Level<'p>, walked: &Walked) {
        self.place = PagePlace::whole(level.number.get(), self.job.geometry);
        if let Some(rowid) = walked.min_rowid {
            level.max_rowid = rowid;
        }
        level.may_equal = false;
        match level.child.take() {
            Some(Child::Left) if walked.depth != level.depth => {
                self.problem(ProblemKind::ChildDepth);
                level.depth = walked.depth;
            }
            Some(Child::Right) => level.depth = walked.depth,
            Some(Child::Left) | None => {}
        }
    }

    /// Looks at the cells of a page, from the last to the first, up to one whose child is to be walked first.
    fn cells(&mut self, tree: u32, level: &mut Level<'p>) -> Result<Option<u32>, P::Error> {
        let bytes = std::mem::take(&mut level.bytes);
        let result = match Page::parse(level.number, self.job.geometry, &bytes) {
            Ok(page) => self.cells_of(tree, level, &page),
            // It was one when it was entered.
            Err(_) => Ok(None),
        };
        level.bytes = bytes;
        result
    }

    fn cells_of(
        &mut self,
        tree: u32,
        level: &mut Level<'p>,
        page: &Page<'_>,
    ) -> Result<Option<u32>, P::Error> {
        let number = level.number.get();
        let parent = entry(EntryKind::Btree, number);
        if level.at_start {
            level.at_start = false;
            self.context = Context::Cell {
                tree,
                page: number,
                cell: self.cell,
            };
            if let Some(right) = page.right_child() {
                let header = page.header_range();
                self.place = PagePlace::new(number, header.end - 4, 4);
                if self.auto_vacuum {
                    self.context = Context::RightChild { tree, page: number };
                    self.pointer_map(right, parent)?;
                }
                level.child = Some(Child::Right);
                return Ok(Some(right));
            }
        }
        while level.cells > 0 && !self.is_full() {
            level.cells -= 1;
            self.cell = level.cells.into();
            self.place.page = level.number;
            if let Context::Cell { cell, .. } = &mut self.context {
                *cell = self.cell;
            }
            let cell = match page.cell(level.cells) {
                Ok(cell) => match cell.local.first() {
                    Some(&size) if size < 2 => {
                        self.place.set(&cell.range());
                        self.problem(ProblemKind::PayloadHeaderSize(size));
                        level.is_sound = false;
                        continue;
                    }
                    _ => cell,
                },
                Err(error) => {
                    self.place.set(&error.range);
                    self.problem(ProblemKind::Cell(error));
                    level.is_sound = false;
                    continue;
                }
            };
            self.place.set(&cell.range());
            self.order(level, &cell);
            if let Some(first) = cell.overflow {
                if self.auto_vacuum {
                    self.pointer_map(first, entry(EntryKind::FirstOverflow, number))?;
                }
                let pages = self.job.geometry.overflow_pages(cell.overflow_length());
                self.overflow(first, pages)?;
            }
            let span = cell.range();
            level
                .spans
                .push((span.start as u32) << 16 | (span.end as u32 - 1));
            if let Some(left) = cell.left_child {
                if self.auto_vacuum {
                    self.pointer_map(left, parent)?;
                }
                level.child = Some(Child::Left);
                return Ok(Some(left));
            }
        }
        Ok(None)
    }

    /// Rowids grow. Only the last one of a page may be the one that stands above it.
    fn order(&mut self, level: &mut Level<'_>, cell: &Cell<'_>) {
        let Some(rowid) = cell.rowid else { return };
        if rowid > level.max_rowid || (rowid == level.max_rowid && !level.may_equal) {
            self.problem(ProblemKind::RowidOrder(rowid));
        }
        level.max_rowid = rowid;
        level.may_equal = false;
    }

    /// Cells and freeblocks share no byte, and leave as many bytes between them as the page says.
    fn coverage(&mut self, tree: u32, level: &mut Level<'_>) {
        let page = Page::parse(level.number, self.job.geometry, &level.bytes);
        let (Ok(page), true, false) = (page, level.is_sound, self.is_full()) else {
            return;
        };
        self.context = Context::WholePage { tree };
        let freeblocks = page.freeblocks().filter_map(Result::ok);
        let spans = &mut level.spans;
        spans.extend(freeblocks.map(|block| block.offset << 16 | (block.offset + block.size - 1)));
        spans.sort_unstable();
        let number = level.number.get();
        let mut fragments = 0u32;
        let mut last = (page.content_start() - 1) & 0xffff;
        let mut left = spans.len();
        for span in spans.iter() {
            let (start, end) = (span >> 16, span & 0xffff);
            left -= 1;
            if last >= start {
                self.place = PagePlace::new(number, start.into(), 1);
                self.problem(ProblemKind::Overlap {
                    byte: start,
                    page: number,
                });
                break;
            }
            fragments += start - last - 1;
            last = end;
        }
        fragments = fragments.wrapping_add(self.job.geometry.usable_size() - last - 1);
        let expected = page.fragmented_bytes();
        if left == 0 && fragments != u32::from(expected) {
            self.place = PagePlace::new(number, page.header_range().start + 7, 1);
            self.problem(ProblemKind::Fragmentation {
                found: fragments,
                expected,
                page: number,
            });
        }
    }
}
