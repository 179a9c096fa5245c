//! What is said of databases that one transaction changed, checked together, at whatever moment it was killed.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot build its input fails"
)]

use std::collections::BTreeMap;

use stillframe_check::{Evidence, Report, Severity, Tied, VerdictKind};
use stillframe_history::{BackupSet, Child, Input, SuperJournalFile, SuperJournalName, Tie};
use stillframe_testkit::builder::{JournalStory, journal_stories};
use stillframe_testkit::recorder::{Device, Disk, open, record};

mod support;

/// The databases of a moment, checked together; with the super-journal or without it.
fn together(story: &JournalStory, moment: &Disk, with_super_journal: bool) -> Vec<Report> {
    let input = |name: &str| Some(Input::new(name, moment.files.get(name)?.clone()));
    let sets: Vec<BackupSet> = story
        .databases
        .iter()
        .map(|name| {
            let mut set = BackupSet {
                database: input(name),
                journal: input(&format!("{name}-journal")),
                ..BackupSet::default()
            };
            if let Some(named) = SuperJournalName::of(&set).unwrap() {
                let named = String::from_utf8(named.name).unwrap();
                set.super_journal_list = input(&named).filter(|_| with_super_journal);
                set.super_journal = match set.super_journal_list {
                    Some(_) => SuperJournalFile::Present,
                    None => SuperJournalFile::Missing,
                };
            }
            set
        })
        .collect();
    let child = |(set, name): (&BackupSet, &&str)| {
        Child::read(set, format!("{name}-journal").into_bytes(), &()).unwrap()
    };
    let children: Vec<Child> = sets.iter().zip(&story.databases).map(child).collect();
    let ties = Tie::all(&children);
    let reports = sets.iter().enumerate().map(|(number, set)| {
        let mut evidence = Evidence::gather(set, &()).unwrap();
        evidence.tied = Tied::of(&ties, &children, number);
        Report::new(&evidence)
    });
    reports.collect()
}

/// What SQLite leaves of the databases of a moment without its super-journal.
fn left(story: &JournalStory, moment: &Disk) -> Disk {
    let mut disk = moment.clone();
    disk.files.retain(|name, _| !name.contains("-mj"));
    let recording = record(&disk, Device::default(), || {
        for name in &story.databases {
            let ask = "SELECT count(*) FROM sqlite_schema";
            let database = open(name).unwrap();
            let _a_malformed_one_is_rolled_back_all_the_same =
                database.query_row(ask, [], |row| row.get::<_, i64>(0));
        }
    });
    recording.after
}

/// A transaction over several databases that is killed at any moment: with all files nothing is wrong that is not rolled
/// back; without the super-journal, where SQLite leaves the databases at different moments, they are not all called good.
#[test]
fn databases_that_are_left_at_different_moments_are_not_all_good() {
    let mut kinds: BTreeMap<String, u32> = BTreeMap::new();
    for story in journal_stories() {
        let names = &story.databases;
        if !story.name.contains("-databases-") {
            continue;
        }
        let before = story.recording.moments().next().unwrap();
        let after = &story.recording.after;
        for (number, moment) in story.recording.moments().enumerate() {
            let whole = together(&story, &moment, true);
            for report in &whole {
                let codes = support::codes(report, Severity::Warning);
                let known = ["SET202", "SJ204", "DB207"];
                let is_known = codes.iter().all(|code| known.contains(code));
                assert!(
                    is_known,
                    "{} at {number}: {:?}",
                    story.name, report.findings
                );
            }
            if !moment.files.keys().any(|name| name.contains("-mj")) {
                continue;
            }
            let without = together(&story, &moment, false);
            let left = left(&story, &moment);
            let is_of = |disk: &Disk| {
                names
                    .iter()
                    .all(|name| left.files[*name] == disk.files[*name])
            };
            let is_one = is_of(&before) || is_of(after);
            let good = [VerdictKind::Complete, VerdictKind::CompleteWithWal];
            let are_good = without.iter().all(|it| good.contains(&it.verdict.kind));
            assert!(is_one || !are_good, "{} at {number}", story.name);
            let mut words: Vec<&str> = without.iter().map(|it| it.verdict.words()).collect();
            words.dedup();
            *kinds
                .entry(format!("{words:?}, of one moment {is_one}"))
                .or_default() += 1;
        }
    }
    println!("{kinds:#?}");
    assert!(kinds["[\"hot journal\", \"torn\"], of one moment false"] > 5);
}
