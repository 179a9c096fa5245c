//! What is said of rollback journals, and of databases whose journal was removed: no false alarm, and no byte that is wrong
//! is taken for a transaction.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot build its input fails"
)]

use std::collections::BTreeMap;
use std::path::Path;

use stillframe_check::{Report, Severity, VerdictKind};
use stillframe_format::PageNumber;
use stillframe_history::{BackupSet, Input, Rollback};
use stillframe_testkit::builder::{JournalStory, journal_stories};
use stillframe_testkit::oracle::Oracle;

mod support;

fn set(database: &[u8], journal: Option<&[u8]>) -> BackupSet {
    BackupSet {
        database: Some(Input::new("app.db", database.to_vec())),
        journal: journal.map(|journal| Input::new("app.db-journal", journal.to_vec())),
        ..BackupSet::default()
    }
}

/// Every database and its journal, of every `step`th moment of a story.
fn pairs(story: &JournalStory, step: usize) -> Vec<(Vec<u8>, Option<Vec<u8>>)> {
    let moments = story.recording.moments().step_by(step);
    let pairs = moments.flat_map(|moment| {
        let of = |name: &&str| {
            let journal = moment.files.get(&format!("{name}-journal")).cloned();
            Some((moment.files.get(*name)?.clone(), journal))
        };
        story.databases.iter().filter_map(of).collect::<Vec<_>>()
    });
    pairs.collect()
}

/// At whatever moment a process is killed, its journal is complete and its own.
#[test]
fn a_killed_process_leaves_no_damaged_journal() {
    let mut kinds: BTreeMap<&str, u32> = BTreeMap::new();
    for story in journal_stories() {
        for (database, journal) in pairs(&story, 7) {
            let report = support::report(&set(&database, journal.as_deref()));
            *kinds.entry(report.verdict.kind.words()).or_default() += 1;
            let codes = support::codes(&report, Severity::Warning);
            // A super-journal is not looked for here, and a new database is empty at first.
            let known = ["SET202", "SET207", "SJ102", "DB207"];
            let is_known = codes.iter().all(|code| known.contains(code));
            assert!(is_known, "{}: {:?}", story.name, report.findings);
        }
    }
    println!("{kinds:#?}");
    assert!(kinds["hot journal"] > 500 && kinds["aborted backup"] > 10);
}

/// At whatever moment a backup into a new file is given up: it is told from one that is whole, and not committed yet.
#[test]
fn a_backup_is_given_up_at_any_moment() {
    let oracle = Oracle::new();
    let mut kinds: BTreeMap<(String, bool), u32> = BTreeMap::new();
    let is_into = |name: &str| name.contains("-into-");
    for story in journal_stories().iter().filter(|it| is_into(&it.name)) {
        for moment in story.recording.moments() {
            let of = |name: &str| moment.files.get(name).filter(|it| !it.is_empty());
            let hot = of("copy.db-journal").filter(|it| it[0] == 0xd9);
            let Some((copy, journal)) = of("copy.db").zip(hot) else {
                continue;
            };
            let report = support::report(&set(copy, Some(journal)));
            let integrity = oracle.integrity(copy, None);
            let is_whole = integrity.is_ok_and(|found| found == ["ok"]);
            let kind = match is_whole {
                true => VerdictKind::HotJournal,
                false => VerdictKind::AbortedBackup,
            };
            let verdict = &report.verdict;
            assert_eq!(verdict.kind, kind, "{}: {verdict:?}", story.name);
            assert_eq!(verdict.rebuildable.contains("a sound database"), is_whole);
            let has_page_1 = copy.starts_with(b"SQLite");
            let said = report.findings[0].message.contains("page 1 counts");
            assert_eq!(said, has_page_1 && !is_whole, "{:?}", report.findings);
            let what = format!("{}, page 1 {has_page_1}", story.name);
            *kinds.entry((what, is_whole)).or_default() += 1;
        }
    }
    println!("{kinds:#?}");
    for (story, least) in [
        ("backup-into-nothing", 3),
        ("vacuum-into-5", 5),
        ("vacuum-into-2000", 20),
    ] {
        let aborted = (format!("{story}, page 1 true"), false);
        assert!(kinds.get(&aborted) >= Some(&least), "{story}");
        assert!(
            kinds.contains_key(&(format!("{story}, page 1 true"), true)),
            "{story}"
        );
    }
}

