use stillframe_database::freelist::{Trunk, next_page};
use stillframe_database::pointer_map::EntryKind;
use stillframe_format::{PageNumber, Pages};

use super::problem::entry;
use super::{PagePlace, ProblemKind, Walk};

impl<P: Pages> Walk<'_, P> {
    /// Follows the freelist from its first trunk page. Without a problem on the way it must have `expected` pages.
    pub(super) fn freelist(&mut self, first: u32, expected: u32) -> Result<(), P::Error> {
        let before = self.found;
        let (mut page, mut missing) = (first, expected);
        self.place = PagePlace::in_header(32, 4);
        while page != 0 && !self.is_full() && self.reference(page) {
            missing = missing.wrapping_sub(1);
            if self.auto_vacuum {
                self.pointer_map(page, entry(EntryKind::Free, 0))?;
            }
            let bytes = self.page(page)?.into_owned();
            match Trunk::parse(self.job.geometry, &bytes) {
                Ok(trunk) => {
                    missing = missing.wrapping_sub(trunk.leaves().len() as u32);
                    for (index, leaf) in trunk.leaves().enumerate() {
                        self.place = PagePlace::new(page, 8 + 4 * index as u64, 4);
                        if self.auto_vacuum {
                            self.pointer_map(leaf, entry(EntryKind::Free, 0))?;
                        }
                        self.reference(leaf);
                    }
                }
                Err(error) => {
                    self.place = PagePlace::new(page, error.range.start, error.range.length());
                    self.problem(ProblemKind::FreelistLeafCount { page, error });
                    missing = missing.wrapping_sub(1);
                }
            }
            self.place = PagePlace::new(page, 0, 4);
            page = next_page(&bytes);
        }
        if missing != 0 && self.found == before {
            self.place = PagePlace::in_header(36, 4);
            let found = expected.wrapping_sub(missing);
            self.problem(ProblemKind::FreelistLength { found, expected });
        }
        Ok(())
    }

    /// Follows the overflow chain that a cell begins. Without a problem on the way it must have `expected` pages.
    pub(super) fn overflow(&mut self, first: u32, expected: u32) -> Result<(), P::Error> {
        let (before, cell) = (self.found, self.place);
        let (mut page, mut missing) = (first, expected);
        while page != 0 && !self.is_full() && self.reference(page) {
            missing = missing.wrapping_sub(1);
            self.place = PagePlace::new(page, 0, 4);
            let mut next = [0; 4];
            let number = PageNumber::new(page).unwrap_or(PageNumber::FIRST);
            self.job.pages.read(number, &mut next)?;
            let whole = self.job.geometry.page_size().get();
            self.job.progress.advance(whole.into());
            let next = next_page(&next);
            if self.auto_vacuum && missing > 0 {
                self.pointer_map(next, entry(EntryKind::LaterOverflow, page))?;
            }
            page = next;
        }
        self.place = cell;
        if missing != 0 && self.found == before {
            let found = expected.wrapping_sub(missing);
            self.problem(ProblemKind::OverflowLength { found, expected });
        }
        Ok(())
    }
}
