//! Rollback journals that real SQLite wrote, whole, cut at every length and flipped at every byte: what we play back is
//! what SQLite does.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod common;

use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use common::{rebuilt, shown};
use stillframe_format::{PageNumber, Pages as _};
use stillframe_history::{
    BackupSet, Bytes, HeaderContradiction, Image, Input, JournalState, Origin, Refusal, Rollback,
    SuperJournalFile, Window,
};
use stillframe_testkit::builder::{HotSet, hot_sets, random_hot_set};
use stillframe_testkit::naive;
use stillframe_testkit::oracle::{Opened, Oracle};

fn set(database: &[u8], wal: Option<&[u8]>, journal: &[u8]) -> BackupSet {
    BackupSet {
        database: Some(Input::new("app.db", database.to_vec())),
        wal: wal.map(|wal| Input::new("app.db-wal", wal.to_vec())),
        journal: Some(Input::new("app.db-journal", journal.to_vec())),
        super_journal: SuperJournalFile::Missing,
        ..BackupSet::default()
    }
}

/// Compares what we make of a set with what SQLite showed and left. Whether the journal was played back.
fn compare(what: &str, set: &BackupSet, theirs: &Opened) -> bool {
    let rollback = Rollback::read(set, &()).unwrap();
    let journal = set.journal.as_ref().unwrap();
    let is_kept = match rollback.state() {
        JournalState::NotHot => true,
        // SQLite does not see one of 0 bytes.
        JournalState::Absent => journal.bytes.is_empty(),
        _ => false,
    };
    assert_eq!(
        theirs.keeps_journal,
        is_kept,
        "{what}: {:?}",
        rollback.state()
    );
    let image = Image::read(set, None, &()).unwrap().1.unwrap();
    if set.wal.is_none() {
        assert_eq!(image.bytes(), theirs.database.len() as u64, "{what}");
    }
    let missing = matches!(image.refusal(), Some(Refusal::MissingPages { .. }));
    match (image.refusal(), &theirs.image) {
        (None, Ok(shows)) => {
            assert!(shown(&image) == shows.bytes, "{what}");
            if set.wal.is_none() {
                assert!(rebuilt(set, &image) == theirs.database, "{what}");
            }
        }
        // SQLite reads a page that exists nowhere as zeros; we refuse to write one.
        (Some(_), _) if missing => {
            compare_stored(what, &image, theirs);
        }
        (Some(_), Err(_)) => compare_stored(what, &image, theirs),
        (None, Err(error)) => {
            let unsupported = image.header().is_some_and(|it| it.schema_format() > 4);
            assert!(unsupported, "{what}: SQLite says {error:?}");
        }
        (Some(refusal), Ok(_)) => panic!("{what}: SQLite shows it, refused here: {refusal}"),
    }
    image.rollback().is_some()
}

/// What is stored of an image that cannot be rebuilt is what SQLite leaves; zeros stand for what exists nowhere.
fn compare_stored(what: &str, image: &Image<'_>, theirs: &Opened) {
    if image.commit().is_some() {
        return;
    }
    let size = image.page_size().as_len();
    for (page, theirs) in (1..).zip(theirs.database.chunks(size)) {
        let page = PageNumber::new(page).unwrap();
        match image.origin(page) {
            Origin::Missing | Origin::LockByte => {
                assert!(theirs.iter().all(|&byte| byte == 0), "{what}, page {page}");
            }
            _ => {
                let ours = image.page(page).unwrap();
                assert!(ours[..theirs.len()] == *theirs, "{what}, page {page}");
            }
        }
    }
}

fn judge(oracle: &Oracle, what: &str, database: &[u8], journal: &[u8]) -> bool {
    let theirs = oracle.opened(database, None, Some(journal), None);
    compare(what, &set(database, None, journal), &theirs)
}

#[test]
fn every_story_is_rolled_back_as_sqlite_does() {
    let oracle = Oracle::new();
    let mut rolled_back = 0;
    for HotSet {
        name,
        database,
        journal,
    } in hot_sets()
    {
        rolled_back += u32::from(judge(&oracle, &name, &database, &journal));
        let naive = naive::roll_back(&database, &journal);
        assert!(
            oracle.roll_back(&database, &journal).unwrap() == naive,
            "{name}"
        );
    }
    assert!(rolled_back >= 8, "{rolled_back}");
}

