//! Edges that fuzzing found.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod common;

use std::io;

use common::{rebuilt, set};
use stillframe_format::{PageNumber, Pages as _};
use stillframe_history::{BackupSet, Bytes, Image, Input, Timeline, Window, exactness};
use stillframe_testkit::naive;
use stillframe_wal::CommitNumber;

/// SQLite takes a file of one byte for an empty database; the file alone is still copied as it is.
#[test]
fn a_database_of_one_byte_is_copied_to_its_last_byte() {
    let set = BackupSet {
        database: Some(Input::new("app.db", vec![b'x'])),
        ..BackupSet::default()
    };
    let timeline = Timeline::read(&set, &()).unwrap();
    let image = Image::at(&set, &timeline, CommitNumber::DATABASE, &()).unwrap();
    assert_eq!(rebuilt(&set, &image), b"x");
}

/// Three commits were copied into the database file, and then the second rots: the image of the first has the third's
/// page in it.
#[test]
fn commits_behind_the_damage_show_in_the_database_file() {
    let page = |number: u8, fill: u8| {
        let mut page = vec![fill; 512];
        if number == 1 {
            page[..100].fill(0);
            page[..16].copy_from_slice(b"SQLite format 3\0");
            page[16..24].copy_from_slice(&[2, 0, 2, 2, 0, 64, 32, 32]);
        }
        page
    };
    let mut wal = naive::Writer::new(512, (1, 2), 0);
    for number in 1..=3 {
        wal.frame(number.into(), &page(number, 10 * number), 3);
    }
    let mut wal = wal.into_bytes();
    let copied = [page(1, 10), page(2, 20), page(3, 30)].concat();
    let whole = set(&copied, &wal);
    let timeline = Timeline::read(&whole, &()).unwrap();
    assert_eq!(exactness(&whole, &timeline).unwrap().exact_from().get(), 3);

    wal[32 + 536 + 100] ^= 1;
    let rotten = set(&copied, &wal);
    let timeline = Timeline::read(&rotten, &()).unwrap();
    assert_eq!(timeline.last().get(), 1);
    let exactness = exactness(&rotten, &timeline).unwrap();
    assert!(exactness.exact_from() > timeline.last());
    let later: Vec<u32> = exactness
        .later_pages(timeline.last(), 3)
        .map(|page| page.get())
        .collect();
    assert_eq!(later, [3]);
}

/// Bytes as those of a file, which are not in memory.
struct Away(Vec<u8>);

impl Bytes for Away {
    fn len(&self) -> u64 {
        self.0.as_slice().len() as u64
    }

    fn window(&self, offset: u64, length: usize) -> io::Result<Window<'_>> {
        self.0.window(offset, length)
    }

    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.0.read_exact_at(offset, buffer)
    }
}

/// However many pages are read at once, they are the pages: those of the WAL, those of the file, and zeros behind the
/// last page of a file that is cut off.
#[test]
fn runs_of_pages_are_the_pages() {
    let mut database: Vec<u8> = (0..10u8).flat_map(|page| vec![0x80 | page; 512]).collect();
    database[..100].fill(0);
    database[..16].copy_from_slice(b"SQLite format 3\0");
    database[16..24].copy_from_slice(&[2, 0, 2, 2, 0, 64, 32, 32]);
    database.truncate(10 * 512 - 100);
    for in_wal in [&[][..], &[3], &[1, 4, 5, 9], &[2, 3, 10], &[11, 12]] {
        let mut wal = naive::Writer::new(512, (1, 2), 0);
        for &page in in_wal {
            let bytes = if page == 1 {
                database[..512].to_vec()
            } else {
                vec![page as u8; 512]
            };
            wal.frame(
                page,
                &bytes,
                if in_wal.last() == Some(&page) { 12 } else { 0 },
            );
        }
        let wal = wal.into_bytes();
        for away in [false, true] {
            let input = |name: &str, bytes: &[u8]| match away {
                true => Input::new(name, Away(bytes.to_vec())),
                false => Input::new(name, bytes.to_vec()),
            };
            let set = BackupSet {
                database: Some(input("app.db", &database)),
                wal: Some(input("app.db-wal", &wal)),
                ..BackupSet::default()
            };
            let image = Image::read(&set, None, &()).unwrap().1.unwrap();
            let pages: Vec<Option<Vec<u8>>> = (1..=image.stored_pages())
                .map(|page| Some(image.page(PageNumber::new(page)?).ok()?.into_owned()))
                .collect();
            for first in 1..=image.stored_pages() {
                for length in [0, 1, 4, 511, 512, 513, 1024, 2000, 4096] {
                    let page = PageNumber::new(first).unwrap();
                    let parts = pages[first as usize - 1..].iter();
                    let count = usize::div_ceil(length, 512);
                    let whole: Option<Vec<&[u8]>> =
                        parts.take(count).map(Option::as_deref).collect();
                    let expected = whole
                        .filter(|whole| whole.len() == count)
                        .map(|whole| whole.concat()[..length].to_vec());
                    let mut buffer = vec![7; length];
                    let read = image.read(page, &mut buffer).is_ok().then_some(buffer);
                    assert_eq!(read, expected, "{in_wal:?} {first} {length}");
                    if let Some(bytes) = image.in_memory(page, length) {
                        assert!(!away);
                        assert_eq!(
                            Some(bytes),
                            expected.as_deref(),
                            "{in_wal:?} {first} {length}"
                        );
                    } else if !away && in_wal.is_empty() {
                        let end = (first as usize - 1 + count) * 512;
                        assert!(end > database.len(), "{first} {length}");
                    }
                }
            }
        }
    }
}
