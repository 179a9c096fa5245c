use alloc::string::{String, ToString as _};
use alloc::{format, vec};
use core::convert::Infallible;

use stillframe_format::PageSize;

use super::*;
use crate::ErrorKind;

const SIZE: usize = 512;

struct Bytes(Vec<u8>);

impl Pages for Bytes {
    type Error = Infallible;

    fn page_size(&self) -> PageSize {
        PageSize::new(SIZE as u32).unwrap()
    }

    fn page_count(&self) -> u32 {
        (self.0.len() / SIZE) as u32
    }

    fn page(&self, number: PageNumber) -> Result<Cow<'_, [u8]>, Infallible> {
        let start = (number.get() as usize - 1) * SIZE;
        Ok(Cow::Borrowed(&self.0[start..start + SIZE]))
    }
}

/// A page of a b-tree behind page 1, with these cells, each where it is said to be.
fn page(kind: u8, right: u32, cells: &[(u16, &[u8])]) -> Vec<u8> {
    let mut page = vec![0; SIZE];
    page[0] = kind;
    page[3..5].copy_from_slice(&(cells.len() as u16).to_be_bytes());
    let mut at = 8;
    if kind < 8 {
        page[8..12].copy_from_slice(&right.to_be_bytes());
        at = 12;
    }
    for (offset, bytes) in cells {
        page[at..at + 2].copy_from_slice(&offset.to_be_bytes());
        at += 2;
        let start = usize::from(*offset);
        page[start..start + bytes.len()].copy_from_slice(bytes);
    }
    page
}

/// An overflow page that holds one letter only.
fn overflow(next: u32, letter: u8) -> Vec<u8> {
    let mut page = vec![letter; SIZE];
    page[..4].copy_from_slice(&next.to_be_bytes());
    page
}

/// What a scan from page 2 on comes to: the length and the first and last byte of payloads, and problems.
fn scan(tree: Tree, pages: &[Vec<u8>]) -> Vec<String> {
    let mut bytes = vec![0; SIZE];
    bytes.extend(pages.concat());
    let pages = Bytes(bytes);
    let geometry = Geometry::new(pages.page_size(), 0).unwrap();
    let mut scan = Scan::new(&pages, geometry, tree, 2, Seen::default());
    let mut found = Vec::new();
    while let Some(entry) = scan.next() {
        found.push(match entry {
            Ok(Entry { rowid, payload, .. }) => {
                let ends = payload.first().zip(payload.last());
                let (first, last) = ends.map_or((0, 0), |(&first, &last)| (first, last));
                let rowid = rowid.map_or(String::new(), |rowid| format!("{rowid}: "));
                format!("{rowid}{} {first} {last}", payload.len())
            }
            Err(problem) => problem.to_string(),
        });
        assert!(found.len() < 1000, "{found:?}");
    }
    assert!(scan.pages_read() <= u64::from(pages.page_count()));
    found
}

#[test]
fn rows_come_in_order_from_every_level() {
    let found = scan(
        Tree::Table,
        &[
            page(5, 4, &[(500, &[0, 0, 0, 3, 7])]),
            page(13, 0, &[(500, &[2, 5, 1, 1]), (480, &[2, 7, 2, 2])]),
            page(13, 0, &[(500, &[3, 9, 3, 3, 3])]),
        ],
    );
    assert_eq!(found, ["5: 2 1 1", "7: 2 2 2", "9: 3 3 3"]);
}

#[test]
fn entries_of_interior_pages_stand_between_their_children() {
    let found = scan(
        Tree::Index,
        &[
            page(2, 4, &[(500, &[0, 0, 0, 3, 2, 20, 20])]),
            page(10, 0, &[(500, &[2, 10, 10])]),
            page(10, 0, &[(500, &[2, 30, 30])]),
        ],
    );
    assert_eq!(found, ["2 10 10", "2 20 20", "2 30 30"]);
}

/// A cell of 1,400 bytes of which the first 384 and two pages of 508 are.
fn long_cell(first: u32) -> Vec<u8> {
    let mut cell = vec![0x8a, 0x78, 1];
    // 39 bytes is the least that stays, and (1400 - 39) % 508 more.
    cell.extend([7; 39 + 345]);
    cell.extend(first.to_be_bytes());
    cell
}

#[test]
fn a_payload_is_whole_however_long() {
    let pages = [
        page(13, 0, &[(20, &long_cell(3))]),
        overflow(4, 8),
        overflow(0, 9),
    ];
    assert_eq!(scan(Tree::Table, &pages), ["1: 1400 7 9"]);
}

