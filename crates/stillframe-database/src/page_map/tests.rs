use alloc::borrow::Cow;
use alloc::vec;
use alloc::vec::Vec;
use core::cell::RefCell;
use core::convert::Infallible;

use stillframe_format::{PageNumber, PageSize, Pages};

use super::*;
use crate::btree::PageKind;

const SIZE: usize = 512;

/// A database in memory, and how often each of its pages was read.
struct Made {
    pages: Vec<Vec<u8>>,
    read: RefCell<Vec<u32>>,
}

impl Made {
    /// So many pages of zeros behind a page 1 with an empty schema.
    fn new(count: usize) -> Self {
        let mut made = Self {
            pages: vec![vec![0; SIZE]; count],
            read: RefCell::new(vec![0; count]),
        };
        made.pages[0][..24].copy_from_slice(b"SQLite format 3\0\x02\0\x01\x01\0\x40\x20\x20");
        made.btree(1, 0x0d, &[], None);
        made
    }

    /// Makes page `number` one of a b-tree with these cells.
    fn btree(&mut self, number: u32, flag: u8, cells: &[Vec<u8>], right: Option<u32>) {
        let page = &mut self.pages[number as usize - 1];
        let header = if number == 1 { 100 } else { 0 };
        let pointers = header + if right.is_some() { 12 } else { 8 };
        let mut end = SIZE;
        for (index, cell) in cells.iter().enumerate() {
            end -= cell.len();
            page[end..end + cell.len()].copy_from_slice(cell);
            let at = pointers + 2 * index;
            page[at..at + 2].copy_from_slice(&(end as u16).to_be_bytes());
        }
        page[header] = flag;
        page[header + 3..header + 5].copy_from_slice(&(cells.len() as u16).to_be_bytes());
        page[header + 5..header + 7].copy_from_slice(&(end as u16).to_be_bytes());
        if let Some(right) = right {
            page[header + 8..header + 12].copy_from_slice(&right.to_be_bytes());
        }
    }

    /// Makes page 1 name these roots, each of a table of one letter.
    fn roots(&mut self, roots: &[u8]) {
        let rows: Vec<Vec<u8>> = roots
            .iter()
            .enumerate()
            .map(|(row, &root)| {
                let name = b'a' + row as u8;
                let mut record = vec![6, 23, 15, 15, 1, 0];
                record.extend(*b"table");
                record.extend([name, name, root]);
                [vec![record.len() as u8, row as u8 + 1], record].concat()
            })
            .collect();
        self.btree(1, 0x0d, &rows, None);
    }

    fn link(&mut self, page: u32, next: u32) {
        self.pages[page as usize - 1][..4].copy_from_slice(&next.to_be_bytes());
    }

    fn header(&self) -> Header {
        Header::parse(&self.pages[0]).unwrap()
    }

    fn map(&self) -> PageMap {
        self.read.borrow_mut().fill(0);
        let map = PageMap::read(self, &self.header()).unwrap().unwrap();
        // Page 1 is read for the schema, too, and so are the pages that its rows go on on.
        let read = self.read.borrow();
        assert!(read.iter().skip(1).all(|&times| times <= 2), "{read:?}");
        map
    }
}

impl Pages for Made {
    type Error = Infallible;

    fn page_size(&self) -> PageSize {
        PageSize::new(SIZE as u32).unwrap()
    }

    fn page_count(&self) -> u32 {
        self.pages.len() as u32
    }

    fn page(&self, number: PageNumber) -> Result<Cow<'_, [u8]>, Infallible> {
        let index = number.get() as usize - 1;
        self.read.borrow_mut()[index] += 1;
        Ok(Cow::Borrowed(&self.pages[index]))
    }
}

fn page(number: u32) -> PageNumber {
    PageNumber::new(number).unwrap()
}

/// A cell of an interior page of a table.
fn child(page: u8, rowid: u8) -> Vec<u8> {
    vec![0, 0, 0, page, rowid]
}

