//! The verdict beside the findings.

use super::*;

#[test]
fn a_sound_set_has_no_findings() {
    let report = check(Some(database(3)), Some(wal()));
    assert!(all(&report).is_empty(), "{:?}", report.findings);
    assert_eq!(report.verdict.kind, VerdictKind::CompleteWithWal);
}

#[test]
fn the_verdict_says_that_there_are_warnings() {
    let mut bytes = database(3);
    bytes[80] = 1;
    let report = check(Some(bytes.clone()), Some(wal()));
    assert_eq!(all(&report), ["DB205"]);
    let words = report.verdict.words();
    assert_eq!(words, "complete with its WAL, with warnings");
    let report = check(Some(bytes), Some(Vec::new()));
    assert_eq!(report.verdict.words(), "complete, with warnings");
    let report = check(Some(database(3)), Some(wal()));
    assert_eq!(report.verdict.words(), "complete with its WAL");
}

#[test]
fn a_set_that_changes() {
    let set = set(Some(database(3)), Some(wal()));
    let mut evidence = Evidence::gather(&set, &()).unwrap();
    for name in ["app.db", "app.db-wal"] {
        let how = "it became longer".to_owned();
        evidence.changes.push((name.to_owned(), how));
    }
    let report = Report::new(&evidence);
    assert_eq!(all(&report), ["SET001", "SET001"]);
    assert_eq!(range(&report, "SET001"), (0, 3 * PAGE as u64));
    assert_eq!(report.verdict.kind, VerdictKind::ChangedWhileReading);
}
