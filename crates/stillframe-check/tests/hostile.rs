//! Databases that were made to keep a walk busy: however they lead it about, no page is read more often than their
//! number allows. Reads are counted, so that nothing here depends on the speed of the machine.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot make its input fails"
)]

use std::borrow::Cow;
use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, Ordering};

use stillframe_check::walk::{Structure, structure, structure_in_order};
use stillframe_database::Header;
use stillframe_format::{PageNumber, PageSize, Pages};
use stillframe_history::Progress;

/// A database in pages of 512 bytes, which counts how often they are read.
struct Hostile {
    bytes: Vec<u8>,
    page_count: u32,
    stored: u32,
    reads: AtomicU64,
}

const SIZE: usize = 512;

impl Pages for Hostile {
    type Error = Infallible;

    fn page_size(&self) -> PageSize {
        PageSize::new(SIZE as u32).unwrap()
    }

    fn page_count(&self) -> u32 {
        self.page_count
    }

    fn stored_pages(&self) -> u32 {
        self.stored
    }

    /// Behind the bytes there are zeros, as in a sparse file.
    fn page(&self, number: PageNumber) -> Result<Cow<'_, [u8]>, Infallible> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        assert!(number.get() <= self.stored);
        let start = (u64::from(number.get()) - 1) as usize * SIZE;
        let page = self.bytes.get(start..start + SIZE);
        Ok(Cow::Borrowed(page.unwrap_or(&[0; SIZE])))
    }
}

impl Hostile {
    /// `count` pages of zeros behind an empty `sqlite_schema`.
    fn new(count: u32) -> Self {
        let mut bytes = vec![0; count as usize * SIZE];
        bytes[..16].copy_from_slice(b"SQLite format 3\0");
        bytes[16..24].copy_from_slice(&[2, 0, 1, 1, 0, 64, 32, 32]);
        bytes[100..108].copy_from_slice(&[0x0d, 0, 0, 0, 0, 2, 0, 0]);
        Self {
            bytes,
            page_count: count,
            stored: count,
            reads: AtomicU64::new(0),
        }
    }

    /// Writes bytes into a page.
    fn put(&mut self, page: u32, at: usize, bytes: &[u8]) -> &mut Self {
        let start = (page as usize - 1) * SIZE + at;
        self.bytes[start..start + bytes.len()].copy_from_slice(bytes);
        self
    }

    /// Makes a page of this kind with these cells, the last one first from its end on, and this right child.
    fn tree_page(&mut self, page: u32, kind: u8, cells: &[Vec<u8>], right: u32) -> &mut Self {
        let pointers = if kind < 8 { 12 } else { 8 };
        let mut content = SIZE;
        for (index, cell) in cells.iter().enumerate() {
            content -= cell.len();
            self.put(page, content, cell);
            let offset = (content as u16).to_be_bytes();
            self.put(page, pointers + 2 * index, &offset);
        }
        assert!(content >= pointers + 2 * cells.len());
        if kind < 8 {
            self.put(page, 8, &right.to_be_bytes());
        }
        let count = (cells.len() as u16).to_be_bytes();
        self.put(page, 0, &[kind, 0, 0]).put(page, 3, &count).put(
            page,
            5,
            &(content as u16).to_be_bytes(),
        )
    }

    /// Walks it both ways, which find the same, and counts: the walk in order reads no page twice, and neither does
    /// what comes before it.
    fn walk(&self, roots: &[u32], most: usize) -> Structure {
        let header = Header::parse(self.bytes[..100].try_into().unwrap()).unwrap();
        let pages = u64::from(self.stored).min(self.bytes.len() as u64 / SIZE as u64);
        let in_order = structure_in_order(self, &header, roots, most, &()).unwrap();
        let reads = self.reads.swap(0, Ordering::Relaxed);
        assert!(reads <= pages, "{reads} reads in order of {pages} pages");
        let found = structure(self, &header, roots, most, &()).unwrap();
        let reads = self.reads.swap(0, Ordering::Relaxed);
        assert!(reads <= 2 * pages, "{reads} reads of {pages} pages");
        assert_eq!(found, in_order);
        found
    }

    /// The messages of a walk.
    fn messages(&self, roots: &[u32]) -> Vec<String> {
        let found = self.walk(roots, 100);
        found.problems.iter().map(ToString::to_string).collect()
    }
}

/// An entry of an interior page of a table.
fn child(page: u32, rowid: u16) -> Vec<u8> {
    let rowid = [0x80 | (rowid >> 7) as u8, rowid as u8 & 0x7f];
    [&page.to_be_bytes()[..], &rowid].concat()
}