#[test]
fn what_is_not_there_is_said_and_the_rest_is_read() {
    let two = |cell: &[u8]| page(13, 0, &[(20, cell), (508, &[1, 9, 4])]);
    let found = scan(Tree::Table, &[two(&long_cell(3)), overflow(0, 8)]);
    assert_eq!(
        found,
        [
            "page 2, cell 0, on page 3: the overflow pages end 508 bytes before the row does",
            "9: 1 4 4"
        ]
    );
    let found = scan(Tree::Table, &[two(&long_cell(3)), overflow(3, 8)]);
    assert_eq!(
        found,
        [
            "page 2, cell 0, on page 3: it leads to page 3, which is a part of something else",
            "9: 1 4 4"
        ]
    );
    let found = scan(Tree::Table, &[two(&long_cell(77))]);
    assert_eq!(
        found,
        [
            "page 2, cell 0: it leads to page 77, expected 1 to 2",
            "9: 1 4 4"
        ]
    );
    // 4,000,000,000 bytes.
    let huge = [0x8e, 0xf3, 0xac, 0xd0, 0x00, 1];
    let found = scan(Tree::Table, &[two(&[&huge[..], &[0; 480]].concat())]);
    assert_eq!(
        found,
        [
            "page 2, cell 0: the row has 4000000000 bytes, more than SQLite reads",
            "9: 1 4 4"
        ]
    );
}

#[test]
fn damaged_pages_are_passed_over() {
    let child = |page: u8| [0, 0, 0, page, page];
    let root = [
        (500, &child(2)[..]),
        (490, &child(3)),
        (480, &child(4)),
        (470, &child(0)),
    ];
    let found = scan(
        Tree::Table,
        &[
            page(5, 5, &root),
            page(99, 0, &[]),
            page(10, 0, &[(500, &[1, 1])]),
            page(13, 0, &[(500, &[1, 9, 4]), (510, &[9, 9])]),
        ],
    );
    assert_eq!(
        found,
        [
            "page 2: it leads to page 2, which is a part of something else",
            "page 3: the page begins with 0x63, a b-tree page with 0x02, 0x05, 0x0a or 0x0d",
            "page 4: it is a page of an index, expected one of a table",
            "page 2: it leads to page 0, expected 1 to 5",
            "9: 1 4 4",
            "page 5, cell 1: the page ends within the cell",
        ]
    );
}

/// A page whose cells are all the same one does not make more of it than it holds.
#[test]
fn cells_cannot_be_more_than_the_page() {
    let cell = [&[60u8, 1][..], &[5; 60]].concat();
    let found = scan(Tree::Table, &[page(13, 0, &vec![(440, &cell[..]); 80])]);
    let read = found.iter().filter(|row| *row == "1: 60 5 5").count();
    assert_eq!((read, found.len()), (SIZE / 62, 80));
    assert_eq!(
        found[79],
        "page 2, cell 79: the cell has 62 bytes, and lies over others"
    );
}

#[test]
fn trees_that_share_pages_are_read_once() {
    let pages = Bytes([vec![0; SIZE], page(13, 0, &[(508, &[1, 9, 4])])].concat());
    let geometry = Geometry::new(pages.page_size(), 0).unwrap();
    let mut first = Scan::new(&pages, geometry, Tree::Table, 2, Seen::default());
    assert!(first.next().is_some_and(|entry| entry.is_ok()));
    let mut second = Scan::new(&pages, geometry, Tree::Table, 2, first.into_seen());
    let kind = second
        .next()
        .and_then(Result::err)
        .map(|problem| problem.kind);
    let page = PageNumber::new(2).unwrap();
    assert_eq!(kind, Some(ProblemKind::ReadBefore { page }));
    assert!(second.next().is_none());
}

#[test]
fn a_kind_of_page_is_an_error_of_the_page() {
    let pages = Bytes(vec![0; 2 * SIZE]);
    let geometry = Geometry::new(pages.page_size(), 0).unwrap();
    let mut scan = Scan::new(&pages, geometry, Tree::Table, 2, Seen::default());
    let problem = scan.next().and_then(Result::err);
    let error = problem.map(|problem| match problem.kind {
        ProblemKind::Page(error) => error.kind,
        other => panic!("{other}"),
    });
    assert_eq!(error, Some(ErrorKind::BtreePageKind { found: 0 }));
}