#[test]
fn random_journals_are_rolled_back_as_sqlite_does() {
    let oracle = Oracle::new();
    let (mut rolled_back, mut segments) = (0, 0);
    for seed in 0..150 {
        let HotSet {
            name,
            database,
            journal,
        } = random_hot_set(seed);
        rolled_back += u32::from(judge(&oracle, &name, &database, &journal));
        let set = set(&database, None, &journal);
        segments += Rollback::read(&set, &()).unwrap().segments();
        // With half a database, or one of another set, too.
        let half = &database[..database.len() / 2 + 1];
        judge(&oracle, &format!("{name}, half"), half, &journal);
    }
    println!("{rolled_back} of 150 are rolled back, with {segments} segments");
    assert!(rolled_back > 80 && segments > 150);
}

/// The smallest stories, of different kinds.
fn small() -> Vec<HotSet> {
    let mut stories = hot_sets();
    stories.retain(|set| !set.journal.is_empty());
    stories.sort_by_key(|set| set.journal.len());
    stories.truncate(4);
    stories
}

#[test]
fn journals_cut_at_every_length() {
    let oracle = Oracle::new();
    for set in small() {
        let mut rolled_back = 0;
        for length in 0..set.journal.len() {
            let what = format!("{} cut at {length}", set.name);
            let journal = &set.journal[..length];
            rolled_back += u32::from(judge(&oracle, &what, &set.database, journal));
        }
        println!(
            "{}: {} cuts, {rolled_back} rolled back",
            set.name,
            set.journal.len()
        );
    }
}

#[test]
fn journals_flipped_at_every_byte() {
    let oracle = Oracle::new();
    for set in small() {
        let mut rolled_back = 0;
        // A size in pages of billions is not written by SQLite either: the file would be too large.
        let is_size = |at: usize| (16..18).contains(&at);
        for at in (0..set.journal.len()).filter(|&at| !is_size(at)) {
            for bit in [at % 8, 7 - at % 8] {
                let mut journal = set.journal.clone();
                journal[at] ^= 1 << bit;
                let what = format!("{}, bit {bit} of {at}", set.name);
                rolled_back += u32::from(judge(&oracle, &what, &set.database, &journal));
            }
        }
        println!("{}: {rolled_back} rolled back", set.name);
    }
}

#[test]
fn databases_cut_beside_a_journal() {
    let oracle = Oracle::new();
    for set in small() {
        for length in 0..set.database.len() {
            let what = format!("{}, database cut at {length}", set.name);
            judge(&oracle, &what, &set.database[..length], &set.journal);
        }
    }
}

/// As SQLite of 3.54 has it: a name of another form is not heeded, and an empty file is none.
#[test]
fn super_journals() {
    let oracle = Oracle::new();
    let good = oracle.super_journal();
    let story = hot_sets().into_iter().find(|set| set.name == "segments");
    let HotSet {
        database, journal, ..
    } = story.unwrap();
    let mut seen = Vec::new();
    for (name, is_heeded) in [(good.clone(), true), (b"/tmp/super".to_vec(), false)] {
        for (content, file) in [
            (None, SuperJournalFile::Missing),
            (Some(&b""[..]), SuperJournalFile::Empty),
            (Some(&b"there"[..]), SuperJournalFile::Present),
        ] {
            let mut journal = journal.clone();
            journal.resize(journal.len().next_multiple_of(512), 0);
            journal.extend(naive::super_journal(&name, 512));
            let theirs = oracle.opened(&database, None, Some(&journal), content);
            let mut set = set(&database, None, &journal);
            set.super_journal = file;
            let what = format!("{is_heeded}, {file:?}");
            let is_rolled_back = compare(&what, &set, &theirs);
            let is_hot = !is_heeded || file == SuperJournalFile::Present;
            assert_eq!(is_rolled_back, is_hot, "{what}");
            seen.push(theirs.database);
            // It is not guessed, and can be had if it is asked for.
            set.super_journal = SuperJournalFile::Unknown;
            let image = Image::read(&set, None, &()).unwrap().1.unwrap();
            let refusal = is_heeded.then_some(Refusal::SuperJournalUnknown);
            assert_eq!(image.refusal(), refusal);
            let image = Image::rolled_back(&set, &()).unwrap();
            assert!(rebuilt(&set, &image) == naive::roll_back(&database, &journal));
        }
    }
    assert!(seen[0] == database && seen[2] != database && seen[3] == seen[2]);
}