/// A row whose payload goes on on page `first`.
fn long_row(rowid: u8, first: u8) -> Vec<u8> {
    // 1,000 bytes, of which Geometry::local leaves 39 here.
    let mut cell = vec![0x87, 0x68, rowid];
    let local = Geometry::new(PageSize::new(512).unwrap(), 0).unwrap();
    cell.resize(3 + local.local(PageKind::TableLeaf, 1000) as usize, 3);
    cell.extend([0, 0, 0, first]);
    cell
}

fn uses(map: &PageMap) -> Vec<(PageUse, u32, Option<usize>)> {
    let pages = 1..=map.page_count();
    let of = |number| {
        let parent = map.parent(page(number)).map_or(0, PageNumber::get);
        (map.use_of(page(number)), parent, map.owner(page(number)))
    };
    pages.map(of).collect()
}

const LEAF: PageUse = PageUse::Btree(PageKind::TableLeaf);
const INTERIOR: PageUse = PageUse::Btree(PageKind::TableInterior);

#[test]
fn every_page_has_its_place() {
    let mut made = Made::new(9);
    made.roots(&[2, 9]);
    made.btree(2, 0x05, &[child(3, 5)], Some(4));
    made.btree(3, 0x0d, &[long_row(1, 5)], None);
    made.btree(4, 0x0d, &[], None);
    made.link(5, 6);
    made.btree(9, 0x0a, &[], None);
    made.pages[0][32..36].copy_from_slice(&7u32.to_be_bytes());
    made.pages[6][7] = 1;
    made.pages[6][11] = 8;
    assert_eq!(
        uses(&made.map()),
        [
            (LEAF, 0, Some(0)),
            (INTERIOR, 0, Some(1)),
            (LEAF, 2, Some(1)),
            (LEAF, 2, Some(1)),
            (PageUse::FirstOverflow, 3, Some(1)),
            (PageUse::LaterOverflow, 5, Some(1)),
            (PageUse::FreelistTrunk, 0, None),
            (PageUse::FreelistLeaf, 7, None),
            (PageUse::Btree(PageKind::IndexLeaf), 0, Some(2)),
        ]
    );
}

#[test]
fn what_leads_in_circles_is_walked_once() {
    let mut made = Made::new(7);
    made.roots(&[2, 200, 0]);
    // To itself, to page 1, to no page, and past the end.
    made.btree(
        2,
        0x05,
        &[
            child(2, 1),
            child(1, 2),
            child(0, 3),
            child(99, 4),
            child(3, 5),
        ],
        Some(2),
    );
    made.btree(3, 0x0d, &[long_row(1, 4), long_row(2, 4)], None);
    made.link(4, 5);
    made.link(5, 4);
    made.pages[0][32..36].copy_from_slice(&6u32.to_be_bytes());
    made.link(6, 7);
    made.link(7, 6);
    let map = made.map();
    assert_eq!(
        uses(&map),
        [
            (LEAF, 0, Some(0)),
            (INTERIOR, 0, Some(1)),
            (LEAF, 2, Some(1)),
            (PageUse::FirstOverflow, 3, Some(1)),
            (PageUse::LaterOverflow, 4, Some(1)),
            (PageUse::FreelistTrunk, 0, None),
            (PageUse::FreelistTrunk, 6, None),
        ]
    );
    assert_eq!(map.trees().len(), 2);
}

#[test]
fn of_two_owners_the_first_has_the_page() {
    let mut made = Made::new(5);
    made.roots(&[2, 3, 3]);
    made.btree(2, 0x05, &[child(4, 1)], Some(4));
    made.btree(3, 0x05, &[child(4, 1)], Some(5));
    made.btree(4, 0x0d, &[], None);
    // And something that leads to no b-tree page.
    made.pages[4][0] = 7;
    let map = made.map();
    let found = uses(&map);
    assert_eq!(found[3], (LEAF, 2, Some(1)));
    assert_eq!(found[4], (PageUse::NoBtree, 3, Some(2)));
    assert_eq!(map.trees()[1].sizes.all().pages, 2);
    assert_eq!(map.trees()[2].sizes.all().pages, 1);
}

