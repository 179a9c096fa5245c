//! The rows of a table, read from its b-tree in the order of their rowids.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use stillframe_format::limits::MAX_BTREE_DEPTH;
use stillframe_format::{PageNumber, Pages};

use crate::Geometry;
use crate::btree::{Cell, Page};
use crate::freelist::next_page;

/// A row: its rowid and its record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The rowid.
    pub rowid: i64,
    /// The record, as far as it is there, and at most its first MiB.
    pub record: Vec<u8>,
}

/// The rows of the table with the root page `root`, as far as they can be followed: from a page that is none of a table
/// the walk goes on with the next, and no page is walked twice on one path. No more pages are read than the database
/// has, those of overflow chains included: in a hostile one many rows can share them.
pub fn rows<'p, P: Pages>(pages: &'p P, geometry: Geometry, root: u32) -> Rows<'p, P> {
    Rows {
        pages,
        geometry,
        levels: Vec::new(),
        next: Some(root),
        left: last_page(pages),
    }
}

/// See [`rows`].
pub struct Rows<'p, P> {
    pages: &'p P,
    geometry: Geometry,
    levels: Vec<Level<'p>>,
    /// The page to go to.
    next: Option<u32>,
    /// How many more pages may be read.
    left: u32,
}

struct Level<'p> {
    number: PageNumber,
    bytes: Cow<'p, [u8]>,
    /// The cell to look at next.
    cell: u16,
}

enum Step {
    Descend(u32),
    Row(Row),
    Up,
}

impl<P: Pages> Iterator for Rows<'_, P> {
    type Item = Result<Row, P::Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let entered = self.next.take().map_or(Ok(()), |page| self.enter(page));
            if let Err(error) = entered {
                return Some(Err(error));
            }
            let mut level = self.levels.pop()?;
            match self.step(&mut level) {
                Ok(Step::Descend(child)) => {
                    self.levels.push(level);
                    self.next = Some(child);
                }
                Ok(Step::Row(row)) => {
                    self.levels.push(level);
                    return Some(Ok(row));
                }
                Ok(Step::Up) => {}
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl<P: Pages> Rows<'_, P> {
    fn enter(&mut self, page: u32) -> Result<(), P::Error> {
        let number = PageNumber::new(page).filter(|_| page <= last_page(self.pages));
        let is_new =
            number.is_some_and(|page| self.levels.iter().all(|level| level.number != page));
        let (Some(number), true) = (number, is_new && self.levels.len() < MAX_BTREE_DEPTH) else {
            return Ok(());
        };
        if self.left == 0 {
            self.levels.clear();
            return Ok(());
        }
        self.left -= 1;
        let bytes = self.pages.page(number)?;
        self.levels.push(Level {
            number,
            bytes,
            cell: 0,
        });
        Ok(())
    }

    fn step(&mut self, level: &mut Level<'_>) -> Result<Step, P::Error> {
        let page = Page::parse(level.number, self.geometry, &level.bytes);
        let Some(page) = page.ok().filter(|page| page.kind().is_table()) else {
            return Ok(Step::Up);
        };
        while level.cell < page.cell_count() {
            let cell = page.cell_as_read(level.cell);
            level.cell += 1;
            match cell {
                Some(Cell {
                    left_child: Some(child),
                    ..
                }) => return Ok(Step::Descend(child)),
                Some(cell) => {
                    let (record, _) = payload_of(self.pages, self.geometry, &cell, &mut self.left)?;
                    let rowid = cell.rowid.unwrap_or_default();
                    return Ok(Step::Row(Row { rowid, record }));
                }
                None => {}
            }
        }
        match page.right_child() {
            Some(right) if level.cell == page.cell_count() => {
                level.cell = u16::MAX;
                Ok(Step::Descend(right))
            }
            _ => Ok(Step::Up),
        }
    }
}

/// Of a longer record only so many bytes are read: what a hostile chain leads to need not fit memory.
const MOST_RECORD_BYTES: usize = 1 << 20;

/// The payload of a cell with what of it is on overflow pages, as far as it is there, and at most its first MiB.
///
/// # Errors
/// A page could not be read.
pub fn payload<P: Pages>(
    pages: &P,
    geometry: Geometry,
    cell: &Cell<'_>,
) -> Result<Vec<u8>, P::Error> {
    // A chain that comes back to itself has an end: no payload has more pages than the database.
    payload_of(pages, geometry, cell, &mut last_page(pages)).map(|(bytes, _)| bytes)
}

/// As [`payload`], with the overflow pages that were read, in their order: each but the last holds as many bytes as an
/// overflow page can, from byte 4 on.
///
/// # Errors
/// A page could not be read.
pub fn payload_and_pages<P: Pages>(
    pages: &P,
    geometry: Geometry,
    cell: &Cell<'_>,
) -> Result<(Vec<u8>, Vec<PageNumber>), P::Error> {
    payload_of(pages, geometry, cell, &mut last_page(pages))
}

/// The payload of a cell from at most `left` overflow pages, which are then so many less, and those pages.
fn payload_of<P: Pages>(
    pages: &P,
    geometry: Geometry,
    cell: &Cell<'_>,
    left: &mut u32,
) -> Result<(Vec<u8>, Vec<PageNumber>), P::Error> {
    let mut bytes = cell.local.to_vec();
    let mut chain = Vec::new();
    let mut next = cell.overflow.unwrap_or_default();
    let length = (cell.payload_length as usize).min(MOST_RECORD_BYTES);
    let mut page = Vec::new();
    while bytes.len() < length && *left > 0 {
        let number = PageNumber::new(next).filter(|page| page.get() <= last_page(pages));
        let Some(number) = number else {
            break;
        };
        *left -= 1;
        page.resize(geometry.usable_size() as usize, 0);
        pages.read(number, &mut page)?;
        let content = page.get(4..).unwrap_or_default();
        let missing = length - bytes.len();
        bytes.extend(content.iter().take(missing));
        chain.push(number);
        next = next_page(&page);
    }
    Ok((bytes, chain))
}

/// The last page that there is, whatever the header counts.
fn last_page<P: Pages>(pages: &P) -> u32 {
    pages.page_count().min(pages.stored_pages())
}

#[cfg(test)]
mod tests;