/// What is left where the journal is removed: whole in SQLite's eyes, or not.
#[test]
fn a_removed_journal_is_told_from_what_it_leaves() {
    let mut kinds: BTreeMap<String, u32> = BTreeMap::new();
    let (mut torn, mut damaged) = (0, 0);
    for story in journal_stories() {
        for (database, journal) in pairs(&story, 7) {
            let first = journal.and_then(|journal| journal.first().copied());
            if matches!(first, None | Some(0)) {
                continue;
            }
            let report = support::report(&set(&database, None));
            let codes = support::codes(&report, Severity::Error);
            let mut distinct = codes.clone();
            distinct.dedup();
            let kind = report.verdict.kind;
            *kinds
                .entry(format!("{}: {distinct:?}", kind.words()))
                .or_default() += 1;
            if !codes.is_empty() && kind != VerdictKind::AbortedBackup {
                damaged += 1;
                torn += u32::from(kind == VerdictKind::Torn);
            }
        }
    }
    println!("{torn} of {damaged} damaged are called torn: {kinds:#?}");
    // The rest shows in fewer places than a byte that is wrong may.
    assert!(torn * 100 > damaged * 85, "{torn} of {damaged}");
}

/// Each byte of sound databases, changed: what is wrong then is never taken for half a transaction.
#[test]
fn a_byte_that_is_wrong_is_no_transaction() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let (mut judged, mut damaged) = (0, 0);
    for name in [
        "good/auto-vacuum",
        "good/rollback-mode",
        "bad/SET202-hot-journal",
    ] {
        let sound = std::fs::read(root.join(name).join("app.db")).unwrap();
        let rolled_back = match std::fs::read(root.join(name).join("app.db-journal")) {
            Ok(journal) => stillframe_testkit::naive::roll_back(&sound, &journal),
            Err(_) => sound,
        };
        for at in 0..rolled_back.len() {
            for mask in [0x01, 0x14, 0xff] {
                let mut bytes = rolled_back.clone();
                bytes[at] ^= mask;
                let report = support::report(&set(&bytes, None));
                let what = format!("{name}, byte {at} ^ {mask:#x}: {:?}", report.verdict);
                let cut = support::codes(&report, Severity::Error);
                let is_by_size = cut.iter().any(|code| code.starts_with("DB1"));
                assert!(
                    is_by_size || report.verdict.kind != VerdictKind::Torn,
                    "{what}"
                );
                // The size in page 1 may be what is wrong: then both are said.
                let cause = report.verdict.cause.unwrap_or_default();
                let is_size = (28..32).contains(&at) && cause.contains("size in page 1");
                assert!(cause.is_empty() || is_size, "{what}");
                judged += 1;
                damaged += u32::from(!cut.is_empty());
            }
        }
    }
    println!("{damaged} of {judged} are damaged, and none is called torn");
    assert!(damaged > 5_000);
}

/// A database that grew in a transaction of which page 1 does not know yet, or one whose page 1 is wrong: both are said.
#[test]
fn pages_in_use_behind_the_size_in_page_1() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let folder = root.join("bad/SET202-hot-journal");
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let (found, journal) = (read("app.db"), read("app.db-journal"));
    let mut database = stillframe_testkit::naive::roll_back(&found, &journal);
    let pages = u32::try_from(database.len() / 512).unwrap();
    database[28..32].copy_from_slice(&(pages - 2).to_be_bytes());
    let verdict = support::report(&set(&database, None)).verdict;
    assert_eq!(verdict.kind, VerdictKind::Corrupt);
    let cause = verdict.cause.unwrap();
    assert!(cause.contains("the size in page 1 is damaged"), "{cause}");
    // In WAL mode no transaction writes to the file.
    database[18..20].fill(2);
    let verdict = support::report(&set(&database, None)).verdict;
    assert_eq!(verdict.cause, None);
}

