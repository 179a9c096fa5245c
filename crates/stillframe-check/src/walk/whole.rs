//! What is walked, in SQLite's order: the lists, the trees, and what nothing leads to.

use stillframe_database::pointer_map::{self, EntryKind};
use stillframe_format::Pages;

use super::problem::entry;
use super::{Context, PagePlace, Part, ProblemKind, Walk};

impl<P: Pages> Walk<'_, P> {
    /// Walks it; how many rows or entries each root's tree has.
    pub(super) fn go(&mut self, part: Part) -> Result<Vec<Option<u64>>, P::Error> {
        self.lock_byte_page();
        let roots = self.job.roots;
        if part == Part::Whole {
            self.lists()?;
        } else if roots.get(1) == Some(&1) {
            self.free_pages()?;
        }
        let mut rows = Vec::with_capacity(roots.len());
        for &root in roots {
            // How many rows there are is not known where no more problems are wanted.
            let is_wanted = !self.is_full();
            rows.push(is_wanted.then(|| self.root(root, part)).transpose()?);
        }
        if part == Part::Whole {
            self.unused();
        }
        Ok(rows)
    }

    /// Nothing may lead to the lock-byte page, where there is one.
    pub(super) fn lock_byte_page(&mut self) {
        let lock = self.job.geometry.page_size().lock_byte_page().get();
        if self.referenced.has(lock) {
            self.referenced.set(lock);
        }
    }

    /// What comes before the b-trees: the freelist, and what the header says of vacuuming.
    pub(super) fn lists(&mut self) -> Result<(), P::Error> {
        self.free_pages()?;
        self.vacuum();
        Ok(())
    }

    fn free_pages(&mut self) -> Result<(), P::Error> {
        self.context = Context::Freelist;
        let header = self.job.header;
        self.freelist(header.first_freelist_trunk, header.freelist_count)?;
        self.context = Context::None;
        Ok(())
    }

    /// Walks a b-tree, of which the pointer map is asked only in a walk of the whole; how many rows it has.
    fn root(&mut self, root: u32, part: Part) -> Result<u64, P::Error> {
        self.rows = 0;
        if root != 0 {
            if part == Part::Whole {
                self.map_of_root(root)?;
            }
            self.tree(root)?;
        }
        Ok(self.rows)
    }

    /// Compares what the pointer map says of a root.
    pub(super) fn map_of_root(&mut self, root: u32) -> Result<(), P::Error> {
        self.place = PagePlace::whole(1, self.job.geometry);
        if self.auto_vacuum && root > 1 {
            self.pointer_map(root, entry(EntryKind::Root, 0))?;
        }
        Ok(())
    }

    fn vacuum(&mut self) {
        let header = self.job.header;
        if self.auto_vacuum {
            let found = self.job.roots.iter().copied().max().unwrap_or_default();
            let expected = header.largest_root_page;
            if found != expected {
                self.place = PagePlace::in_header(52, 4);
                self.problem(ProblemKind::LargestRoot { found, expected });
            }
        } else if header.incremental_vacuum != 0 {
            self.place = PagePlace::in_header(64, 4);
            self.problem(ProblemKind::IncrementalVacuum);
        }
    }

    /// Every page is there for something, and those of the pointer map for nothing else.
    pub(super) fn unused(&mut self) {
        let geometry = self.job.geometry;
        let mut next = Some(1);
        while let Some(page) = next.filter(|&page| self.referenced.has(page) && !self.is_full()) {
            if !self.auto_vacuum && self.referenced.are_set_around(page) {
                next = (page | 63).checked_add(1);
                continue;
            }
            next = page.checked_add(1);
            self.place = PagePlace::whole(page, geometry);
            let is_map = self.auto_vacuum && pointer_map::is_map_page(geometry, page);
            match self.referenced.is_set(page) {
                false if !is_map => self.problem(ProblemKind::NeverUsed(page)),
                true if is_map => self.problem(ProblemKind::PointerMapReferenced(page)),
                _ => {}
            }
        }
    }
}
