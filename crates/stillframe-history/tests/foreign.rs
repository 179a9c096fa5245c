//! Rollback journals beside databases that they are not of: most are found, and none that is its database's own is called
//! foreign.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot build its input fails"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use stillframe_history::{BackupSet, ForeignJournal, Input, JournalState, Rollback};
use stillframe_testkit::builder::{
    HotSet, JournalStory, hot_sets, journal_stories, random_hot_set,
};
use stillframe_testkit::naive;
use stillframe_testkit::recorder::{Device, Disk, open, record};

fn set(database: &[u8], journal: &[u8]) -> BackupSet {
    BackupSet {
        database: Some(Input::new("app.db", database.to_vec())),
        journal: Some(Input::new("app.db-journal", journal.to_vec())),
        ..BackupSet::default()
    }
}

/// What shows that the journal is not of the database, where SQLite would play it back.
fn foreign(database: &[u8], journal: &[u8]) -> Option<Option<ForeignJournal>> {
    let set = set(database, journal);
    let rollback = Rollback::read(&set, &()).unwrap();
    let is_played = rollback.state() == JournalState::Hot && rollback.initial_size().is_some();
    is_played.then(|| ForeignJournal::of(&set, &rollback).unwrap())
}

/// A database and its journal at every moment of a story at which both are there, one for each different pair.
fn pairs(story: &JournalStory) -> Vec<(String, Vec<u8>, Vec<u8>)> {
    let mut pairs: Vec<(String, Vec<u8>, Vec<u8>)> = Vec::new();
    for (number, moment) in story.recording.moments().enumerate() {
        for name in &story.databases {
            let journal = moment.files.get(&format!("{name}-journal"));
            if let (Some(database), Some(journal)) = (moment.files.get(*name), journal) {
                let what = format!("{} at operation {number}, {name}", story.name);
                pairs.push((what, database.clone(), journal.clone()));
            }
        }
    }
    pairs
}

/// More stories, about what page 1 may come to be in the file.
fn more_stories() -> Vec<JournalStory> {
    let rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n LIMIT 60)
        INSERT INTO log SELECT printf('%.*c', 150 + i, char(65 + i % 26)) FROM n;";
    let before = record(&Disk::default(), Device::default(), || {
        let sql = format!("PRAGMA page_size=512; CREATE TABLE log (text); {rows}");
        open("app.db").unwrap().execute_batch(&sql).unwrap();
    })
    .after;
    let in_exclusive_mode = format!(
        "PRAGMA locking_mode=EXCLUSIVE; PRAGMA cache_size=5; {rows} UPDATE log SET text = text || 'a';
         DELETE FROM log WHERE rowid % 2; VACUUM; {rows} UPDATE log SET text = 'b';"
    );
    // Rolling back to a savepoint writes pages as they were in the transaction.
    let with_savepoints = format!(
        "PRAGMA cache_size=5; BEGIN; CREATE TABLE more (x); SAVEPOINT a; {rows} CREATE TABLE other (y);
         UPDATE log SET text = text || 'c'; ROLLBACK TO a; UPDATE log SET text = text || 'd'; SAVEPOINT b;
         DROP TABLE more; DELETE FROM log; ROLLBACK TO b; PRAGMA user_version=7; COMMIT;"
    );
    let not_synced = format!("PRAGMA synchronous=OFF; {with_savepoints}");
    let with_pragmas = format!(
        "PRAGMA cache_size=5; BEGIN; PRAGMA user_version=3; PRAGMA application_id=9; {rows} COMMIT;
         BEGIN; DROP TABLE log; COMMIT; PRAGMA journal_mode=WAL; CREATE TABLE t(x); PRAGMA journal_mode=PERSIST;
         CREATE TABLE u(x); PRAGMA auto_vacuum=FULL; VACUUM; DROP TABLE u;"
    );
    [
        ("exclusive", in_exclusive_mode),
        ("savepoints", with_savepoints),
        ("not-synced", not_synced),
        ("pragmas", with_pragmas),
    ]
    .map(|(name, sql)| JournalStory {
        name: name.to_owned(),
        recording: record(&before, Device::default(), || {
            let database = open("app.db").unwrap();
            let _no_wal_without_shared_memory = database.execute_batch(&sql);
        }),
        databases: vec!["app.db"],
    })
    .into()
}