/// Without syncing a journal counts no records: a last one that is not whole is what a crash leaves.
#[test]
fn an_unfinished_record_of_a_journal_that_counts_none() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let folder = root.join("bad/RJ102-records-missing");
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let (database, mut journal) = (read("app.db"), read("app.db-journal"));
    journal[8..12].fill(0xff);
    let codes = |journal: &[u8]| {
        let report = support::report(&set(&database, Some(journal)));
        assert_eq!(report.verdict.kind, kind(&report));
        let mut codes = support::codes(&report, Severity::Note);
        codes.retain(|code| *code != "BT901");
        codes
    };
    // What does not fit is not looked at.
    assert_eq!(codes(&journal), ["SET202"]);
    // The third record does not hold, and nothing is behind it.
    let mut unfinished = journal[..512 + 3 * 520].to_vec();
    let end = unfinished.len();
    unfinished[end - 40..].fill(0);
    assert_eq!(codes(&unfinished), ["RJ901", "SET202"]);
    // The second one does not hold, and the third one does.
    journal[512 + 520 + 4 + 112] ^= 0xff;
    assert_eq!(codes(&journal), ["RJ101"]);
}

fn fixture(name: &str) -> (Vec<u8>, Vec<u8>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let read = |file: &str| std::fs::read(folder.join(name).join(file)).unwrap();
    (read("app.db"), read("app.db-journal"))
}

/// SQLite takes the journal for whole where there is no room for another header; one that counts records was followed by
/// them.
#[test]
fn a_journal_that_ends_within_a_later_header() {
    let (database, journal) = fixture("bad/RJ104-segment-header-differs");
    let records = u32::from_be_bytes(journal[8..12].try_into().unwrap()) as usize;
    let second = (512 + records * 520).next_multiple_of(512);
    for length in [0, 11, 12, 13, 28, 511] {
        let report = support::report(&set(&database, Some(&journal[..second + length])));
        let is_said = support::codes(&report, Severity::Warning).contains(&"RJ102");
        assert_eq!(is_said, length >= 12, "{length}");
        if is_said {
            assert_eq!(report.verdict.kind, VerdictKind::Torn);
            let mut findings = report.findings.iter();
            let found = findings.find(|it| it.rule.code == "RJ102").unwrap();
            assert!(found.message.contains("ends within a header that counts"));
        }
    }
}

/// The first header says another size than the others: that field is damaged, and the journal the database's own. What lies in
/// the file is evidence.
#[test]
fn a_first_header_that_names_another_size_than_the_others() {
    let (mut judged, mut without_page_1) = (0, 0);
    for story in journal_stories() {
        for (database, journal) in pairs(&story, 11) {
            let Some(journal) = journal.filter(|it| headers(it).len() > 1) else {
                continue;
            };
            let size = u32::from_be_bytes(journal[16..20].try_into().unwrap());
            if size == 0 {
                continue;
            }
            let sound = support::report(&set(&database, Some(&journal)));
            assert_eq!(sound.verdict.kind, VerdictKind::HotJournal);
            for other in [0, 1, size - 1, size + 1, size * 2, u32::MAX] {
                if other == size {
                    continue;
                }
                let mut damaged = journal.clone();
                damaged[16..20].copy_from_slice(&other.to_be_bytes());
                let report = support::report(&set(&database, Some(&damaged)));
                let what = format!("{}, {size} to {other}: {:#?}", story.name, report.findings);
                let codes = support::codes(&report, Severity::Error);
                // A super-journal is not looked for here.
                let is_own = |code: &&&str| !["SJ102"].contains(code);
                assert_eq!(
                    codes.iter().filter(is_own).collect::<Vec<_>>(),
                    [&"RJ104"],
                    "{what}"
                );
                let message = &report.findings[0].message;
                assert!(
                    message.contains(&format!("it names {other}, and")),
                    "{message}"
                );
                assert!(message.contains(&format!("name {size};")), "{message}");
                assert_eq!(report.verdict.kind, VerdictKind::HotJournal, "{what}");
                let next = report.verdict.next.unwrap_or_default();
                assert!(
                    next.ends_with("--ignore-journal -o evidence.db"),
                    "{what} {next}"
                );
                judged += 1;
            }
            let rollback = Rollback::read(&set(&database, Some(&journal)), &()).unwrap();
            without_page_1 += u32::from(rollback.record(PageNumber::FIRST).is_none());
        }
    }
    println!("{judged} judged, {without_page_1} journals without page 1");
    assert!(judged > 100 && without_page_1 > 10);
}

