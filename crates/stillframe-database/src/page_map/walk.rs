//! Walking from what names pages to the pages, and setting down what they are.

use alloc::vec::Vec;

use stillframe_format::limits::MAX_BTREE_DEPTH;
use stillframe_format::{PageNumber, Pages};

use super::{BLOCK, CLAIMED, PageMap, PageUse, USE, WRITTEN};
use crate::btree::Page;
use crate::freelist::{Trunk, next_page};
use crate::{Header, btree::Cell};

/// A page that is to be looked at.
pub(super) enum Step {
    Trunk(u32),
    Btree {
        page: u32,
        /// Pages above it, as far as they are known.
        above: usize,
        /// The tree that it belongs to, where the whole database is walked.
        tree: Option<usize>,
    },
}

impl PageMap {
    /// Walks everything, from the start.
    pub(super) fn walk_all<P: Pages>(
        &mut self,
        pages: &P,
        header: &Header,
    ) -> Result<(), P::Error> {
        self.uses.truncate(1);
        self.parents.truncate(1);
        if pages.page_count() == 0 {
            self.trees.clear();
            self.by_root.clear();
            self.resize(0);
            return Ok(());
        }
        self.resize(pages.page_count());
        self.read_trees(pages)?;
        let mut steps = Vec::new();
        for tree in 0..self.trees.len() {
            self.claim_root(tree, &mut steps);
            if tree == 0 {
                self.claim_trunk(header.first_freelist_trunk, 0, &mut steps);
            }
        }
        steps.reverse();
        self.walk(pages, &mut steps)?;
        // Only what has marks is written: where nothing leads, no memory is touched.
        for block in self.uses.chunks_mut(BLOCK) {
            if block.iter().fold(0, |all, &byte| all | byte) & !USE != 0 {
                block.iter_mut().for_each(|byte| *byte &= USE);
            }
        }
        Ok(())
    }

    pub(super) fn claim_root(&mut self, tree: usize, steps: &mut Vec<Step>) {
        let Some(root) = self.trees.get(tree).map(|tree| tree.root.get()) else {
            return;
        };
        if self.claim(root, PageUse::NoBtree, 0) {
            steps.push(Step::Btree {
                page: root,
                above: 0,
                tree: self.marked.is_none().then_some(tree),
            });
        }
    }

    pub(super) fn claim_trunk(&mut self, page: u32, parent: u32, steps: &mut Vec<Step>) {
        if self.claim(page, PageUse::FreelistTrunk, parent) {
            steps.push(Step::Trunk(page));
        }
    }

    /// Takes `steps` from the last one on, and what they lead to, until there is none.
    pub(super) fn walk<P: Pages>(
        &mut self,
        pages: &P,
        steps: &mut Vec<Step>,
    ) -> Result<(), P::Error> {
        while let Some(step) = steps.pop() {
            match step {
                Step::Trunk(page) => self.trunk(pages, page, steps)?,
                Step::Btree { page, above, tree } => {
                    self.btree(pages, page, above, tree, steps)?;
                }
            }
        }
        Ok(())
    }

    /// Notes that `parent` leads to a page, and what it is by that: whether it is to be looked at. What was noted of it
    /// first stays. It need not be looked at where it was read in this way before and was not written since.
    pub(super) fn claim(&mut self, page: u32, is: PageUse, parent: u32) -> bool {
        let before = self.used(page);
        let index = page as usize;
        let (Some(byte), Some(its_parent)) =
            (self.uses.get_mut(index), self.parents.get_mut(index))
        else {
            return false;
        };
        // Page 1 is a root, whatever leads to it.
        let is_wrong = page == 0 || page == 1 && (parent != 0 || !is.is_of_btree());
        if is_wrong || *byte & CLAIMED != 0 || before.is_fixed() {
            return false;
        }
        let is_written = *byte & WRITTEN != 0;
        let is_other_chain = is == PageUse::LaterOverflow && *its_parent != parent;
        *byte |= CLAIMED;
        *its_parent = parent;
        if let Some(marked) = &mut self.marked {
            marked.push(page);
        }
        let is_same = before.is_read_as(is);
        if !is_same || is_written {
            self.set_use(page, is);
        }
        is_written || !is_same || is_other_chain
    }

