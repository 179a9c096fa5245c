use alloc::vec;
use core::cell::Cell as Counter;
use core::convert::Infallible;

use stillframe_format::PageSize;

use super::*;

const SIZE: usize = 512;

/// Pages that count how often they are read, and may say that they are more than there are.
struct Counted {
    bytes: Vec<u8>,
    page_count: u32,
    reads: Counter<u32>,
}

impl Pages for Counted {
    type Error = Infallible;

    fn page_size(&self) -> PageSize {
        PageSize::new(SIZE as u32).unwrap()
    }

    fn page_count(&self) -> u32 {
        self.page_count
    }

    fn stored_pages(&self) -> u32 {
        (self.bytes.len() / SIZE) as u32
    }

    fn page(&self, number: PageNumber) -> Result<Cow<'_, [u8]>, Infallible> {
        self.reads.set(self.reads.get() + 1);
        let start = (number.get() as usize - 1) * SIZE;
        Ok(Cow::Borrowed(&self.bytes[start..start + SIZE]))
    }
}

/// `count` pages, of which the first is `root`; each of the others names the next, and the last one the second.
fn chain(root: &[u8], count: u32) -> Counted {
    let mut bytes = vec![0; count as usize * SIZE];
    bytes[..root.len()].copy_from_slice(root);
    for page in 2..=count {
        let next = if page == count { 2 } else { page + 1 };
        let start = (page as usize - 1) * SIZE;
        bytes[start..start + 4].copy_from_slice(&next.to_be_bytes());
    }
    Counted {
        bytes,
        page_count: count,
        reads: Counter::new(0),
    }
}

/// Page 1 as a leaf of a table with `rows` rows, all of which are the one cell at its end.
fn leaf_of_one_cell(rows: u16, cell: &[u8]) -> Vec<u8> {
    let mut page = vec![0; SIZE];
    let at = SIZE - cell.len();
    page[at..].copy_from_slice(cell);
    page[100] = 0x0d;
    page[103..105].copy_from_slice(&rows.to_be_bytes());
    page[105..107].copy_from_slice(&(at as u16).to_be_bytes());
    for row in 0..usize::from(rows) {
        page[108 + 2 * row..110 + 2 * row].copy_from_slice(&(at as u16).to_be_bytes());
    }
    page
}

fn geometry() -> Geometry {
    Geometry::new(PageSize::new(SIZE as u32).unwrap(), 0).unwrap()
}

/// Of the payload as few bytes are in the cell as can be, and the others on this many overflow pages.
const OVERFLOW_PAGES: usize = 590;
const LENGTH: usize = 39 + OVERFLOW_PAGES * 508;

/// The cell of such a payload; page 2 is the first overflow page.
fn long_cell() -> Vec<u8> {
    let mut cell = vec![0x92, 0xa5, 0x6f, 7];
    cell.resize(4 + 39, 9);
    cell.extend(2u32.to_be_bytes());
    cell
}

#[test]
fn one_row_is_read_whole() {
    let pages = chain(&leaf_of_one_cell(1, &long_cell()), 700);
    let found: Vec<Row> = rows(&pages, geometry(), 1).map(Result::unwrap).collect();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].rowid, found[0].record.len()), (7, LENGTH));
    assert_eq!(pages.reads.get() as usize, 1 + OVERFLOW_PAGES);
}

/// 80 rows whose payloads are one chain of a hundred pages, which has no end: no more pages are read than there are.
#[test]
fn rows_that_share_a_chain_read_it_once() {
    let pages = chain(&leaf_of_one_cell(80, &long_cell()), 101);
    let found: Vec<Row> = rows(&pages, geometry(), 1).map(Result::unwrap).collect();
    assert_eq!(found.len(), 80);
    assert_eq!(pages.reads.get(), 101);
    // A row by itself goes no further, either.
    let page = pages.page(PageNumber::FIRST).unwrap();
    let page = Page::parse(PageNumber::FIRST, geometry(), &page).unwrap();
    pages.reads.set(0);
    let record = payload(&pages, geometry(), &page.cell(0).unwrap()).unwrap();
    assert_eq!(pages.reads.get(), 101);
    assert!(record.len() < LENGTH);
}

/// The root is a child of its own, 80 times, and the header counts as many pages as can be.
#[test]
fn a_tree_of_one_page_ends() {
    let mut root = leaf_of_one_cell(80, &[0, 0, 0, 1, 5]);
    root[100] = 0x05;
    root.copy_within(108..400, 112);
    root[108..112].copy_from_slice(&2u32.to_be_bytes());
    let mut pages = chain(&root, 3);
    pages.page_count = u32::MAX;
    assert_eq!(rows(&pages, geometry(), 1).count(), 0);
    assert!(pages.reads.get() <= 3);
    assert_eq!(rows(&pages, geometry(), 4).count(), 0);
    assert_eq!(rows(&pages, geometry(), u32::MAX).count(), 0);
    assert_eq!(rows(&pages, geometry(), 0).count(), 0);
}