/// Where as many headers name one size as another, page 1 decides, and where that speaks for none, nothing is said of which.
#[test]
fn as_many_headers_name_one_size_as_another() {
    let (database, mut journal) = fixture("bad/RJ104-segment-header-differs");
    let third = headers(&journal)[2];
    journal.truncate(third);
    let said = |database: &[u8], journal: &[u8]| {
        let report = support::report(&set(database, Some(journal)));
        let mut findings = report.findings.iter();
        let found = findings.find(|it| it.rule.code == "RJ104").unwrap();
        found.message.clone()
    };
    let message = said(&database, &journal);
    assert!(message.starts_with("a later header"), "{message}");
    let second = headers(&journal)[1];
    journal.copy_within(16..20, second + 16);
    journal[19] += 1;
    let message = said(&database, &journal);
    assert!(
        message.contains("the other one and page 1 name 15;"),
        "{message}"
    );

    let stories = journal_stories();
    let one = |story: &&JournalStory| story.databases.len() == 1;
    let sets: Vec<_> = stories
        .iter()
        .filter(one)
        .flat_map(|story| pairs(story, 3))
        .collect();
    let mut by_page_1 = [0, 0];
    for (database, journal) in &sets {
        let Some(mut journal) = journal.clone() else {
            continue;
        };
        let rollback = Rollback::read(&set(database, Some(&journal)), &()).unwrap();
        let size = rollback.initial_size().unwrap_or_default();
        let has_page_1 = rollback.record(PageNumber::FIRST).is_some();
        match headers(&journal)[..] {
            // By a first header of 0 no record is one that counts: page 1 is read of the journal all the same.
            [_, _] if has_page_1 && size > 0 => {
                journal[16..20].fill(0);
                let mut other = database.clone();
                other[31] ^= 0x40;
                let message = said(&other, &journal);
                assert!(message.contains("it names 0, and"), "{message}");
                assert!(message.contains(&format!("name {size};")), "{message}");
                by_page_1[0] += u32::from(message.contains("the other one and page 1 name"));
            }
            [_, second, _, _] if size > 0 => {
                journal[18] ^= 0x40;
                journal.copy_within(16..20, second + 16);
                let message = said(database, &journal);
                assert!(message.contains(&format!("name {size};")), "{message}");
                by_page_1[1] += u32::from(message.contains("2 of 4 headers and page 1 name"));
            }
            _ => {}
        }
    }
    assert!(by_page_1.iter().all(|&count| count > 0), "{by_page_1:?}");
}

/// The name of a super-journal is the last thing that is written: what ends with it was not cut.
#[test]
fn a_journal_with_the_name_of_a_super_journal_is_whole() {
    let mut named = 0;
    let stories = journal_stories();
    for story in stories.iter().filter(|story| story.databases.len() > 1) {
        for (database, journal) in pairs(story, 7) {
            let rollback = Rollback::read(&set(&database, journal.as_deref()), &()).unwrap();
            if rollback.super_journal().is_some() {
                assert!(!rollback.ends_between_segments(), "{}", story.name);
                named += 1;
            }
        }
    }
    assert!(named > 10, "{named}");
}

/// Where the headers of a journal stand, by their magic.
fn headers(journal: &[u8]) -> Vec<usize> {
    let magic = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];
    let sectors = (0..journal.len()).step_by(512);
    sectors
        .filter(|&at| journal[at..].starts_with(&magic) && journal[at + 8..at + 12] != [0; 4])
        .collect()
}

/// SQLite takes a journal for whole that was cut just before a header. What it leaves is said to be that where it is not sound,
/// and nothing of it where it is.
#[test]
fn a_journal_that_is_cut_between_two_segments() {
    let mut kinds: BTreeMap<String, u32> = BTreeMap::new();
    let stories = journal_stories();
    let one = |story: &&JournalStory| story.databases.len() == 1;
    for story in stories.iter().filter(one) {
        for (database, journal) in pairs(story, 23) {
            let Some(journal) = journal else { continue };
            let ends = headers(&journal).into_iter().skip(1).step_by(5);
            for cut in ends.flat_map(|at| [at, at - 1, at + 11]) {
                let report = support::report(&set(&database, Some(&journal[..cut])));
                let codes = support::codes(&report, Severity::Error);
                let verdict = report.verdict;
                let is_said = verdict
                    .cause
                    .is_some_and(|it| it.contains("cut between two segments"));
                assert_eq!(is_said, verdict.kind == VerdictKind::Torn, "{codes:?}");
                assert!(
                    !is_said || (codes.len() > 1 && verdict.next.is_none()),
                    "{codes:?}"
                );
                *kinds
                    .entry(format!("{} {codes:?}", verdict.kind.words()))
                    .or_default() += 1;
            }
        }
    }
    println!("{kinds:#?}");
    let of = |kind: VerdictKind| {
        let of = |(what, _): &(&String, &u32)| what.starts_with(kind.words());
        kinds.iter().filter(of).map(|(_, count)| count).sum::<u32>()
    };
    // Elsewhere a page is none for other reasons, too.
    let (torn, corrupt) = (of(VerdictKind::Torn), of(VerdictKind::Corrupt));
    assert!(torn > 100 && torn > 50 * corrupt, "{torn}, {corrupt}");
}

