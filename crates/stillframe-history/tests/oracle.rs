//! Sets that real SQLite made, in every shape that the testkit knows: images and compacted WALs against SQLite's own
//! checkpoint.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{compacted, keep, rebuilt, set};
use stillframe_history::compact::Keep;
use stillframe_history::{Image, Timeline, exactness};
use stillframe_testkit::builder::{Set, random_set, stories};
use stillframe_testkit::naive;
use stillframe_testkit::oracle::Oracle;
use stillframe_wal::CommitNumber;

const SEEDS: u64 = 60;

fn sets() -> impl Iterator<Item = Set> {
    stories::all().into_iter().chain((0..SEEDS).map(random_set))
}

/// The image of every commit is what SQLite's checkpoint leaves of the WAL up to it, or both refuse.
#[test]
fn every_commit_is_what_sqlite_checkpoints() {
    let oracle = Oracle::new();
    let (mut sets_seen, mut images, mut refused, mut truths, mut exact) = (0, 0, 0, 0, 0);
    for Set {
        name,
        database,
        wal,
        truth,
        ..
    } in sets()
    {
        sets_seen += 1;
        let set = set(&database, &wal);
        let timeline = Timeline::read(&set, &()).unwrap();
        let exactness = exactness(&set, &timeline).unwrap();
        assert_eq!(
            timeline.last().get() as usize,
            naive::commits(&wal).len(),
            "{name}"
        );
        for number in 1..=timeline.last().get() {
            let at = CommitNumber::new(number);
            let image = Image::at(&set, &timeline, at, &()).unwrap();
            let theirs = oracle.checkpoint(&database, naive::prefix(&wal, number as usize));
            match (image.refusal(), theirs) {
                (None, Ok(theirs)) => {
                    assert!(rebuilt(&set, &image) == theirs, "{name}, commit {number}");
                    images += 1;
                }
                (Some(_), Err(_)) => refused += 1,
                // SQLite writes zeros where a page exists nowhere; we do not.
                (Some(refusal), Ok(theirs)) => {
                    let naive = naive::image(&database, &wal, number as usize).unwrap();
                    assert!(
                        !naive.missing().is_empty(),
                        "{name}, commit {number}: {refusal}"
                    );
                    assert!(naive.zero_filled() == theirs);
                    refused += 1;
                }
                (None, Err(error)) => panic!("{name}, commit {number}: {error:?}"),
            }
        }
        // What a live connection showed after a commit is what the image of it shows, and that image is said to be
        // exact unless a page was written without being changed.
        for truth in truth {
            let at = CommitNumber::new(truth.commit as u32);
            let image = Image::at(&set, &timeline, at, &()).unwrap();
            let content = oracle.content(&rebuilt(&set, &image), None).unwrap();
            assert!(content == truth.content, "{name}, commit {at}");
            truths += 1;
            exact += u32::from(at >= exactness.exact_from());
        }
    }
    println!("{sets_seen} sets: {images} images equal SQLite's checkpoint, {refused} are refused");
    println!(
        "{truths} images show what a live connection showed, {exact} of them are called exact"
    );
    assert!(images > 600, "{images}");
}

/// A compacted WAL is the same database to SQLite; cut at any frame it is a kept state or the database file alone.
#[test]
fn compacted_wals_hold_the_kept_states_and_nothing_else() {
    let oracle = Oracle::new();
    let (mut wals, mut cuts) = (0, 0);
    for Set {
        name,
        database,
        wal,
        ..
    } in sets()
    {
        let set = set(&database, &wal);
        let timeline = Timeline::read(&set, &()).unwrap();
        let last = timeline.last().get();
        if last == 0
            || Image::at(&set, &timeline, timeline.last(), &())
                .unwrap()
                .refusal()
                .is_some()
        {
            continue;
        }
        let middle = (last / 2).max(1);
        for (kept, states) in [
            (Keep::Last, vec![last]),
            (keep(&[middle]), vec![middle]),
            (keep(&[1, middle, last]), vec![1, middle, last]),
        ] {
            let mut sorted = states.clone();
            sorted.dedup();
            let kept = if let Keep::Commits(_) = kept {
                keep(&sorted)
            } else {
                kept
            };
            let small = compacted(&wal, &kept).unwrap();
            assert!(small.len() <= wal.len());
            let marks = naive::commits(&small);
            assert_eq!(marks.len(), sorted.len(), "{name}: one commit a state");
            let slot = 24 + naive::accept(&small).unwrap().page_size as usize;
            let frames = (small.len() - 32) / slot;
            for cut in 0..=frames {
                let reached = marks.iter().filter(|mark| mark.last_frame <= cut).count();
                let state = reached.checked_sub(1).map(|at| sorted[at] as usize);
                let cut = &small[..32 + cut * slot];
                let theirs = oracle.checkpoint(&database, cut);
                let expected = match state {
                    Some(state) => oracle.checkpoint(&database, naive::prefix(&wal, state)),
                    None => oracle.checkpoint(&database, &wal[..32]),
                };
                assert!(theirs == expected, "{name}, {sorted:?} cut");
                cuts += 1;
            }
            wals += 1;
        }
    }
    println!("{wals} compacted WALs, cut at {cuts} places, leave SQLite in a kept state");
    assert!(wals > 250, "{wals}");
}
