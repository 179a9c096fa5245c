use stillframe_database::Geometry;
use stillframe_database::btree::Page;
use stillframe_format::limits::MAX_BTREE_DEPTH;
use stillframe_format::{PageNumber, Pages};

use super::plan::Plan;
use crate::content::payload::whole_payload;

/// Neighbouring leaves of a b-tree: the children of one page, or a root that is a leaf itself.
pub(super) struct Batch {
    /// The index of the tree in the plan.
    pub tree: usize,
    /// The page above the leaves, or the leaf.
    pub page: PageNumber,
    /// In an index, the entry before the first of them, of a page further up. Nobody else looks at it.
    pub before: Option<Vec<u8>>,
    /// And the one behind the last.
    pub behind: Option<Vec<u8>>,
}

/// All batches of all trees, one after the other.
pub(super) struct Batches<'p, P> {
    pages: &'p P,
    geometry: Geometry,
    /// The roots, from the first to the last, and whether they are those of indexes.
    roots: Vec<(u32, bool)>,
    /// The tree to go on with.
    tree: usize,
    /// The pages that are more than one above the leaves, from the root on.
    levels: Vec<Level>,
    /// How many of them there are in a whole path.
    height: usize,
    before: Option<Vec<u8>>,
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
    End,
}

impl<'p, P: Pages> Batches<'p, P> {
    pub(super) fn new(pages: &'p P, geometry: Geometry, plan: &Plan<'_>) -> Self {
        Self {
            pages,
            geometry,
            roots: plan
                .trees
                .iter()
                .map(|tree| (tree.root, tree.is_index))
                .collect(),
            tree: 0,
            levels: Vec::new(),
            height: 0,
            before: None,
        }
    }

    /// Takes a batch.
    pub(super) fn next(&mut self) -> Result<Next, P::Error> {
        let tree = self.tree;
        if self.levels.is_empty() {
            let Some(&(root, _)) = self.roots.get(tree) else {
                return Ok(Next::End);
            };
            return self.enter(root);
        }
        match self.go_on()? {
            Some(batch) => Ok(Next::Batch(batch)),
            None => Ok(self.unsound()),
        }
    }

    fn unsound(&mut self) -> Next {
        let tree = self.tree;
        self.tree += 1;
        self.levels.clear();
        Next::Unsound { tree }
    }

    /// Begins a tree.
    fn enter(&mut self, root: u32) -> Result<Next, P::Error> {
        let tree = self.tree;
        self.before = None;
        let Some(depth) = self.depth(root)? else {
            return Ok(self.unsound());
        };
        let Some(page) = PageNumber::new(root) else {
            return Ok(self.unsound());
        };
        if depth < 2 {
            self.tree += 1;
            return Ok(Next::Batch(Batch {
                tree,
                page,
                before: None,
                behind: None,
            }));
        }
        self.height = depth - 1;
        self.push(page)?;
        match self.go_on()? {
            Some(batch) => Ok(Next::Batch(batch)),
            None => Ok(self.unsound()),
        }
    }

    /// How many pages are above the leaves.
    fn depth(&self, root: u32) -> Result<Option<usize>, P::Error> {
        let mut page = root;
        for depth in 0..MAX_BTREE_DEPTH {
            let Some(number) = self.number(page) else {
                return Ok(None);
            };
            let bytes = self.pages.page(number)?;
            let Ok(parsed) = Page::parse(number, self.geometry, &bytes) else {
                return Ok(None);
            };
            let Some(right) = parsed.right_child() else {
                return Ok(Some(depth));
            };
            page = right;
        }
        Ok(None)
    }

    fn number(&self, page: u32) -> Option<PageNumber> {
        PageNumber::new(page).filter(|number| number.get() <= self.pages.page_count())
    }

    fn push(&mut self, number: PageNumber) -> Result<(), P::Error> {
        let bytes = self.pages.page(number)?.into_owned();
        self.levels.push(Level {
            number,
            bytes,
            child: 0,
        });
        Ok(())
    }

    /// The next page that is one above the leaves; `None` where the tree is not sound.
    fn go_on(&mut self) -> Result<Option<Batch>, P::Error> {
        while self.levels.len() < self.height {
            let Some(child) = self.child() else {
                return Ok(None);
            };
            self.push(child)?;
        }
        let Some(page) = self.child() else {
            return Ok(None);
        };
        let (tree, before) = (self.tree, self.before.take());
        // The entry behind this child is that of the lowest page that has another one.
        while self.levels.last().is_some_and(Level::is_at_right_child) {
            self.levels.pop();
        }
        let behind = match self.levels.last_mut() {
            None => {
                self.tree += 1;
                None
            }
            Some(level) => {
                let Ok(parsed) = Page::parse(level.number, self.geometry, &level.bytes) else {
                    return Ok(None);
                };
                let Ok(cell) = parsed.cell(level.child) else {
                    return Ok(None);
                };
                let mut entry = Vec::new();
                if !parsed.kind().is_table()
                    && !whole_payload(self.pages, self.geometry, &cell, &mut entry)?
                {
                    return Ok(None);
                }
                level.child += 1;
                (!parsed.kind().is_table()).then_some(entry)
            }
        };
        self.before.clone_from(&behind);
        Ok(Some(Batch {
            tree,
            page,
            before,
            behind,
        }))
    }

    /// The child to go to of the lowest page.
    fn child(&self) -> Option<PageNumber> {
        let level = self.levels.last()?;
        let parsed = Page::parse(level.number, self.geometry, &level.bytes).ok()?;
        // SQLite follows no page of another kind, or without a cell.
        let &(_, is_index) = self.roots.get(self.tree)?;
        if parsed.kind().is_table() == is_index || parsed.cell_count() == 0 {
            return None;
        }
        let child = if level.child < parsed.cell_count() {
            parsed.cell(level.child).ok()?.left_child?
        } else {
            parsed.right_child()?
        };
        self.number(child)
    }
}

impl Level {
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