/// The journal is played back first, and the WAL lies over what that leaves.
#[test]
fn a_journal_and_a_wal() {
    let oracle = Oracle::new();
    let sets = stillframe_testkit::builder::stories::all();
    let wal_set = sets
        .iter()
        .find(|set| set.wal.len() > 2000 && set.database.len() > 1000);
    let wal_set = wal_set.unwrap();
    let journals = [random_hot_set(3), random_hot_set(5)]
        .into_iter()
        .chain(small());
    let mut over = 0;
    for journal in journals {
        let theirs = oracle.opened(
            &wal_set.database,
            Some(&wal_set.wal),
            Some(&journal.journal),
            None,
        );
        let set = set(&wal_set.database, Some(&wal_set.wal), &journal.journal);
        let rollback = Rollback::read(&set, &()).unwrap();
        if rollback.initial_size() == Some(0) {
            continue;
        }
        over += u32::from(compare(&journal.name, &set, &theirs));
    }
    assert!(over > 0);
}

/// The pages of the journal of another database are larger, and where the file ends is amid one of them.
#[test]
fn a_journal_of_larger_pages_than_the_database() {
    let oracle = Oracle::new();
    let HotSet { database, .. } = hot_sets().into_iter().next().unwrap();
    let size = u32::from_be_bytes([0, 0, database[16], database[17]]) as usize;
    for kept in 1..40 {
        let length = (kept * size).min(database.len());
        let mut first = database.clone();
        first.resize(65536, 0);
        let pages = vec![(1, first), (2, vec![7; 65536]), (3, vec![8; 65536])];
        let journal = naive::journal(3, 512, 65536, &[(5, pages)]);
        judge(
            &oracle,
            &format!("{kept} pages"),
            &database[..length],
            &journal,
        );
    }
}

/// Bytes with nothing but a hole behind them, of which it may be known, and how many were read.
struct Sparse {
    bytes: Vec<u8>,
    length: u64,
    is_known: bool,
    read: Arc<AtomicU64>,
    /// How often it was asked for holes.
    asked: Arc<AtomicU64>,
}

impl Bytes for Sparse {
    fn len(&self) -> u64 {
        self.length
    }

    fn window(&self, offset: u64, length: usize) -> io::Result<Window<'_>> {
        let mut window = vec![0; length];
        self.read_exact_at(offset, &mut window)?;
        Ok(Window::Kept(Box::new(window)))
    }

    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.read.fetch_add(buffer.len() as u64, Ordering::Relaxed);
        buffer.fill(0);
        let start = offset.min(self.bytes.len() as u64) as usize;
        let there = &self.bytes[start..];
        let length = there.len().min(buffer.len());
        buffer[..length].copy_from_slice(&there[..length]);
        Ok(())
    }

    fn stored(&self, offset: u64, end: u64) -> Range<u64> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let stored = self.bytes.len() as u64;
        match (self.is_known, offset >= stored) {
            (true, true) => end..end,
            (true, false) => offset..stored.min(end),
            (false, _) => offset..end,
        }
    }
}

/// The slots in a hole behind the stop are counted, and not read: a file of a terabyte takes no time.
#[test]
fn holes_of_a_journal_are_not_read() {
    let HotSet {
        database, journal, ..
    } = small().into_iter().next().unwrap();
    let mut journal = journal;
    journal[8..12].fill(0xff);
    let follow = |length: u64, is_known: bool| {
        let read = Arc::new(AtomicU64::new(0));
        let mut set = set(&database, None, &[]);
        let sparse = Sparse {
            bytes: journal.clone(),
            length,
            is_known,
            read: Arc::clone(&read),
            asked: Arc::default(),
        };
        set.journal = Some(Input::new("app.db-journal", sparse));
        let rollback = Rollback::read(&set, &()).unwrap();
        (rollback, read.load(Ordering::Relaxed))
    };
    for length in [(9 << 20) + 77, 30_000_000] {
        let ((known, read), (unknown, all)) = (follow(length, true), follow(length, false));
        assert!(known.reasons().eq(unknown.reasons()), "{length}");
        assert_eq!(known.end(), unknown.end());
        assert_eq!(known.stop(), unknown.stop());
        assert!(known.records().eq(unknown.records()));
        // A piece is read up to the stop.
        assert!(read < 6 << 20, "{read} of {length}");
        assert!(all > length / 2, "{all} of {length}");
    }
    let (large, read) = follow(1 << 40, true);
    assert!(read < 16 << 20, "{read}");
    assert!(large.count(|_| true) > 1 << 26);
}

