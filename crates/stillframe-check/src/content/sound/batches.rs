use std::sync::{Mutex, PoisonError};

use stillframe_database::Geometry;
use stillframe_database::btree::Page;
use stillframe_format::limits::MAX_BTREE_DEPTH;
use stillframe_format::{PageNumber, Pages};

use super::plan::Tree;
use crate::content::fault::Fault;
use crate::content::reader::Reader;
use crate::content::text::At;

/// Neighbouring leaves of a b-tree: the children of one page, or a root that is a leaf itself.
pub(super) struct Batch {
    /// The index of the tree in the plan.
    pub tree: usize,
    /// The page above the leaves, or the leaf.
    pub page: u32,
    /// In an index, the entry before the first of them, of a page further up. Nobody else looks at it.
    pub before: Option<Between>,
    /// And the one behind the last.
    pub behind: Option<Between>,
}

/// An entry between batches.
#[derive(Clone)]
pub(super) struct Between {
    pub bytes: Vec<u8>,
    pub at: At,
}

/// All batches of all trees, one after the other.
pub(super) struct Batches<'p, P> {
    reader: Reader<'p, P>,
    /// The roots, from the first to the last, and whether they are those of indexes.
    roots: Vec<(u32, bool)>,
    /// The tree to go on with.
    tree: usize,
    /// The pages that are more than one above the leaves, from the root on.
    levels: Vec<Level>,
    /// How many of them there are in a whole path.
    height: usize,
    before: Option<Between>,
}

struct Level {
    number: PageNumber,
    bytes: Vec<u8>,
    /// The child to go to; as many as cells stands for the right child.
    child: u16,
}

/// What comes next of the batches.
pub(super) enum Next {
    Batch(Batch),
    /// The tree is none of a sound database.
    Unsound {
        tree: usize,
    },
}

/// What comes next of batches that several threads take; `None` behind the last.
pub(super) fn take<P: Pages>(batches: &Mutex<Batches<'_, P>>) -> Result<Option<Next>, P::Error> {
    let mut batches = batches.lock().unwrap_or_else(PoisonError::into_inner);
    batches.next()
}

impl<'p, P: Pages> Batches<'p, P> {
    pub(super) fn new(reader: Reader<'p, P>, trees: &[Tree<'_>]) -> Self {
        let roots = trees.iter().map(|tree| (tree.root, tree.is_index));
        Self {
            reader,
            roots: roots.collect(),
            tree: 0,
            levels: Vec::new(),
            height: 0,
            before: None,
        }
    }

    /// How many more pages may be read.
    pub(super) fn left(&self) -> u64 {
        self.reader.left()
    }

    fn next(&mut self) -> Result<Option<Next>, P::Error> {
        let tree = self.tree;
        let batch = match self.roots.get(tree) {
            Some(&(root, _)) if self.levels.is_empty() => self.enter(root),
            None => return Ok(None),
            Some(_) => self.go_on(),
        };
        match batch {
            Ok(batch) => Ok(Some(Next::Batch(batch))),
            Err(Fault::Read(error)) => Err(error),
            Err(_) => {
                self.tree = tree + 1;
                self.levels.clear();
                Ok(Some(Next::Unsound { tree }))
            }
        }
    }

    /// Begins a tree.
    fn enter(&mut self, root: u32) -> Result<Batch, Fault<P::Error>> {
        self.before = None;
        let depth = self.depth(root)?;
        if depth < 2 {
            let tree = self.tree;
            self.tree += 1;
            return Ok(Batch {
                tree,
                page: root,
                before: None,
                behind: None,
            });
        }
        self.height = depth - 1;
        self.push(root)?;
        self.go_on()
    }

    /// How many pages are above the leaves.
    fn depth(&self, root: u32) -> Result<usize, Fault<P::Error>> {
        let mut page = root;
        for depth in 0..MAX_BTREE_DEPTH {
            let (number, bytes) = self.reader.page(page)?;
            let parsed = Page::parse(number, self.reader.geometry, &bytes);
            match parsed.map_err(|_| Fault::Corrupt)?.right_child() {
                Some(right) => page = right,
                None => return Ok(depth),
            }
        }
        Err(Fault::Corrupt)
    }

    fn push(&mut self, page: u32) -> Result<(), Fault<P::Error>> {
        let (number, bytes) = self.reader.page(page)?;
        self.levels.push(Level {
            number,
            bytes: bytes.into_owned(),
            child: 0,
        });
        Ok(())
    }

    /// The next page that is one above the leaves.
    fn go_on(&mut self) -> Result<Batch, Fault<P::Error>> {
        while self.levels.len() < self.height {
            let child = self.child().ok_or(Fault::Corrupt)?;
            self.push(child)?;
        }
        let page = self.child().ok_or(Fault::Corrupt)?;
        let (tree, before) = (self.tree, self.before.take());
        // The entry behind this child is that of the lowest page that has another one.
        while self.levels.last().is_some_and(Level::is_at_right_child) {
            self.levels.pop();
        }
        let behind = self.behind()?;
        self.before.clone_from(&behind);
        Ok(Batch {
            tree,
            page,
            before,
            behind,
        })
    }

    /// The entry that the lowest page is at, in an index. The child behind it comes next, or another tree.
    fn behind(&mut self) -> Result<Option<Between>, Fault<P::Error>> {
        let Some(level) = self.levels.last_mut() else {
            self.tree += 1;
            return Ok(None);
        };
        let page = level.parse(self.reader.geometry).ok_or(Fault::Corrupt)?;
        let cell = page.cell(level.child).map_err(|_| Fault::Corrupt)?;
        let entry = match page.kind().is_table() {
            true => None,
            false => {
                let mut gathered = Vec::new();
                let bytes = self
                    .reader
                    .sure_record(&page, &cell, &mut gathered)?
                    .to_vec();
                let at = At::of(&page, &cell);
                Some(Between { bytes, at })
            }
        };
        level.child += 1;
        Ok(entry)
    }

    /// The child to go to of the lowest page.
    fn child(&self) -> Option<u32> {
        let level = self.levels.last()?;
        let page = level.parse(self.reader.geometry)?;
        // SQLite follows no page of another kind, or without a cell.
        let &(_, is_index) = self.roots.get(self.tree)?;
        if page.kind().is_table() == is_index || page.cell_count() == 0 {
            return None;
        }
        if level.child < page.cell_count() {
            page.cell(level.child).ok()?.left_child
        } else {
            page.right_child()
        }
    }
}

impl Level {
    fn parse(&self, geometry: Geometry) -> Option<Page<'_>> {
        Page::parse(self.number, geometry, &self.bytes).ok()
    }

    fn is_at_right_child(&self) -> bool {
        // The number of cells, wherever the header stands.
        let header = if self.number == PageNumber::FIRST {
            100
        } else {
            0
        };
        let count = self.bytes.get(header + 3..header + 5);
        let count = count.and_then(|bytes| <[u8; 2]>::try_from(bytes).ok());
        count.is_none_or(|bytes| self.child >= u16::from_be_bytes(bytes))
    }
}