#[test]
fn no_journal_is_foreign_to_its_own_database() {
    let mut judged = 0;
    let stories = [journal_stories(), more_stories()].concat();
    for story in &stories {
        for (what, database, journal) in pairs(story) {
            if let Some(found) = foreign(&database, &journal) {
                assert_eq!(found, None, "{what}");
                judged += 1;
            }
        }
    }
    for seed in 0..300 {
        let HotSet {
            name,
            database,
            journal,
        } = random_hot_set(seed);
        if let Some(found) = foreign(&database, &journal) {
            assert_eq!(found, None, "{name}");
            judged += 1;
        }
    }
    println!("{judged} hot journals, and none is foreign");
    assert!(judged > 9_000, "{judged}");
}

/// Journals of one story or moment beside databases of another.
#[test]
fn most_foreign_journals_are_found() {
    let mut sets: Vec<(String, Vec<u8>, Vec<u8>)> = Vec::new();
    for story in journal_stories() {
        let mut hot = pairs(&story);
        hot.retain(|(_, database, journal)| foreign(database, journal).is_some());
        let step = (hot.len() / 3).max(1);
        sets.extend(hot.into_iter().step_by(step).take(3));
    }
    let hot = hot_sets().into_iter().chain((0..60).map(random_hot_set));
    sets.extend(hot.map(|set| (set.name, set.database, set.journal)));
    let (mut found, mut judged) = (0, 0);
    let mut by_field: BTreeMap<String, u32> = BTreeMap::new();
    // Stories that begin with the same database have the same journals.
    let rolled_back: Vec<Vec<u8>> = sets
        .iter()
        .map(|(_, database, journal)| naive::roll_back(database, journal))
        .collect();
    for (i, (of, _, journal)) in sets.iter().enumerate() {
        for (j, (beside, database, _)) in sets.iter().enumerate() {
            let story = |name: &str| name.split(" at ").next().map(str::to_owned);
            if story(of) == story(beside) || rolled_back[i] == rolled_back[j] {
                continue;
            }
            if let Some(shown) = foreign(database, journal) {
                judged += 1;
                found += u32::from(shown.is_some());
                let field = shown.map_or("nothing".to_owned(), |it| format!("{:?}", it.field));
                *by_field.entry(field).or_default() += 1;
            }
        }
    }
    println!("{found} of {judged} foreign journals are found: {by_field:#?}");
    assert!(found * 4 > judged * 3, "{found} of {judged}");
}

/// A journal that was left behind beside the database of a later transaction.
#[test]
fn a_journal_of_an_earlier_transaction_is_found() {
    let (mut found, mut judged) = (0, 0);
    for seed in 0..60 {
        let HotSet { journal, .. } = random_hot_set(seed);
        let before = random_hot_set(seed);
        // The transaction is done anew, with two more: what the file holds is of a later moment.
        let disk = Disk {
            files: BTreeMap::from([
                ("app.db".to_owned(), before.database),
                ("app.db-journal".to_owned(), before.journal),
            ]),
        };
        let later = record(&disk, Device::default(), || {
            let database = open("app.db").unwrap();
            for _ in 0..3 {
                database
                    .execute_batch(
                        "CREATE TABLE IF NOT EXISTS later(x); INSERT INTO later VALUES(1)",
                    )
                    .unwrap();
            }
        });
        if let Some(shown) = foreign(&later.after.files["app.db"], &journal) {
            judged += 1;
            found += u32::from(shown.is_some());
        }
    }
    println!("{found} of {judged} journals of earlier transactions are found");
    // Where page 1 was not in the journal, and the size is the same again, nothing tells.
    assert!(
        found * 10 > judged * 9 && judged > 30,
        "{found} of {judged}"
    );
}

/// Every hot journal of the corpora is its database's own.
#[test]
fn no_journal_of_the_corpora_is_foreign() {
    let Some(corpora) = std::env::var_os("STILLFRAME_CORPORA").map(PathBuf::from) else {
        println!("skipped: STILLFRAME_CORPORA does not name the corpora");
        return;
    };
    let mut judged = 0;
    for kind in ["jrnl", "jrnl0"] {
        for entry in fs::read_dir(corpora.join("sqlite-testsuite").join(kind)).unwrap() {
            let folder = entry.unwrap().path();
            let read = |name: &str| fs::read(folder.join(name)).unwrap_or_default();
            if let Some(found) = foreign(&read("t.db"), &read("t.db-journal")) {
                assert_eq!(found, None, "{}", folder.display());
                judged += 1;
            }
        }
    }
    println!("{judged} hot journals of the corpora, and none is foreign");
    assert!(judged > 300, "{judged}");
}