/// Its checksum holds: the number of the page is no part of it.
#[test]
fn a_record_of_the_page_of_another_one_or_of_none() {
    let (database, journal) = fixture("bad/RJ102-records-missing");
    let record = |number: usize| 512 + (number - 1) * 520;
    let said = |journal: &[u8]| {
        let report = support::report(&set(&database, Some(journal)));
        let finding = report.findings.iter().find(|it| it.rule.code == "RJ108");
        finding.map(|it| it.message.clone()).unwrap_or_default()
    };
    assert_eq!(said(&journal), "");
    let mut twice = journal.clone();
    twice.copy_within(record(2)..record(2) + 4, record(3));
    let message = said(&twice);
    assert!(
        message.contains("record 3 is of the same page"),
        "{message}"
    );
    let mut behind = journal.clone();
    behind[record(3) + 1] = 1;
    let message = said(&behind);
    assert!(
        message.contains("pages before the transaction"),
        "{message}"
    );
    // What is left over behind a header that counts nothing is passed over in the same way, and is another nonce's.
    behind[8..12].fill(0xff);
    behind[record(3) + 4 + 112] ^= 1;
    assert_eq!(said(&behind), "");
}

fn kind(report: &Report) -> VerdictKind {
    match report.findings[0].rule.code {
        "RJ101" => VerdictKind::Torn,
        _ => VerdictKind::HotJournal,
    }
}

/// The stories of the fixtures end as they are told.
#[test]
fn the_verdicts_of_the_stories() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    for (story, kind, cause) in [
        ("bad/SET202-hot-journal", VerdictKind::HotJournal, None),
        ("sets/half-a-transaction", VerdictKind::HotJournal, None),
        (
            "sets/journal-removed",
            VerdictKind::Torn,
            Some("app.db-journal, which would roll it back, is not here"),
        ),
        (
            "sets/page-writes-lost",
            VerdictKind::Corrupt,
            Some("cannot be told from this file"),
        ),
        (
            "bad/SET207-aborted-backup",
            VerdictKind::AbortedBackup,
            None,
        ),
        (
            "bad/SET207-aborted-vacuum-into",
            VerdictKind::AbortedBackup,
            None,
        ),
        (
            "bad/SET207-aborted-vacuum-into-at-the-end",
            VerdictKind::AbortedBackup,
            None,
        ),
        (
            "bad/SET207-aborted-backup-alone",
            VerdictKind::AbortedBackup,
            None,
        ),
        (
            "bad/RJ201-foreign-journal",
            VerdictKind::ForeignJournal,
            None,
        ),
        (
            "bad/RJ203-journal-breaks-database",
            VerdictKind::ForeignJournal,
            None,
        ),
        (
            "sets/two-databases-without-super-journal",
            VerdictKind::HotJournal,
            None,
        ),
        (
            "bad/SHM206-frames-missing",
            VerdictKind::ProvenIncomplete,
            None,
        ),
        (
            "bad/SHM204-checkpoint-skipped-frames",
            VerdictKind::CheckpointSkippedFrames,
            None,
        ),
        (
            "good/wal-index-all-checkpointed",
            VerdictKind::Complete,
            None,
        ),
        ("good/wal-index-after-a-visit", VerdictKind::Complete, None),
        ("good/persisted-journal", VerdictKind::Complete, None),
        ("good/truncated-journal", VerdictKind::Complete, None),
    ] {
        let report = support::report(&support::set(&root.join(story), "app.db"));
        let verdict = &report.verdict;
        assert_eq!(verdict.kind, kind, "{story}");
        match (cause, &verdict.cause) {
            (Some(part), Some(said)) => assert!(said.contains(part), "{story}: {said}"),
            (expected, said) => assert_eq!(said.as_deref(), expected, "{story}"),
        }
    }
}
