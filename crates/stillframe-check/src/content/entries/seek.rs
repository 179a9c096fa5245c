use std::borrow::Cow;

use stillframe_database::btree::{Cell, Page};
use stillframe_format::limits::MAX_BTREE_DEPTH;
use stillframe_format::{PageNumber, Pages};

use crate::content::fault::Fault;
use crate::content::reader::Reader;

/// A leaf of a table, and the cell on it that was looked for.
pub(super) struct Leaf<'p> {
    number: PageNumber,
    bytes: Cow<'p, [u8]>,
    cell: u16,
}

impl Leaf<'_> {
    /// The page and the number of the cell.
    pub(super) const fn position(&self) -> (PageNumber, u16) {
        (self.number, self.cell)
    }

    pub(super) fn cell<P>(&self, reader: &Reader<'_, P>) -> Option<(Page<'_>, Cell<'_>)> {
        let page = Page::parse(self.number, reader.geometry, &self.bytes).ok()?;
        let cell = page.cell_as_read(self.cell)?;
        Some((page, cell))
    }
}

/// Looks for the row with a rowid, from the root of a table on.
pub(super) fn seek<'p, P: Pages>(
    reader: &Reader<'p, P>,
    root: u32,
    rowid: i64,
) -> Result<Option<Leaf<'p>>, Fault<P::Error>> {
    let mut page = root;
    for _ in 0..MAX_BTREE_DEPTH {
        let (number, bytes) = reader.page(page)?;
        let parsed = Page::parse(number, reader.geometry, &bytes).map_err(|_| Fault::Corrupt)?;
        if !parsed.kind().is_table() {
            return Err(Fault::Corrupt);
        }
        let at = |cell: u16| parsed.cell_as_read(cell).and_then(|cell| cell.rowid);
        let (mut low, mut high) = (0, parsed.cell_count());
        while low < high {
            let middle = low + (high - low) / 2;
            if at(middle).ok_or(Fault::PastPage)? < rowid {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let is_cell = low < parsed.cell_count();
        if parsed.kind().is_leaf() {
            let is_there = is_cell && at(low) == Some(rowid);
            return Ok(is_there.then_some(Leaf {
                number,
                bytes,
                cell: low,
            }));
        }
        page = match is_cell {
            true => parsed.left_child_as_read(low),
            false => parsed.right_child().unwrap_or_default(),
        };
    }
    Err(Fault::Corrupt)
}
