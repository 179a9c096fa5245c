//! Transactions with rollback journals that are killed at every moment: what we make of the files is what SQLite makes of
//! them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod common;

use std::collections::BTreeMap;
use std::thread;

use common::rebuilt;
use stillframe_history::{
    BackupSet, Error, Image, Input, JournalState, Refusal, Rollback, SuperJournalFile,
};
use stillframe_testkit::builder::{JournalStory, journal_stories};
use stillframe_testkit::recorder::{Device, Disk, open, record};

/// A database and its journal at a moment, and the super-journal if it names one.
fn set(moment: &Disk, name: &str) -> Option<BackupSet> {
    let journal_name = format!("{name}-journal");
    let input = |name: &str| {
        let bytes = moment.files.get(name)?;
        Some(Input::new(name, bytes.clone()))
    };
    let mut set = BackupSet {
        database: Some(input(name)?),
        journal: Some(input(&journal_name)?),
        ..BackupSet::default()
    };
    let rollback = Rollback::read(&set, &()).unwrap();
    if let Some(named) = rollback.super_journal() {
        let file = moment.files.get(std::str::from_utf8(&named.name).unwrap());
        set.super_journal = match file.map(Vec::len) {
            None => SuperJournalFile::Missing,
            Some(0) => SuperJournalFile::Empty,
            Some(_) => SuperJournalFile::Present,
        };
    }
    Some(set)
}

/// Has SQLite open the database; the disk afterwards.
fn opened(moment: &Disk, name: &str) -> Disk {
    let recording = record(moment, Device::default(), || {
        let database = open(name).unwrap();
        let ask = "SELECT count(*) FROM sqlite_schema";
        let _one_that_is_malformed_is_rolled_back_all_the_same =
            database.query_row(ask, [], |row| row.get::<_, i64>(0));
    });
    recording.after
}

fn compare(what: &str, moment: &Disk, name: &str) -> Option<&'static str> {
    let set = set(moment, name)?;
    let theirs = opened(moment, name);
    let state = Rollback::read(&set, &()).unwrap().state();
    let is_empty = set.journal.as_ref().unwrap().bytes.is_empty();
    let is_kept = state == JournalState::NotHot || (state == JournalState::Absent && is_empty);
    let keeps = theirs.files.contains_key(&format!("{name}-journal"));
    assert_eq!(keeps, is_kept, "{what}: {state:?}");
    let file = &theirs.files[name];
    match Image::read(&set, None, &()).unwrap().1 {
        Ok(image) if image.refusal().is_none() => {
            assert!(rebuilt(&set, &image) == *file, "{what}: {state:?}");
        }
        Ok(image) => panic!("{what}: {:?}", image.refusal()),
        Err(Error::Refused(Refusal::NothingThere)) => assert!(file.is_empty(), "{what}"),
        Err(error) => panic!("{what}: {error}"),
    }
    Some(match state {
        JournalState::Absent => "no journal",
        JournalState::DatabaseEmpty => "an empty database",
        JournalState::NotHot => "not hot",
        JournalState::SuperJournalGone => "the super-journal is gone",
        JournalState::SuperJournalUnknown => panic!("{what}: it was looked for"),
        JournalState::Hot => "rolled back",
    })
}

fn judge(story: &JournalStory) -> BTreeMap<&'static str, u32> {
    let mut counts = BTreeMap::new();
    for (number, moment) in story.recording.moments().enumerate() {
        for name in &story.databases {
            let what = format!("{} at operation {number}, {name}", story.name);
            if let Some(outcome) = compare(&what, &moment, name) {
                *counts.entry(outcome).or_default() += 1;
            }
        }
    }
    counts
}

#[test]
fn what_is_killed_is_rolled_back_as_sqlite_does() {
    let stories = journal_stories();
    let mut counts: BTreeMap<&'static str, u32> = BTreeMap::new();
    thread::scope(|scope| {
        let halves = stories.chunks(stories.len().div_ceil(2));
        let judges: Vec<_> = halves
            .map(|half| scope.spawn(move || half.iter().map(judge).collect::<Vec<_>>()))
            .collect();
        for judge in judges {
            for (outcome, count) in judge.join().unwrap().into_iter().flatten() {
                *counts.entry(outcome).or_default() += count;
            }
        }
    });
    println!("{counts:#?}");
    let least = [
        ("rolled back", 8_000),
        ("not hot", 500),
        ("the super-journal is gone", 30),
    ];
    for (outcome, least) in least {
        assert!(counts.get(outcome) >= Some(&least), "{outcome}");
    }
}