    fn trunk<P: Pages>(
        &mut self,
        pages: &P,
        page: u32,
        steps: &mut Vec<Step>,
    ) -> Result<(), P::Error> {
        let Some(number) = PageNumber::new(page) else {
            return Ok(());
        };
        self.work += 1;
        let bytes = pages.page(number)?;
        if let Ok(trunk) = Trunk::parse(self.geometry, &bytes) {
            for leaf in trunk.leaves() {
                self.claim(leaf, PageUse::FreelistLeaf, page);
            }
        }
        self.claim_trunk(next_page(&bytes), page, steps);
        Ok(())
    }

    fn btree<P: Pages>(
        &mut self,
        pages: &P,
        page: u32,
        above: usize,
        tree: Option<usize>,
        steps: &mut Vec<Step>,
    ) -> Result<(), P::Error> {
        let number = PageNumber::new(page).filter(|_| above < MAX_BTREE_DEPTH);
        let Some(number) = number else {
            return Ok(());
        };
        self.work += 1;
        let bytes = pages.page(number)?;
        let Ok(content) = Page::parse(number, self.geometry, &bytes) else {
            return Ok(());
        };
        self.set_use(page, PageUse::Btree(content.kind()));
        if let Some(sizes) = self.sizes_of(tree) {
            sizes.page(&content, above);
        }
        let first = steps.len();
        for index in 0..content.cell_count() {
            let Some(cell) = content.cell_as_read(index) else {
                continue;
            };
            if let Some(sizes) = self.sizes_of(tree) {
                sizes.cell(content.kind(), &cell);
            }
            if let Some(child) = cell.left_child {
                self.claim_child(child, page, above, tree, steps);
            }
            self.chain_of(pages, page, &cell, tree)?;
        }
        if let Some(right) = content.right_child() {
            self.claim_child(right, page, above, tree, steps);
        }
        // The last step is taken first.
        steps.get_mut(first..).unwrap_or_default().reverse();
        Ok(())
    }

    fn claim_child(
        &mut self,
        child: u32,
        parent: u32,
        above: usize,
        tree: Option<usize>,
        steps: &mut Vec<Step>,
    ) {
        if self.claim(child, PageUse::NoBtree, parent) {
            steps.push(Step::Btree {
                page: child,
                above: above + 1,
                tree,
            });
        }
    }

    fn chain_of<P: Pages>(
        &mut self,
        pages: &P,
        page: u32,
        cell: &Cell<'_>,
        tree: Option<usize>,
    ) -> Result<(), P::Error> {
        let Some(first) = cell.overflow else {
            return Ok(());
        };
        if self.claim(first, PageUse::FirstOverflow, page) {
            self.chain(pages, first, first, cell.overflow_length(), tree)?;
        }
        Ok(())
    }

    /// Follows an overflow chain whose first page is `first` from `page` on, where `left` bytes of the payload are not
    /// yet accounted for.
    pub(super) fn chain<P: Pages>(
        &mut self,
        pages: &P,
        first: u32,
        page: u32,
        left: u32,
        tree: Option<usize>,
    ) -> Result<(), P::Error> {
        let (mut page, mut left) = (page, left);
        let capacity = self.geometry.overflow_capacity();
        while let Some(number) = PageNumber::new(page) {
            let held = left.min(capacity);
            left -= held;
            if let Some(sizes) = self.sizes_of(tree) {
                sizes.overflow(held, capacity);
            }
            self.work += 1;
            let next = next_page(&pages.page(number)?);
            page = match self.claim(next, PageUse::LaterOverflow, first) {
                true => next,
                false => 0,
            };
        }
        Ok(())
    }

    fn sizes_of(&mut self, tree: Option<usize>) -> Option<&mut super::TreeSizes> {
        Some(&mut self.trees.get_mut(tree?)?.sizes)
    }
}
