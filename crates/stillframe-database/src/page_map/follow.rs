//! Following a database from commit to commit.
//!
//! What leads to a page that a commit did not write is what led to it before, unless the commit wrote something that
//! leads to it now. So the pages that were written are looked at, each once it is known what it is: one whose parent
//! was not written is what it was; the others are what something written says. Pages that nothing says anything of
//! any more are unused. What was not written is looked at only where it is read in another way than before, or where it is
//! a part of another overflow chain.

use alloc::vec::Vec;

use stillframe_format::{PageNumber, Pages};

use super::walk::Step;
use super::{CLAIMED, PageMap, PageUse, USE, WRITTEN};
use crate::header::HEADER_BYTES;
use crate::{Geometry, Header};

impl PageMap {
    /// Follows the commit that wrote the pages `written`: `pages` and the `header` of page 1 are those after it.
    ///
    /// The sizes of the b-trees are not followed: they are those of the walk of a whole database.
    ///
    /// # Errors
    /// A page could not be read. The map is of no use then.
    pub fn follow<P: Pages>(
        &mut self,
        pages: &P,
        header: &Header,
        written: &[PageNumber],
    ) -> Result<(), P::Error> {
        let geometry = Geometry::new(pages.page_size(), header.reserved_bytes);
        if geometry != Some(self.geometry) || header.auto_vacuum() != self.auto_vacuum {
            self.geometry = geometry.unwrap_or(self.geometry);
            self.auto_vacuum = header.auto_vacuum();
            return self.walk_all(pages, header);
        }
        if self.page_count() == 0 || pages.page_count() == 0 {
            return self.walk_all(pages, header);
        }
        self.resize(pages.page_count());
        self.marked = Some(Vec::new());
        for page in written {
            self.mark(page.get(), WRITTEN);
        }
        let followed = self.follow_written(pages, header, written);
        for page in self.marked.take().unwrap_or_default() {
            if let Some(byte) = self.uses.get_mut(page as usize) {
                *byte &= USE;
            }
        }
        followed
    }

    fn follow_written<P: Pages>(
        &mut self,
        pages: &P,
        header: &Header,
        written: &[PageNumber],
    ) -> Result<(), P::Error> {
        let mut steps = Vec::new();
        if self.schema_is_written(pages, written)? {
            self.read_trees(pages)?;
            for tree in 0..self.trees.len() {
                self.claim_root(tree, &mut steps);
            }
        }
        // The last step is the first that is taken: pages that went to the freelist are known to be there.
        if self.has(1, WRITTEN) {
            self.claim_trunk(header.first_freelist_trunk, 0, &mut steps);
        }
        self.walk(pages, &mut steps)?;
        self.look_at(pages, written, |used| !used.is_overflow(), &mut steps)?;
        // Pages of chains come last: by now it is known which of them are parts of another.
        self.look_at(pages, written, PageUse::is_overflow, &mut steps)?;
        for page in written {
            let page = page.get();
            let is_claimed = self.has(page, CLAIMED) || self.used(page).is_fixed();
            if !is_claimed {
                self.set_use(page, PageUse::Unused);
                if let Some(parent) = self.parents.get_mut(page as usize) {
                    *parent = 0;
                }
            }
        }
        Ok(())
    }

    /// Whether what `sqlite_schema` says may have changed: its root behind the header, or another page of it.
    fn schema_is_written<P: Pages>(
        &self,
        pages: &P,
        written: &[PageNumber],
    ) -> Result<bool, P::Error> {
        for &page in written {
            let is_other = match page {
                PageNumber::FIRST => {
                    let bytes = pages.page(page)?;
                    bytes.get(HEADER_BYTES..) != Some(&self.schema_page)
                }
                _ => self.owner(page) == Some(0),
            };
            if is_other {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Looks at the pages that were written, are what they were, and are chosen by that.
    fn look_at<P: Pages>(
        &mut self,
        pages: &P,
        written: &[PageNumber],
        is_chosen: impl Fn(PageUse) -> bool,
        steps: &mut Vec<Step>,
    ) -> Result<(), P::Error> {
        for &number in written {
            let (page, used) = (number.get(), self.use_of(number));
            if self.has(page, CLAIMED) || !is_chosen(used) || !self.is_as_it_was(page, used) {
                continue;
            }
            self.mark(page, CLAIMED);
            match used {
                PageUse::FreelistTrunk => steps.push(Step::Trunk(page)),
                PageUse::Btree(_) | PageUse::NoBtree => {
                    self.set_use(page, PageUse::NoBtree);
                    steps.push(Step::Btree {
                        page,
                        above: 0,
                        tree: None,
                    });
                }
                PageUse::FirstOverflow => self.chain(pages, page, page, 0, None)?,
                PageUse::LaterOverflow => {
                    self.chain(pages, self.parent_of(page), page, 0, None)?;
                }
                _ => {}
            }
            self.walk(pages, steps)?;
        }
        Ok(())
    }

    /// Whether what led to a page still does.
    fn is_as_it_was(&self, page: u32, used: PageUse) -> bool {
        let parent = self.parent_of(page);
        if self.has(parent, WRITTEN) {
            return false;
        }
        match used {
            PageUse::Unused | PageUse::LockByte | PageUse::PointerMap => false,
            // The first trunk page is named by page 1.
            PageUse::FreelistTrunk => parent != 0 || !self.has(1, WRITTEN),
            PageUse::FreelistLeaf => self.used(parent) == PageUse::FreelistTrunk,
            _ => PageNumber::new(page).is_some_and(|page| self.owner(page).is_some()),
        }
    }

    fn has(&self, page: u32, mark: u8) -> bool {
        let byte = self.uses.get(page as usize).filter(|_| page != 0);
        byte.is_some_and(|byte| byte & mark != 0)
    }

    fn mark(&mut self, page: u32, mark: u8) {
        if let Some(byte) = self.uses.get_mut(page as usize).filter(|_| page != 0) {
            *byte |= mark;
        }
        self.marked.get_or_insert_default().push(page);
    }
}
