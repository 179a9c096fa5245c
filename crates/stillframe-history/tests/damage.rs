//! Small sets cut at every length and flipped at every byte: what we see is what SQLite sees, every time.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod common;

use stillframe_format::{PageNumber, Pages as _};

use common::{compacted, keep, set, shown};
use stillframe_history::compact::Keep;
use stillframe_history::{Image, Origin, Refusal, Timeline, WalState};
use stillframe_testkit::builder::{Set, stories};
use stillframe_testkit::oracle::{EngineImage, Judgement, Oracle};
use stillframe_testkit::rewrite::rechecksum;

/// Small sets of different kinds.
fn small_sets() -> Vec<(String, Vec<u8>, Vec<u8>)> {
    let mut sets: Vec<Set> = stories::all();
    sets.retain(|set| !set.wal.is_empty());
    sets.sort_by_key(|set| set.wal.len() + set.database.len());
    let mut small: Vec<(String, Vec<u8>, Vec<u8>)> = sets
        .into_iter()
        .take(4)
        .map(|set| (set.name, set.database, set.wal))
        .collect();
    let (name, database, wal) = small[0].clone();
    small.push((
        format!("{name}, big-endian"),
        database,
        rechecksum(&wal, true),
    ));
    small
}

/// Compares the engine view with SQLite's wal-index and image.
fn compare(what: &str, database: &[u8], wal: &[u8], theirs: &Judgement) {
    let set = set(database, wal);
    let (timeline, image) = Image::read(&set, None, &()).unwrap();
    let image = image.unwrap();
    if let Some(index) = &theirs.wal_index {
        assert_eq!(timeline.mx_frame(), index.mx_frame, "{what}");
        if let Some(commit) = timeline.last_commit() {
            assert_eq!(commit.size_after, index.page_count, "{what}");
            assert_eq!(
                (commit.checksum.s0, commit.checksum.s1),
                index.checksum,
                "{what}"
            );
            let salts = timeline.header().unwrap().salts;
            assert_eq!((salts.salt1, salts.salt2), index.salts, "{what}");
        }
    } else if theirs.outcome.is_err() {
        assert!(
            image.refusal().is_some() || matches!(timeline.state(), WalState::Refused(_)),
            "{what}: SQLite says {:?}",
            theirs.outcome
        );
    }
    match (&theirs.image, image.refusal()) {
        (Some(theirs), None) => assert!(shown(&image) == theirs.bytes, "{what}"),
        // SQLite reads a page that exists nowhere as zeros; we refuse to write one.
        (Some(theirs), Some(Refusal::MissingPages { .. })) => compare_missing(what, &image, theirs),
        (Some(_), Some(refusal)) => panic!("{what}: SQLite shows it, refused here: {refusal}"),
        (None, _) => {}
    }
    if let Err(error) = &theirs.outcome {
        // The schema format is looked at above the pages: an image can be had, and `check` says so (DB102).
        let unsupported = image
            .header()
            .is_some_and(|header| header.schema_format() > 4);
        assert!(
            image.refusal().is_some() || unsupported && error.message == "unsupported file format",
            "{what}: SQLite says {error:?}"
        );
    }
}

fn compare_missing(what: &str, image: &Image<'_>, theirs: &EngineImage) {
    let mut missing = 0;
    for (page, theirs) in (1..).zip(theirs.bytes.chunks_exact(theirs.page_size)) {
        let page = PageNumber::new(page).unwrap();
        if image.origin(page) == Origin::Missing {
            assert!(theirs.iter().all(|&byte| byte == 0), "{what}, page {page}");
            missing += 1;
        } else {
            assert!(*image.page(page).unwrap() == *theirs, "{what}, page {page}");
        }
    }
    assert!(missing > 0, "{what}");
}

#[test]
fn wals_cut_at_every_length() {
    let oracle = Oracle::new();
    let mut cuts = 0;
    for (name, database, wal) in small_sets() {
        for length in 0..=wal.len() {
            let wal = &wal[..length];
            let theirs = oracle.judge(&database, Some(wal));
            compare(&format!("{name} cut at {length}"), &database, wal, &theirs);
            cuts += 1;
        }
    }
    println!("{cuts} cuts");
}

#[test]
fn wals_flipped_at_every_byte() {
    let oracle = Oracle::new();
    let mut flips = 0;
    for (name, database, wal) in small_sets() {
        for at in 0..wal.len() {
            for bit in [at % 8, 7 - at % 8] {
                let mut wal = wal.clone();
                wal[at] ^= 1 << bit;
                let theirs = oracle.judge(&database, Some(&wal));
                compare(
                    &format!("{name}, bit {bit} of {at}"),
                    &database,
                    &wal,
                    &theirs,
                );
                flips += 1;
            }
        }
    }
    println!("{flips} flips");
}

#[test]
fn databases_cut_and_flipped() {
    let oracle = Oracle::new();
    let mut cases = 0;
    for (name, database, wal) in small_sets() {
        for length in 2..database.len() {
            let theirs = oracle.judge(&database[..length], Some(&wal));
            compare(
                &format!("{name}, database cut at {length}"),
                &database[..length],
                &wal,
                &theirs,
            );
            cases += 1;
        }
        for at in 0..100.min(database.len()) {
            for bit in 0..8 {
                let mut database = database.clone();
                database[at] ^= 1 << bit;
                for wal in [&wal[..], &[]] {
                    let theirs = oracle.judge(&database, Some(wal));
                    compare(
                        &format!("{name}, bit {bit} of byte {at}"),
                        &database,
                        wal,
                        &theirs,
                    );
                    cases += 1;
                }
            }
        }
    }
    println!("{cases} damaged databases");
}

/// No flipped bit gets through `compact` unnoticed: where it matters the last commit is not compacted away in silence,
/// and what comes out is what SQLite sees of what went in.
#[test]
fn no_flipped_bit_is_laundered() {
    let oracle = Oracle::new();
    let (mut refused, mut harmless) = (0, 0);
    for (name, database, wal) in small_sets() {
        let whole = Timeline::read(&set(&database, &wal), &()).unwrap();
        for at in 0..wal.len() {
            let what = format!("{name}, byte {at}");
            let mut damaged = wal.clone();
            damaged[at] ^= 1 << (at % 8);
            match compacted(&damaged, &Keep::Last) {
                Err(_) => refused += 1,
                Ok(small) => {
                    // Nothing that was committed is gone, and it is all the same to SQLite.
                    let timeline = Timeline::read(&set(&database, &damaged), &()).unwrap();
                    assert_eq!(timeline.mx_frame(), whole.mx_frame(), "{what}");
                    assert!(
                        oracle.checkpoint(&database, &small) == oracle.checkpoint(&database, &wal),
                        "{what}"
                    );
                    harmless += 1;
                }
            }
            // What is compacted by its number is what SQLite sees.
            let timeline = Timeline::read(&set(&database, &damaged), &()).unwrap();
            if timeline.last().get() > 0 {
                let small = compacted(&damaged, &keep(&[timeline.last().get()])).unwrap();
                assert!(
                    oracle.checkpoint(&database, &small) == oracle.checkpoint(&database, &damaged),
                    "{what}"
                );
            }
        }
    }
    println!("{refused} flipped bits are refused, {harmless} lie where nothing is committed");
}
