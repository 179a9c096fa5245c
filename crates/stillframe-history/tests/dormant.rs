//! Journals that SQLite leaves alone as they begin with a zero: what a kill leaves, at every moment, and what only damage does.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

use std::collections::BTreeMap;

use stillframe_history::{BackupSet, Dormant, Input, JournalState, SuperJournalFile};
use stillframe_testkit::builder::{JournalStory, journal_stories};
use stillframe_testkit::recorder::{Device, Disk, open, record};

fn dormant(database: &[u8], journal: &[u8]) -> Option<Dormant> {
    let set = BackupSet {
        database: Some(Input::new("app.db", database.to_vec())),
        journal: Some(Input::new("app.db-journal", journal.to_vec())),
        super_journal: SuperJournalFile::Present,
        ..BackupSet::default()
    };
    let state = JournalState::of(&set).unwrap();
    let found = Dormant::read(&set, &()).unwrap();
    assert_eq!(found.is_some(), state == JournalState::NotHot);
    found.map(|(dormant, _)| dormant)
}

fn word(dormant: Option<Dormant>) -> &'static str {
    match dormant {
        None => "none",
        Some(Dormant::Ended) => "ended",
        Some(Dormant::Unsynced) => "unsynced",
        Some(Dormant::Contradicted(_)) => "contradicted",
        Some(Dormant::Damaged) => "damaged",
    }
}

/// Every database with a journal, of every moment of a story.
fn pairs(story: &JournalStory) -> Vec<(Vec<u8>, Vec<u8>)> {
    let moments = story.recording.moments();
    let pairs = moments.flat_map(|moment| {
        let of = |name: &&str| {
            let journal = moment.files.get(&format!("{name}-journal"))?;
            Some((moment.files.get(*name)?.clone(), journal.clone()))
        };
        story.databases.iter().filter_map(of).collect::<Vec<_>>()
    });
    pairs.collect()
}

/// A journal that is kept, whose next transactions begin with as many records as the one before: their headers are left
/// over where the next one is to be.
fn kept(journal_mode: &str, cache_size: u32) -> JournalStory {
    let before = record(&Disk::default(), Device::default(), || {
        let sql = "PRAGMA page_size=512; CREATE TABLE log (text);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n LIMIT 80)
            INSERT INTO log SELECT printf('%.*c', 150, char(65 + i % 26)) FROM n;";
        open("app.db").unwrap().execute_batch(sql).unwrap();
    });
    JournalStory {
        name: format!("kept-{journal_mode}-{cache_size}"),
        recording: record(&before.after, Device::default(), || {
            let database = open("app.db").unwrap();
            let sql =
                format!("PRAGMA journal_mode={journal_mode}; PRAGMA cache_size={cache_size};");
            database.execute_batch(&sql).unwrap();
            for _ in 0..3 {
                let sql = "UPDATE log SET text = lower(text); UPDATE log SET text = upper(text)";
                database.execute_batch(sql).unwrap();
            }
        }),
        databases: vec!["app.db"],
    }
}

/// Pages that a transaction filled and freed, so that it never wrote them: the cache has what the file does not, and that is
/// what a journal gets that takes whole sectors.
fn freed() -> JournalStory {
    let sectors = Device {
        is_powersafe: false,
        ..Device::default()
    };
    let before = record(&Disk::default(), sectors, || {
        let sql = "PRAGMA page_size=512; CREATE TABLE log (text); CREATE TABLE other (text);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n LIMIT 80)
            INSERT INTO log SELECT printf('%.*c', 150, char(65 + i % 26)) FROM n; DELETE FROM log WHERE rowid > 20;";
        open("app.db").unwrap().execute_batch(sql).unwrap();
    });
    JournalStory {
        name: "freed".to_owned(),
        recording: record(&before.after, sectors, || {
            let database = open("app.db").unwrap();
            for number in 0..4 {
                let sql = format!(
                    "BEGIN; INSERT INTO other SELECT printf('%.*c', 400, 'x') FROM log; DELETE FROM other; COMMIT;
                    UPDATE log SET text = lower(text) WHERE rowid % 4 = {number};"
                );
                database.execute_batch(&sql).unwrap();
            }
        }),
        databases: vec!["app.db"],
    }
}

