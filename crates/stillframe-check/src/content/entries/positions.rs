use std::collections::HashMap;

use stillframe_format::PageNumber;

/// Cells of a word.
const CELLS: u16 = 64;

/// A set of cells, each a page and its number there: some bytes for 64 neighbours.
#[derive(Debug, Default)]
pub(in crate::content) struct Positions(HashMap<(PageNumber, u16), u64>);

impl Positions {
    /// Adds a cell; false where it was there.
    pub(in crate::content) fn add(&mut self, (page, cell): (PageNumber, u16)) -> bool {
        let bit = 1 << (cell % CELLS);
        let word = self.0.entry((page, cell / CELLS)).or_default();
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }

    pub(in crate::content) fn has(&self, (page, cell): (PageNumber, u16)) -> bool {
        let word = self.0.get(&(page, cell / CELLS));
        word.is_some_and(|word| word & (1 << (cell % CELLS)) != 0)
    }
}
