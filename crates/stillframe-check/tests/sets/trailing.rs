//! Pages behind those that SQLite counts.

use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex};

use stillframe_history::{Bytes, Window};

use super::*;

#[test]
fn the_first_trailing_page_with_content_is_found_wherever_it_is() {
    const PAGES: usize = 6000;
    for at in [3 * PAGE, 2047 * PAGE + 511, 2051 * PAGE, PAGES * PAGE - 1] {
        let mut bytes = database(3);
        bytes.resize(PAGES * PAGE, 0);
        bytes[at] = 1;
        let set = set(Some(bytes), Some(Vec::new()));
        let counter = Counter::default();
        let evidence = Evidence::gather(&set, &counter).unwrap();
        let trailing = evidence.trailing.unwrap();
        let page = PageNumber::new((at / PAGE) as u32 + 1);
        assert_eq!(trailing.content, page);
        assert_eq!(trailing.pages() as usize, PAGES - 3);
        let done = counter.done.into_inner();
        assert_eq!(done, counter.expected.into_inner());
        // The trailing pages, and the three that are looked at, for their structure and for their content.
        assert_eq!(done as usize, (PAGES + 3) * PAGE);
    }
}

#[test]
fn a_trailing_page_that_is_in_the_wal_is_looked_at_there() {
    let mut bytes = database(3);
    bytes.resize(6 * PAGE, 7);
    let zeros = [0; PAGE];
    let first_content = |frames: &[(u32, u32, &[u8])]| {
        let set = set(Some(bytes.clone()), Some(wal_of(1, frames)));
        let trailing = Evidence::gather(&set, &()).unwrap().trailing.unwrap();
        trailing.content.map(PageNumber::get)
    };
    assert_eq!(first_content(&[(4, 6, &zeros)]), Some(5));
    assert_eq!(
        first_content(&[(4, 0, &zeros), (5, 6, &[1; PAGE])]),
        Some(5)
    );
    assert_eq!(first_content(&[(4, 6, &[1; PAGE])]), Some(4));
    let all: &[(u32, u32, &[u8])] = &[(6, 0, &zeros), (5, 0, &zeros), (4, 6, &zeros)];
    assert_eq!(first_content(all), None);
}

/// Bytes with holes in them, and what of them was read into a buffer.
struct Holed {
    bytes: Vec<u8>,
    /// What is no hole, in order.
    stored: &'static [(u64, u64)],
    read: Arc<Mutex<Vec<(u64, u64)>>>,
}

impl Bytes for Holed {
    fn len(&self) -> u64 {
        Bytes::len(&self.bytes)
    }

    fn window(&self, offset: u64, length: usize) -> io::Result<Window<'_>> {
        self.bytes.window(offset, length)
    }

    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let range = (offset, offset + buffer.len() as u64);
        self.read.lock().unwrap().push(range);
        self.bytes.read_exact_at(offset, buffer)
    }

    fn stored(&self, offset: u64, end: u64) -> Range<u64> {
        let next = self.stored.iter().find(|stored| stored.1 > offset);
        next.map_or(end..end, |&(from, to)| from.clamp(offset, end)..to.min(end))
    }
}

const PAGES: u64 = 40_000;
const LENGTH: u64 = PAGES * 512;

/// What is stored, where something but zeros is, and what is read.
type Case = (&'static [(u64, u64)], Option<u64>, &'static [(u64, u64)]);

/// Of pages of 512 bytes, of which the header counts three.
const HOLED: [Case; 4] = [
    (&[], None, &[]),
    (&[(3584, 4608)], None, &[(3584, 4608)]),
    // In the middle of pages, next to one another, and to the last byte.
    (
        &[(500, 2048), (2561, 2562), (LENGTH - 1, LENGTH)],
        None,
        &[(1536, 2048), (2560, 3072), (LENGTH - 512, LENGTH)],
    ),
    (
        &[(2560, 4096), (5_120_000, 5_121_000), (LENGTH - 1, LENGTH)],
        Some(5_120_600),
        &[(2560, 4096), (5_120_000, 5_121_024)],
    ),
];

/// Only what is no hole is read, in whole pages, and all of it counts as done.
#[test]
fn holes_of_trailing_pages_are_not_read() {
    for (stored, content, expected) in HOLED {
        let mut bytes = database(3);
        bytes.resize(LENGTH as usize, 0);
        if let Some(at) = content {
            bytes[at as usize] = 1;
        }
        let read = Arc::new(Mutex::new(Vec::new()));
        let holed = Holed {
            bytes,
            stored,
            read: Arc::clone(&read),
        };
        let mut set = set(None, Some(Vec::new()));
        set.database = Some(Input::new("app.db", holed));
        let counter = Counter::default();
        let evidence = Evidence::gather(&set, &counter).unwrap();
        let found = content.and_then(|at| PageNumber::new((at / 512) as u32 + 1));
        assert_eq!(evidence.trailing.unwrap().content, found);
        assert_eq!(counter.done.into_inner(), counter.expected.into_inner());
        let mut read = read.lock().unwrap().clone();
        read.retain(|&(from, _)| from >= 3 * 512);
        assert_eq!(read, expected);
    }
}