#[test]
fn no_kill_leaves_a_journal_that_looks_damaged() {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    let mut stories = journal_stories();
    stories.extend(["persist", "truncate", "delete"].map(|mode| kept(mode, 5)));
    stories.push(kept("persist", 2000));
    stories.push(freed());
    for story in stories {
        for (number, (database, journal)) in pairs(&story).iter().enumerate() {
            let found = dormant(database, journal);
            let is_left = matches!(found, None | Some(Dormant::Ended | Dormant::Unsynced));
            assert!(is_left, "{} at {number}: {found:?}", story.name);
            *counts.entry(word(found)).or_default() += 1;
        }
    }
    println!("{counts:#?}");
    assert!(counts["ended"] > 50 && counts["unsynced"] > 500 && counts["none"] > 500);
}

/// The start of a hot journal is overwritten with so many zeros.
#[test]
fn zeros_over_a_hot_journal_are_told_where_they_can_be() {
    let mut counts: BTreeMap<(usize, &str), u32> = BTreeMap::new();
    for story in journal_stories() {
        for (database, journal) in pairs(&story) {
            let is_hot = journal.len() >= 512 && journal[0] == 0xd9;
            // A count of records that is not zero, and not made of ones.
            if !is_hot || database.len() < 2 || matches!(journal[8..12], [0, 0, 0, 0] | [0xff, ..])
            {
                continue;
            }
            for zeros in [1, 4, 8, 11, 12, 16, 24, 28] {
                let mut zeroed = journal.clone();
                zeroed[..zeros].fill(0);
                let found = dormant(&database, &zeroed);
                *counts.entry((zeros, word(found))).or_default() += 1;
                match zeros {
                    1..12 | 13..28 => assert_eq!(found, Some(Dormant::Damaged), "{}", story.name),
                    12 => assert_ne!(found, Some(Dormant::Damaged), "{}", story.name),
                    _ => {}
                }
            }
        }
    }
    println!("{counts:#?}");
    assert!(counts[&(12, "contradicted")] > 300);
}

/// What the first record of a page that is another one now names.
#[test]
fn the_first_page_that_differs_is_named() {
    let story = kept("delete", 5);
    let hot = |(_, journal): &&(Vec<u8>, Vec<u8>)| journal.len() > 600 && journal[0] == 0xd9;
    let pairs = pairs(&story);
    let (database, journal) = pairs.iter().rfind(hot).unwrap();
    let mut zeroed = journal.clone();
    zeroed[..12].fill(0);
    let Some(Dormant::Contradicted(found)) = dormant(database, &zeroed) else {
        panic!("it is {:?}", dormant(database, &zeroed));
    };
    assert!(found.differing > 0 && found.differing <= found.records);
    let at = (found.page.get() as usize - 1) * 512;
    let record = found.record.offset as usize;
    assert_eq!(journal[record..record + 4], found.page.get().to_be_bytes());
    assert_ne!(journal[record + 4..record + 516], database[at..at + 512]);
}

/// A disk that is full: of the header of a new journal so many bytes are there.
#[test]
fn a_header_that_is_not_all_there_was_not_synced() {
    let story = kept("delete", 2000);
    let is_begun = |(_, journal): &&(Vec<u8>, Vec<u8>)| journal.len() >= 512 && journal[0] == 0;
    let pairs = pairs(&story);
    let (database, journal) = pairs.iter().find(is_begun).unwrap();
    for length in 1..512 {
        let found = dormant(database, &journal[..length]);
        let expected = match length {
            ..=12 => Dormant::Ended,
            _ => Dormant::Unsynced,
        };
        assert_eq!(found, Some(expected), "{length} bytes");
    }
}
