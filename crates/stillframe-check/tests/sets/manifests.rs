//! Sets against what was recorded of them.

use stillframe_manifest::{SetRecord, compare};

use super::*;

/// What is said of a set that was recorded as another one was.
fn against(recorded: &BackupSet, set: &BackupSet) -> Report {
    let record = SetRecord::of("app.db", recorded, &()).unwrap();
    let mut evidence = Evidence::gather(set, &()).unwrap();
    evidence.recorded = Some(compare(&record, set, &()).unwrap());
    Report::new(&evidence)
}

/// The same WAL with so many of its four commits.
fn cut(commits: usize) -> Vec<u8> {
    wal()[..32 + commits * SLOT].to_vec()
}

#[test]
fn what_was_recorded_is_complete() {
    let recorded = set(Some(database(3)), Some(wal()));
    let report = against(&recorded, &recorded);
    assert_eq!(all(&report), ["MF901"]);
    assert_eq!(report.verdict.kind, VerdictKind::CompleteWithWal);
    let message = &report.findings[0].message;
    assert!(message.ends_with("and so is every file"), "{message}");
}

/// A database in WAL mode without a WAL may lack one; of one that was recorded so it is known that it does not.
#[test]
fn a_manifest_proves_that_nothing_is_missing() {
    let mut checkpointed = database(3);
    checkpointed[PAGE..2 * PAGE].fill(4);
    let recorded = set(Some(database(3)), Some(wal()));
    let alone = set(Some(checkpointed), None);
    let unknown = support::report(&alone).verdict.kind;
    assert_eq!(unknown, VerdictKind::ConsistentCompletenessUnknown);
    let report = against(&recorded, &alone);
    assert_eq!(report.verdict.kind, VerdictKind::Complete);
    let finding = report.findings.iter().find(|it| it.rule.code == "MF901");
    let message = &finding.unwrap().message;
    assert!(
        message.ends_with("although the database file is another file, the -wal is not here"),
        "{message}"
    );
}

#[test]
fn missing_commits_are_told() {
    let recorded = set(Some(database(3)), Some(wal()));
    for (wal, said) in [
        (None, "the WAL with 4 commits is not here"),
        (Some(cut(1)), "the WAL lacks the last 3 commits"),
        (Some(cut(3)), "the WAL lacks the last 1 commit"),
    ] {
        let report = against(&recorded, &set(Some(database(3)), wal));
        assert_eq!(report.verdict.kind, VerdictKind::ProvenIncomplete);
        let finding = report.findings.iter().find(|it| it.rule.code == "MF101");
        let message = &finding.unwrap().message;
        assert!(message.starts_with(said), "{message}");
        assert!(message.contains("what differs is page 2"), "{message}");
    }
}

#[test]
fn another_database_is_told() {
    let recorded = set(Some(database(3)), None);
    let mut other = database(3);
    other[PAGE + 7] ^= 1;
    let report = against(&recorded, &set(Some(other), None));
    assert_eq!(all(&report).first(), Some(&"MF102"));
    assert_eq!(report.verdict.kind, VerdictKind::NotAsRecorded);
    assert_eq!(range(&report, "MF102"), (PAGE as u64, 2 * PAGE as u64));
    // What is damaged is called so.
    let mut damaged = database(3);
    damaged[100] = 99;
    let report = against(&recorded, &set(Some(damaged), None));
    assert!(all(&report).contains(&"MF102"));
    assert_eq!(report.verdict.kind, VerdictKind::Corrupt);
    // So is one that SQLite would not have.
    let report = against(&recorded, &set(Some(vec![7; 3 * PAGE]), None));
    assert!(all(&report).contains(&"MF102"), "{:?}", all(&report));
}

#[test]
fn a_set_that_went_on_is_told() {
    let recorded = set(Some(database(3)), Some(cut(2)));
    let report = against(&recorded, &set(Some(database(3)), Some(wal())));
    assert_eq!(all(&report), ["MF201"]);
    assert_eq!(report.verdict.kind, VerdictKind::CompleteWithWal);
    let message = &report.findings[0].message;
    assert!(
        message.starts_with("the WAL has 2 more commits since"),
        "{message}"
    );
    let page = [9; PAGE];
    let reset = wal_of(3, &[(3, 3, &page)]);
    let report = against(&recorded, &set(Some(database(3)), Some(reset)));
    let finding = report.findings.iter().find(|it| it.rule.code == "MF201");
    let message = &finding.unwrap().message;
    assert!(
        message.starts_with("the WAL has been begun anew 2 times since"),
        "{message}"
    );
}
