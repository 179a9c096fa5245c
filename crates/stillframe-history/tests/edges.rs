//! Edges that fuzzing found.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{rebuilt, set};
use stillframe_history::{BackupSet, Image, Input, Timeline, exactness};
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
