//! A WAL over a database file that a hot journal rolls back: all that is said of the two is what is said of the same WAL
//! over the file as it was.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{rebuilt, set};
use stillframe_format::PageNumber;
use stillframe_history::{
    BackupSet, Exactness, Image, Input, Mismatch, Origin, Owners, Timeline, commits, exactness, log,
};
use stillframe_testkit::builder::{Seed, random_set, stories};
use stillframe_testkit::naive;

/// All that is said of how the database file and the WAL go together, and of the images.
#[derive(Debug, PartialEq)]
struct Said {
    exactness: Exactness,
    mismatch: Option<Mismatch>,
    images: Vec<Vec<u8>>,
    /// Of each commit, to which b-tree the pages belong that it wrote.
    owners: Vec<String>,
}

fn said(set: &BackupSet) -> Said {
    let (timeline, by_log) = log(set, &(), |_| ()).unwrap();
    let exactness = exactness(set, &timeline).unwrap();
    assert_eq!(exactness, by_log);
    let last = Image::at(set, &timeline, timeline.last(), &()).unwrap();
    let page_1 = last.overlay().frame(PageNumber::FIRST);
    let mut owners = Vec::new();
    let mut map = Owners::new(set, timeline.page_size().unwrap(), &()).unwrap();
    commits(set, &(), |record| {
        map.follow(record).unwrap();
        let pages = record.pages.iter().map(|(page, _)| {
            let owner = map.map().and_then(|map| map.owner(page));
            format!("{page} {owner:?}")
        });
        owners.push(pages.collect::<Vec<_>>().join(", "));
    })
    .unwrap();
    Said {
        exactness,
        mismatch: Mismatch::of(set, &timeline, page_1, &()).unwrap(),
        images: (1..=timeline.last().get())
            .map(|at| {
                Image::at(set, &timeline, stillframe_wal::CommitNumber::new(at), &()).unwrap()
            })
            .map(|image| match image.refusal() {
                Some(refusal) => refusal.to_string().into_bytes(),
                None => rebuilt(set, &image),
            })
            .collect(),
        owners,
    }
}

/// The database file as a transaction left it that was under way, and the journal that rolls it back.
fn under_way(seed: &mut Seed, database: &[u8], page_size: usize) -> (Vec<u8>, Vec<u8>) {
    let mut file = database.to_vec();
    let mut records = Vec::new();
    for (index, page) in database.chunks_exact(page_size).enumerate() {
        // Page 1 in most of them: the header tells most.
        if seed.below(4) < if index == 0 { 3 } else { 1 } {
            records.push((index as u32 + 1, page.to_vec()));
            let start = index * page_size;
            for byte in &mut file[start..start + page_size] {
                *byte = byte.wrapping_add(seed.below(3) as u8);
            }
        }
    }
    let size = (database.len() / page_size) as u32;
    match seed.below(3) {
        0 => file.extend(seed.bytes(page_size * 3)),
        1 if records
            .last()
            .is_some_and(|&(page, _)| page == size && size > 1) =>
        {
            file.truncate(file.len() - page_size);
        }
        _ => {}
    }
    let halves = records.len() / 2;
    let behind = records.split_off(halves);
    let segments = [(7, records), (8, behind)];
    (file, naive::journal(size, 512, page_size, &segments))
}

#[test]
fn what_is_said_over_a_journal_is_what_is_said_over_the_file_as_it_was() {
    let mut seed = Seed(7);
    let mut other: Vec<u8> = Vec::new();
    let (mut sets, mut from_journal, mut inexact, mut foreign) = (0, 0, 0, 0);
    for made in stories::all().into_iter().chain((0..40).map(random_set)) {
        let timeline = Timeline::read(&set(&[], &made.wal), &()).unwrap();
        let (Some(size), Some(_)) = (timeline.page_size(), timeline.last_commit()) else {
            continue;
        };
        // Its own file, and that of the set before.
        for database in [
            &made.database,
            &std::mem::replace(&mut other, made.database.clone()),
        ] {
            if database.is_empty() || database.len() % size.as_len() > 0 {
                continue;
            }
            let expected = said(&set(database, &made.wal));
            inexact += usize::from(expected.exactness != Exactness::default());
            foreign += usize::from(expected.mismatch.is_some());
            let (file, journal) = under_way(&mut seed, database, size.as_len());
            let mut over = set(&file, &made.wal);
            over.journal = Some(Input::new("app.db-journal", journal));
            assert_eq!(said(&over), expected, "{}", made.name);
            let image = Image::at(&over, &timeline, timeline.last(), &()).unwrap();
            let first = image.origin_below_wal(PageNumber::FIRST);
            from_journal += usize::from(matches!(first, Origin::Journal { .. }));
            sets += 1;
        }
    }
    let seen = [sets, from_journal, inexact, foreign];
    assert!(
        sets > 100 && from_journal > 50 && inexact > 5 && foreign > 30,
        "{seen:?}"
    );
}
