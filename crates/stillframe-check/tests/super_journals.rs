//! What is said of databases that one transaction changed, checked together, at whatever moment it was killed.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot build its input fails"
)]

use std::collections::BTreeMap;

use stillframe_check::{Evidence, Report, Severity, Tied, VerdictKind, is_damaged_by_half};
use stillframe_history::{
    BackupSet, Child, Input, Listing, SuperJournalFile, SuperJournalName, Tie,
};
use stillframe_testkit::builder::{JournalStory, journal_stories};
use stillframe_testkit::recorder::{Device, Disk, open, record};

mod support;

/// The databases of a moment, checked together; with the super-journal or without it.
fn together(story: &JournalStory, moment: &Disk, with_super_journal: bool) -> Vec<Report> {
    let mut disk = moment.clone();
    let is_left = |name: &str| with_super_journal || !name.contains("-mj");
    disk.files.retain(|name, _| is_left(name));
    checked(story, &disk)
}

/// The databases of a disk, checked together as the command does it.
fn checked(story: &JournalStory, disk: &Disk) -> Vec<Report> {
    let input = |name: &str| Some(Input::new(name, disk.files.get(name)?.clone()));
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
                set.super_journal_list = input(&named);
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
    let mut children: Vec<Child> = sets.iter().zip(&story.databases).map(child).collect();
    let lists = disk.files.keys().filter(|name| name.contains("-mj"));
    let listing = |name: &String| Listing::read(&input(name)?, name.clone().into_bytes()).unwrap();
    let listings: Vec<Listing> = lists.filter_map(listing).collect();
    let ties = Tie::all(&children, &listings);
    for child in ties.iter().flat_map(Tie::to_be_looked_into) {
        if is_damaged_by_half(&sets[child], None, &()).unwrap() {
            children[child].tell_damaged();
        }
    }
    let ties = Tie::all(&children, &listings);
    let reports = sets.iter().enumerate().map(|(number, set)| {
        let mut evidence = Evidence::gather(set, &()).unwrap();
        evidence.tied = Tied::of(&ties, &children, number);
        Report::new(&evidence)
    });
    reports.collect()
}

/// What SQLite leaves of the databases of a moment without its super-journal.
fn left_without_super_journal(story: &JournalStory, moment: &Disk) -> Disk {
    let mut disk = moment.clone();
    disk.files.retain(|name, _| !name.contains("-mj"));
    left(story, &disk)
}

/// What SQLite leaves of the databases of a disk.
fn left(story: &JournalStory, disk: &Disk) -> Disk {
    let recording = record(disk, Device::default(), || {
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
            let left = left_without_super_journal(&story, &moment);
            let is_of = |disk: &Disk| {
                names
                    .iter()
                    .all(|name| left.files[*name] == disk.files[*name])
            };
            let is_one = is_of(&before) || is_of(after);
            let good = [VerdictKind::Complete, VerdictKind::CompleteWithWal];
            let are_good = without.iter().all(|it| good.contains(&it.verdict.kind));
            assert!(is_one || !are_good, "{} at {number}", story.name);
            // What one of them shows of the transaction is said of the others.
            let has =
                |report: &Report, code| support::codes(report, Severity::Note).contains(&code);
            let is_shown = without
                .iter()
                .any(|it| has(it, "SJ101") || has(it, "SJ201"));
            let is_called_committed = without.iter().any(|it| has(it, "SJ903"));
            assert!(
                !is_shown || !is_called_committed,
                "{} at {number}",
                story.name
            );
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

/// Whichever journals the copy leaves out: where the super-journal is there and SQLite leaves the databases otherwise than as
/// they were before, one of them is not called good; and one that is damaged is called torn, not corrupt.
#[test]
fn with_the_super_journal_databases_without_their_journals_are_not_good() {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    let mut turn = 0_u32;
    for story in journal_stories() {
        let names = &story.databases;
        if !story.name.contains("-databases-") {
            continue;
        }
        let before = story.recording.moments().next().unwrap();
        for (number, moment) in story.recording.moments().enumerate() {
            let is_list = |(name, list): (&String, &Vec<u8>)| {
                name.contains("-mj")
                    && list.iter().filter(|byte| **byte == 0).count() == names.len()
            };
            if !moment.files.iter().any(is_list) {
                continue;
            }
            // Each moment with other journals left out.
            turn += 1;
            let lost = turn % (1 << names.len());
            let mut disk = moment.clone();
            for (bit, name) in names.iter().enumerate() {
                if lost & (1 << bit) != 0 {
                    disk.files.remove(&format!("{name}-journal"));
                }
            }
            let what = format!("{} at {number}, lost {lost:b}", story.name);
            let left = left(&story, &disk);
            let is_before = names
                .iter()
                .all(|name| left.files[*name] == before.files[*name]);
            let reports = checked(&story, &disk);
            let good = [VerdictKind::Complete, VerdictKind::CompleteWithWal];
            let are_good = reports.iter().all(|it| good.contains(&it.verdict.kind));
            assert!(is_before || !are_good, "{what}");
            for (bit, report) in reports.iter().enumerate() {
                let kind = report.verdict.kind;
                if lost & (1 << bit) == 0
                    || !moment
                        .files
                        .contains_key(&format!("{}-journal", names[bit]))
                {
                    continue;
                }
                let codes = support::codes(report, Severity::Warning);
                assert!(codes.contains(&"SJ202"), "{what}: {codes:?}");
                let is_known = [
                    VerdictKind::Torn,
                    VerdictKind::ConsistentCompletenessUnknown,
                ]
                .contains(&kind);
                assert!(is_known, "{what}: {kind:?} {codes:?}");
                *counts.entry(format!("{kind:?}")).or_default() += 1;
            }
        }
    }
    println!("{counts:#?}");
    assert!(counts["Torn"] > 100 && counts["ConsistentCompletenessUnknown"] > 100);
}

/// A database whose super-journal is in a folder that nobody knows is no more damaged than one whose super-journal is known to
/// be gone: the file is looked into as it lies there, which is how SQLite leaves it.
#[test]
fn a_super_journal_that_is_not_known_damages_nothing() {
    let (mut looked, mut damaged) = (0, 0);
    for story in journal_stories() {
        for moment in story.recording.moments() {
            for name in &story.databases {
                let input = |name: &str| Some(Input::new(name, moment.files.get(name)?.clone()));
                let half = |super_journal| {
                    let set = BackupSet {
                        database: input(name),
                        journal: input(&format!("{name}-journal")),
                        super_journal,
                        ..BackupSet::default()
                    };
                    let is_named = SuperJournalName::of(&set).unwrap().is_some();
                    is_named.then(|| is_damaged_by_half(&set, None, &()).unwrap())
                };
                let Some(is_damaged) = half(SuperJournalFile::Missing) else {
                    continue;
                };
                assert_eq!(half(SuperJournalFile::Unknown), Some(is_damaged), "{name}");
                looked += 1;
                damaged += usize::from(is_damaged);
            }
        }
    }
    assert!(
        looked > 100 && damaged > 0 && damaged < looked,
        "{damaged} of {looked}"
    );
}