#[test]
fn a_tree_that_is_too_deep_is_not_walked_to_its_end() {
    let mut made = Made::new(40);
    made.roots(&[2]);
    for number in 2..40 {
        made.btree(number, 0x05, &[], Some(number + 1));
    }
    let map = made.map();
    let walked = uses(&map).iter().filter(|(is, ..)| *is == INTERIOR).count();
    assert_eq!(walked, MAX_BTREE_DEPTH);
    assert_eq!(map.trees()[1].sizes.depth, MAX_BTREE_DEPTH as u32);
}

/// A page goes from one table to another by what a commit wrote, and the freelist takes what nobody wrote.
#[test]
fn a_commit_is_followed_by_what_it_wrote() {
    let mut made = Made::new(8);
    made.roots(&[2, 3]);
    made.btree(2, 0x05, &[child(4, 1)], Some(5));
    made.btree(3, 0x0d, &[], None);
    made.btree(4, 0x0d, &[long_row(1, 6)], None);
    made.btree(5, 0x0d, &[], None);
    made.link(6, 7);
    let mut map = made.map();
    // Page 4 and its chain go to the other table; page 8 is its root's new child.
    made.pages[1].fill(0);
    made.pages[2].fill(0);
    made.btree(2, 0x05, &[], Some(5));
    made.btree(3, 0x05, &[child(4, 1)], Some(8));
    made.btree(8, 0x0d, &[], None);
    let before = map.work();
    map.follow(&made, &made.header(), &[page(2), page(3), page(8)])
        .unwrap();
    assert_eq!(map.work() - before, 3);
    assert_eq!(uses(&map), uses(&made.map()));
    assert_eq!(map.owner(page(7)), Some(2));
    // Its table is dropped, and all of it goes to the freelist behind page 3.
    made.roots(&[2]);
    made.pages[0][32..36].copy_from_slice(&3u32.to_be_bytes());
    made.pages[2].fill(0);
    made.pages[2][7] = 4;
    for (at, leaf) in [4, 6, 7, 8].into_iter().enumerate() {
        made.pages[2][11 + 4 * at] = leaf;
    }
    map.follow(&made, &made.header(), &[page(1), page(3)])
        .unwrap();
    assert_eq!(uses(&map), uses(&made.map()));
    // What is written and led to by nothing belongs to nobody.
    made.btree(2, 0x0d, &[], None);
    map.follow(&made, &made.header(), &[page(2), page(5)])
        .unwrap();
    assert_eq!(map.use_of(page(5)), PageUse::Unused);
    assert_eq!(uses(&map), uses(&made.map()));
}

#[test]
fn unused_pages_are_passed_over_up_to_the_next_that_something_leads_to() {
    let count = 3 * super::BLOCK as u32;
    let mut made = Made::new(count as usize);
    made.roots(&[2, 100]);
    made.btree(2, 0x0d, &[], None);
    made.btree(100, 0x0a, &[], None);
    let map = made.map();
    let last = |page, last| {
        let [page, last] = [page, last].map(|number| PageNumber::new(number).unwrap());
        map.last_unused(page, last).get()
    };
    assert_eq!(last(1, count), 1);
    assert_eq!(last(2, count), 2);
    assert_eq!(last(3, count), 99);
    assert_eq!(last(3, 3), 3);
    assert_eq!(last(3, 50), 50);
    assert_eq!(last(101, 5000), 5000);
    assert_eq!(last(count, count), count);
    assert_eq!(last(count, u32::MAX), count);
    assert_eq!(last(count + 1, u32::MAX), count + 1);
}
