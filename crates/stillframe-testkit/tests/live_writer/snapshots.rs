//! Snapshots of one moment, as a file system takes them: the process is stopped while its files are copied.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Seek as _};
use std::time::Duration;

use stillframe_check::VerdictKind;
use stillframe_history::Image;
use stillframe_history::rebuild::{Start, rebuild};
use stillframe_testkit::oracle::Oracle;

use super::support::{Copy, Shown, Writer, many, say};

fn snapshot(writer: &Writer) -> (Copy, i64) {
    let read = |suffix| fs::read(writer.path(suffix)).ok();
    writer.stopped(|| {
        let copy = Copy {
            database: read("").unwrap(),
            wal: read("-wal"),
            journal: read("-journal"),
            wal_index: read("-shm"),
        };
        (copy, writer.committed())
    })
}

/// What a rebuild writes.
fn rebuilt(copy: &Copy) -> Vec<u8> {
    let set = copy.set();
    let (_, image) = Image::read(&set, None, &()).unwrap();
    let mut file = tempfile::tempfile().unwrap();
    rebuild(&image.unwrap(), &mut file, Start::Empty, None, &()).unwrap();
    let mut bytes = Vec::new();
    file.rewind().unwrap();
    file.read_to_end(&mut bytes).unwrap();
    bytes
}

/// What SQLite makes one file of.
fn checkpointed(copy: &Copy) -> Vec<u8> {
    let oracle = Oracle::new();
    let database = match &copy.journal {
        Some(journal) => oracle.roll_back(&copy.database, journal).unwrap(),
        None => copy.database.clone(),
    };
    match &copy.wal {
        Some(wal) => oracle.checkpoint(&database, wal).unwrap(),
        None => database,
    }
}

/// Takes snapshots at moments of chance and holds each against SQLite; says how often each verdict was given.
fn take(journal_mode: &str, few: usize) -> BTreeMap<String, usize> {
    let (mut said, mut taken, mut seed) = (BTreeMap::new(), 0, 0);
    while taken < many(few) {
        seed += 1;
        let rest = Duration::from_micros([0, 300, 3000][seed as usize % 3]);
        let writer = Writer::start(journal_mode, seed, 1500, rest);
        for number in 0..25.min(many(few) - taken) {
            std::thread::sleep(Duration::from_micros(
                seed * 7919 * (number as u64 + 1) % 9000,
            ));
            let (copy, committed) = snapshot(&writer);
            let what = format!("{journal_mode}-{seed}-{number}");
            let shown = copy.shown();
            let (kind, codes) = copy.judged();
            let is_red = codes.iter().any(|&code| code != "SET202");
            // It may have been stopped between the commit and its telling of it.
            let is_shown = [committed, committed + 1]
                .map(Shown::Moment)
                .contains(&shown);
            if is_red || !is_shown {
                copy.keep(&what);
            }
            assert!(
                is_shown,
                "{what}: SQLite shows {shown:?}, committed was {committed}"
            );
            assert!(!is_red, "{what}: {kind:?} {codes:?}");
            assert!(rebuilt(&copy) == checkpointed(&copy), "{what}");
            *said.entry(format!("{kind:?}")).or_default() += 1;
            taken += 1;
        }
    }
    say(&format!("{journal_mode}: {taken} snapshots: {said:?}"));
    said
}

#[test]
fn a_snapshot_of_a_database_in_wal_mode_is_whole() {
    let said = take("WAL", 100);
    let whole = [
        VerdictKind::Complete,
        VerdictKind::CompleteWithWal,
        // The header of a commit frame was written, and its page was not.
        VerdictKind::ConsistentCompletenessUnknown,
    ];
    let whole: Vec<String> = whole.iter().map(|kind| format!("{kind:?}")).collect();
    assert!(said.keys().all(|kind| whole.contains(kind)), "{said:?}");
}

#[test]
fn a_snapshot_of_a_database_with_a_journal_is_whole_once_rolled_back() {
    for mode in ["DELETE", "TRUNCATE", "PERSIST"] {
        let said = take(mode, 50);
        let whole = [VerdictKind::Complete, VerdictKind::HotJournal];
        let whole: Vec<String> = whole.iter().map(|kind| format!("{kind:?}")).collect();
        assert!(said.keys().all(|kind| whole.contains(kind)), "{said:?}");
    }
}