/// To find the end of what is stored the system may go through all of it: it is not asked for each piece that is read.
#[test]
fn what_is_stored_is_asked_for_once() {
    let pages = |from: u32| (from..from + 100).map(|page| (page, vec![page as u8; 65536]));
    let segments: Vec<_> = [1, 101, 201].map(|from| (7, pages(from).collect())).into();
    let journal = naive::journal(300, 512, 65536, &segments);
    let mut database = hot_sets().into_iter().next().unwrap().database;
    database.resize(300 * 65536, 0);
    let asked = Arc::new(AtomicU64::new(0));
    let mut set = set(&database, None, &[]);
    let stored = Sparse {
        length: journal.len() as u64,
        bytes: journal,
        is_known: true,
        read: Arc::default(),
        asked: Arc::clone(&asked),
    };
    set.journal = Some(Input::new("app.db-journal", stored));
    assert_eq!(Rollback::read(&set, &()).unwrap().pages(), 300);
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}

/// Headers that contradict the first one, and headers behind a first one that counts none.
#[test]
fn headers_that_contradict_the_first() {
    let page = |byte: u8| vec![byte; 512];
    let segments = [
        (5, vec![(1, page(1)), (2, page(2)), (3, page(3))]),
        (6, vec![(4, page(4))]),
    ];
    let journal = naive::journal(9, 512, 512, &segments);
    let second = (512 + 3 * 520usize).next_multiple_of(512);
    let found = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut journal = journal.clone();
        change(&mut journal);
        let set = set(&[0; 512 * 9], None, &journal);
        Rollback::read(&set, &()).unwrap().contradiction()
    };
    assert_eq!(found(&|_| {}), None);
    for (at, bytes) in [(16, [0, 0, 0, 8]), (20, [0, 0, 4, 0]), (24, [0, 0, 4, 0])] {
        let contradiction = found(&|journal| journal[second + at..][..4].copy_from_slice(&bytes));
        let is_found = matches!(contradiction, Some(HeaderContradiction::Fields { offset, .. })
            if offset == second as u64);
        assert!(is_found, "{at}: {contradiction:?}");
    }
    // What stands behind a header that was not synced is left over from a longer journal.
    let left_over = |journal: &mut Vec<u8>| {
        journal[second..second + 12].fill(0);
        let third = (second + 512 + 520).next_multiple_of(512);
        let before = naive::journal(5, 512, 512, &[(7, vec![(2, page(5))])]);
        journal.resize(third, 0);
        journal.extend(before);
    };
    assert_eq!(found(&left_over), None);
    let uncounted = |journal: &mut Vec<u8>| journal[8..12].fill(0xff);
    let contradiction = found(&uncounted);
    let is_found = matches!(contradiction, Some(HeaderContradiction::Uncounted { offset, before: 3, .. })
        if offset == second as u64);
    assert!(is_found, "{contradiction:?}");
    // A count that is too small leaves out records that are intact.
    for (at, counted, behind) in [(0, 0, 3), (0, 1, 2), (0, 2, 1), (second, 0, 1)] {
        let contradiction =
            found(&|journal| journal[at + 8..][..4].copy_from_slice(&[0, 0, 0, counted]));
        let is_found = matches!(contradiction, Some(HeaderContradiction::TooFew { segment, behind: found })
            if segment.offset == at as u64 && found == behind);
        assert!(is_found, "{counted}: {contradiction:?}");
    }
    // Of a journal that was not synced there is no other.
    let alone = |journal: &mut Vec<u8>| {
        uncounted(journal);
        journal.truncate(second);
    };
    assert_eq!(found(&alone), None);
}

/// With sectors larger than pages the header behind may be found all the same, and the records in between are passed over.
#[test]
fn a_count_that_is_too_small_before_another_header() {
    let page = |byte: u8| vec![byte; 512];
    let segments = [
        (5, vec![(1, page(1)), (2, page(2)), (3, page(3))]),
        (6, vec![(4, page(4))]),
    ];
    let mut journal = naive::journal(9, 4096, 512, &segments);
    let contradiction = |journal: &[u8]| {
        let set = set(&[0; 512 * 9], None, journal);
        let rollback = Rollback::read(&set, &()).unwrap();
        (rollback.pages(), rollback.contradiction())
    };
    assert_eq!(contradiction(&journal), (4, None));
    journal[8..12].copy_from_slice(&[0, 0, 0, 1]);
    let (pages, found) = contradiction(&journal);
    assert_eq!(pages, 2);
    let is_found = matches!(found, Some(HeaderContradiction::TooFew { segment, behind: 2 }) if segment.offset == 0);
    assert!(is_found, "{found:?}");
}