#[test]
fn a_header_that_counts_pages_that_are_not_there() {
    let mut few = Hostile::new(2);
    few.page_count = u32::MAX;
    assert_eq!(few.messages(&[1]), ["Page 2: never used"]);
    let messages = few.messages(&[1, 3]);
    assert_eq!(messages, ["invalid page number 3", "Page 2: never used"]);
}

#[test]
fn a_sparse_file_of_as_many_pages_as_there_can_be() {
    let mut sparse = Hostile::new(2);
    (sparse.page_count, sparse.stored) = (u32::MAX, u32::MAX);
    let messages = sparse.messages(&[1]);
    assert_eq!(messages.len(), 100);
    assert_eq!(messages[99], "Page 101: never used");
}

#[test]
fn roots_that_lead_anywhere() {
    let mut pages = Hostile::new(3);
    pages.tree_page(2, 0x0d, &[], 0).tree_page(3, 0x0a, &[], 0);
    assert_eq!(pages.messages(&[1, 2, 3]), [""; 0]);
    assert_eq!(pages.walk(&[1, 2, 0, 3], 100).rows, [Some(0); 4]);
    let found = pages.walk(&[1, 2, 2, 2, 3, 0, 4, u32::MAX, 1], 100);
    let messages: Vec<String> = found.problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        messages,
        [
            "2nd reference to page 2",
            "2nd reference to page 2",
            "invalid page number 4",
            "invalid page number 4294967295",
            "2nd reference to page 1",
        ]
    );
    let many = vec![2; 1 << 20];
    let found = pages.walk(&many, 100);
    assert_eq!((found.problems.len(), found.rows.len()), (100, 1 << 20));
    assert_eq!(found.rows.iter().flatten().count(), 101);
}

#[test]
fn trees_that_lead_back_to_themselves() {
    // 60 children, all of them the page itself, and page 3 the child of its child.
    let mut pages = Hostile::new(4);
    let cells: Vec<Vec<u8>> = (0..60).map(|row| child(2, row)).collect();
    pages.tree_page(2, 0x05, &cells, 2);
    pages.tree_page(3, 0x05, &[], 4).tree_page(4, 0x05, &[], 3);
    let messages = pages.messages(&[1, 2, 3]);
    let second = |message: &&String| message.contains("2nd reference to page");
    assert_eq!(messages.iter().filter(second).count(), 62);
}

/// A page below a page below a page, further than SQLite follows them.
#[test]
fn a_tree_without_an_end() {
    let mut pages = Hostile::new(3000);
    for page in 2..3000 {
        pages.tree_page(page, 0x05, &[], page + 1);
    }
    pages.tree_page(3000, 0x0d, &[], 0);
    let messages = pages.messages(&[1, 2]);
    assert_eq!(messages[0], "Tree 2 page 22: btree depth exceeds 20");
    assert_eq!(messages[1], "Page 23: never used");
}

/// 8 rows on each of a hundred pages, the overflow chains of all of which are one of 2,000 pages, which has no end.
#[test]
fn overflow_chains_that_are_one() {
    let mut pages = Hostile::new(2102);
    let row = |rowid: u8| [&[0x92, 0xa5, 0x6f, rowid], &[9; 39][..], &[0, 0, 0, 103]].concat();
    let cells: Vec<Vec<u8>> = (0..8).map(row).collect();
    for page in 2..102 {
        pages.tree_page(page, 0x0d, &cells, 0);
    }
    for page in 103..2102 {
        pages.put(page, 0, &(page + 1).to_be_bytes());
    }
    pages.put(2102, 0, &103u32.to_be_bytes());
    let roots: Vec<u32> = (1..102).collect();
    let messages = pages.messages(&roots);
    assert_eq!(messages.len(), 100);
    let second = |message: &String| message.ends_with("2nd reference to page 103");
    assert!(messages[1..].iter().all(second), "{messages:?}");
    // One of them ends early, another runs on.
    for (length, words) in [
        (5, "overflow list length is 5 but should be 590"),
        (600, "600 but"),
    ] {
        let mut one = Hostile::new(3 + length);
        one.tree_page(2, 0x0d, &[row(1)], 0)
            .put(2, 508, &[0, 0, 0, 3]);
        for page in 3..2 + length {
            one.put(page, 0, &(page + 1).to_be_bytes());
        }
        let messages = one.messages(&[1, 2]);
        assert!(messages[0].contains(words), "{messages:?}");
    }
}

struct Told(AtomicU64);

impl Progress for Told {
    fn advance(&self, bytes: u64) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// A bar that stood still while long values are followed would look as if the check had stopped.
#[test]
fn progress_is_told_of_overflow_pages() {
    let mut pages = Hostile::new(592);
    let cell = [&[0x92, 0xa5, 0x6f, 1], &[9; 39][..], &[0, 0, 0, 3]].concat();
    pages.tree_page(2, 0x0d, &[cell], 0);
    for page in 3..592 {
        pages.put(page, 0, &(page + 1).to_be_bytes());
    }
    assert_eq!(pages.messages(&[1, 2]), [""; 0]);
    let header = Header::parse(pages.bytes[..100].try_into().unwrap()).unwrap();
    let [side_by_side, in_order] = [(); 2].map(|()| Told(AtomicU64::new(0)));
    structure(&pages, &header, &[1, 2], 100, &side_by_side).unwrap();
    structure_in_order(&pages, &header, &[1, 2], 100, &in_order).unwrap();
    for told in [side_by_side, in_order] {
        assert_eq!(told.0.into_inner(), 592 * SIZE as u64);
    }
}

/// Trunk pages that go round and name as many leaves as fit: themselves, again and again, and ones that there are not.
#[test]
fn freelists_that_go_round() {
    let mut pages = Hostile::new(300);
    pages.put(1, 32, &[0, 0, 0, 2, 0xff, 0xff, 0xff, 0xff]);
    for page in 2..=300 {
        let next = if page == 300 { 2 } else { page + 1 };
        pages.put(page, 0, &u32::to_be_bytes(next));
        pages.put(page, 4, &[0, 0, 0, 126]);
        for leaf in 0..126 {
            let number = if leaf % 2 == 0 { page } else { 1000 };
            pages.put(page, 8 + 4 * leaf, &u32::to_be_bytes(number));
        }
    }
    let found = pages.walk(&[1], usize::MAX);
    assert_eq!(found.problems.len(), 299 * 126 + 1);
    assert_eq!(pages.messages(&[1]).len(), 100);
    pages.put(2, 4, &[0xff; 4]);
    let messages = pages.messages(&[1]);
    assert_eq!(
        messages[0],
        "Freelist: freelist leaf count too big on page 2"
    );
}

/// A sound tree of 2,551 pages: each is read once.
#[test]
fn a_wide_tree_is_read_once() {
    let rowid = |leaf: u32| (leaf + 1) as u16;
    let mut pages = Hostile::new(1 + 1 + 50 + 50 * 50);
    for inner in 0..50 {
        let leaf = |index: u32| 53 + inner * 50 + index;
        let row = |index: u32| rowid(inner * 50 + index);
        let cells: Vec<Vec<u8>> = (0..49)
            .map(|index| child(leaf(index), row(index)))
            .collect();
        pages.tree_page(3 + inner, 0x05, &cells, leaf(49));
        for index in 0..50 {
            let rowid = child(0, row(index))[4..].to_vec();
            let cell = [&[2][..], &rowid, &[2, 0]].concat();
            pages.tree_page(leaf(index), 0x0d, &[cell], 0);
        }
    }
    let cells: Vec<Vec<u8>> = (0..49)
        .map(|inner| child(3 + inner, rowid(inner * 50 + 49)))
        .collect();
    pages.tree_page(2, 0x05, &cells, 52);
    let header = Header::parse(pages.bytes[..100].try_into().unwrap()).unwrap();
    let found = structure(&pages, &header, &[1, 2], 100, &()).unwrap();
    assert_eq!(found.problems, []);
    assert_eq!(found.rows, [Some(0), Some(2500)]);
    assert_eq!(pages.reads.load(Ordering::Relaxed), 2552);
    pages.reads.store(0, Ordering::Relaxed);
    // Any leaf that holds a rowid of its neighbour is found.
    for leaf in [53, 54, 1000, 2552] {
        let mut pages = Hostile {
            bytes: pages.bytes.clone(),
            reads: AtomicU64::new(0),
            ..pages
        };
        let other = if leaf == 53 { 54 } else { leaf - 1 };
        let start = (other as usize - 1) * SIZE;
        let cell = pages.bytes[start + SIZE - 5..start + SIZE].to_vec();
        pages.put(leaf, SIZE - 5, &cell);
        let messages = pages.messages(&[1, 2]);
        assert!(messages[0].contains("out of order"), "{messages:?}");
    }
}
