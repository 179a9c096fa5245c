//! What is expected of sets, what is accepted of them, and what the verdict makes of that.

use std::time::Duration;

use stillframe_check::Terms;
use stillframe_policy::{
    Age, Baseline, Expectation, Judged, Judgement, Measured, Outcome, Time, Undecided,
};

use super::*;

fn on_terms(set: &BackupSet, judged: Option<Judged>, terms: Terms) -> Report {
    let mut evidence = Evidence::gather(set, &()).unwrap();
    evidence.judged = judged;
    Report::on_terms(&evidence, 100, terms)
}

fn expecting(set: &BackupSet, judged: Judged) -> Report {
    on_terms(set, Some(judged), Terms::default())
}

fn outcome(judgement: Judgement) -> Judged {
    Judged {
        outcomes: vec![Outcome {
            expectation: Expectation::parse("users >= 1000").unwrap(),
            judgement,
        }],
        ..Judged::default()
    }
}

fn aged(newest: Option<&str>) -> Judged {
    let time = |text| Time::parse(text).unwrap();
    let most = Duration::from_secs(26 * 3600);
    Judged {
        age: Some(Age::of(newest.map(time), time("2026-09-20 12:00"), most)),
        ..Judged::default()
    }
}

fn severities(severities: &[(&'static str, Severity)]) -> Terms {
    Terms {
        severities: severities.iter().copied().collect(),
        ..Terms::default()
    }
}

/// A database whose first page is no page of a b-tree.
fn damaged() -> BackupSet {
    let mut damaged = database(3);
    damaged[100] = 99;
    set(Some(damaged), Some(wal()))
}

fn message<'r>(report: &'r Report, code: &str) -> &'r str {
    let mut findings = report.findings.iter();
    &findings.find(|it| it.rule.code == code).unwrap().message
}

#[test]
fn what_is_not_as_expected_is_no_damage() {
    let sound = set(Some(database(3)), Some(wal()));
    for (judged, code, said) in [
        (
            outcome(Judgement::NotMet(Measured::Count(981))),
            "EX101",
            "it has 981 rows",
        ),
        (
            outcome(Judgement::Undecided(Undecided::View)),
            "EX102",
            "users is a view",
        ),
        (
            aged(None),
            "EX102",
            "it is not known when its files were written",
        ),
        (
            aged(Some("2026-09-18 12:00")),
            "EX103",
            "at 2026-09-18T12:00:00Z, 2 days before 2026-09-20T12:00:00Z",
        ),
    ] {
        let report = expecting(&sound, judged.clone());
        assert_eq!(all(&report), [code]);
        assert_eq!(report.verdict.kind, VerdictKind::NotAsExpected);
        assert_eq!(report.verdict.words(), "not as expected");
        assert!(
            message(&report, code).contains(said),
            "{}",
            message(&report, code)
        );
        // What is damaged is called so, whatever is expected.
        let report = expecting(&damaged(), judged);
        assert!(all(&report).contains(&code));
        assert_eq!(report.verdict.kind, VerdictKind::Corrupt);
    }
}

#[test]
fn what_is_as_expected_is_noted() {
    let sound = set(Some(database(3)), Some(wal()));
    for judged in [
        outcome(Judgement::Met(Measured::Count(1000))),
        aged(Some("2026-09-20 03:00")),
    ] {
        let report = expecting(&sound, judged);
        assert_eq!(all(&report), ["EX901"]);
        assert_eq!(report.verdict.words(), "complete with its WAL");
    }
    let report = expecting(&sound, aged(Some("2026-09-21")));
    assert_eq!(all(&report), ["EX106", "EX901"]);
}

#[test]
fn a_wal_that_must_be_there_is_missed() {
    let required = || Judged {
        requires_wal: true,
        ..Judged::default()
    };
    let report = expecting(&set(Some(database(3)), None), required());
    assert!(all(&report).contains(&"EX104"));
    assert_eq!(report.verdict.kind, VerdictKind::NotAsExpected);
    let mut rollback = database(3);
    rollback[18..20].copy_from_slice(&[1, 1]);
    for sound in [
        set(Some(database(3)), Some(wal())),
        set(Some(database(3)), Some(Vec::new())),
        set(Some(rollback), None),
    ] {
        assert!(!all(&expecting(&sound, required())).contains(&"EX104"));
    }
}

#[test]
fn severities_are_those_that_are_asked_for() {
    let plain = on_terms(&damaged(), None, Terms::default());
    let code = all(&plain)[0];
    // Made less of, it does not count; the word says that something was.
    let report = on_terms(&damaged(), None, severities(&[(code, Severity::Note)]));
    assert_eq!((report.counts.errors, report.counts.warnings), (0, 0));
    assert_eq!(
        report.verdict.words(),
        "complete with its WAL, with findings set aside"
    );
    assert_eq!(report.verdict.sqlite_shows, plain.verdict.sqlite_shows);
    let report = on_terms(&damaged(), None, severities(&[(code, Severity::Warning)]));
    assert_eq!((report.counts.errors, report.counts.warnings), (0, 1));
    assert_eq!(
        report.verdict.words(),
        "complete with its WAL, with warnings"
    );
    // Made more of, it is no damage.
    let alone = set(Some(database(3)), None);
    let report = on_terms(&alone, None, severities(&[("SET901", Severity::Error)]));
    assert_eq!(report.counts.errors, 1);
    assert_eq!(report.verdict.kind, VerdictKind::NotAsExpected);
    let report = on_terms(&alone, None, severities(&[("SET901", Severity::Warning)]));
    let unknown = VerdictKind::ConsistentCompletenessUnknown;
    assert_eq!(report.verdict.kind, unknown);
    assert_eq!(report.counts.warnings, 1);
    let report = on_terms(
        &alone,
        None,
        Terms {
            allows_unknown: true,
            ..Terms::default()
        },
    );
    assert_eq!((report.counts.notes, report.counts.accepted), (0, 1));
    assert_eq!(
        (report.accepted[0].rule.code, report.verdict.kind),
        ("SET901", unknown)
    );
    // It is a doubt that is accepted, and no damage.
    let report = on_terms(
        &damaged(),
        None,
        Terms {
            allows_unknown: true,
            ..Terms::default()
        },
    );
    assert_eq!((report.counts.errors, report.counts.accepted), (1, 0));
}

#[test]
fn what_is_accepted_counts_for_nothing() {
    let wants_marks = Terms {
        marks: Some(Severity::Warning),
        ..Terms::default()
    };
    let report = on_terms(&damaged(), None, wants_marks);
    assert_eq!((report.marks.len(), report.counts.errors), (1, 1));
    let mut baseline = Baseline::default();
    let mark = report.marks[0].clone();
    baseline.add("app.db", mark.clone(), 2);
    let accepting = |baseline: &Baseline| Terms {
        accepting: baseline.of_set("app.db"),
        marks: Some(Severity::Warning),
        ..Terms::default()
    };
    let report = on_terms(&damaged(), None, accepting(&baseline));
    assert_eq!((report.counts.errors, report.counts.accepted), (0, 1));
    assert_eq!(report.accepted.len(), 1);
    assert_eq!(report.marks, std::slice::from_ref(&mark));
    assert_eq!(
        report.verdict.words(),
        "complete with its WAL, with findings set aside"
    );
    // It was found twice once.
    assert_eq!(all(&report), ["EX903"]);
    assert!(message(&report, "EX903").ends_with("which is not found"));
    let terms = Terms {
        severities: severities(&[("EX903", Severity::Warning)]).severities,
        ..accepting(&baseline)
    };
    assert_eq!(on_terms(&damaged(), None, terms).counts.warnings, 1);
    // In another place it is another finding.
    let mut other = Baseline::default();
    other.add(
        "app.db",
        stillframe_policy::Mark {
            bytes: Some((1, 2)),
            ..mark
        },
        1,
    );
    let report = on_terms(&damaged(), None, accepting(&other));
    assert_eq!((report.counts.errors, report.counts.accepted), (1, 0));
    assert_eq!(report.verdict.kind, VerdictKind::Corrupt);
}

/// Neither can be written into a baseline, nor accepted by one that was made by hand.
#[test]
fn what_is_expected_is_not_accepted() {
    let sound = set(Some(database(3)), Some(wal()));
    let judged = || outcome(Judgement::NotMet(Measured::Count(0)));
    let mut baseline = Baseline::default();
    let mark = stillframe_policy::Mark {
        rule: "EX101".to_owned(),
        file: "database".to_owned(),
        part: "file".to_owned(),
        bytes: None,
        begins: None,
        least_length: None,
    };
    baseline.add("app.db", mark, 9);
    let terms = Terms {
        accepting: baseline.of_set("app.db"),
        marks: Some(Severity::Note),
        ..Terms::default()
    };
    let report = on_terms(&sound, Some(judged()), terms);
    assert_eq!((report.counts.errors, report.counts.accepted), (1, 0));
    assert!(report.marks.is_empty(), "{:?}", report.marks);
    assert_eq!(report.verdict.kind, VerdictKind::NotAsExpected);
}

/// Behind damage that is accepted rows are not checked: that is said, and is no green.
#[test]
fn what_keeps_rows_from_being_checked_is_not_accepted_in_silence() {
    let case = stillframe_testkit::cases::all();
    let case = case
        .iter()
        .find(|case| case.path == "bad/BT107-fragmentation-mismatch");
    let damaged = set(case.unwrap().file("app.db").map(<[u8]>::to_vec), None);
    let wants_marks = Terms {
        marks: Some(Severity::Warning),
        ..Terms::default()
    };
    let report = on_terms(&damaged, None, wants_marks);
    assert_eq!(support::codes(&report, Severity::Error), ["BT107"]);
    let mut baseline = Baseline::default();
    baseline.add("app.db", report.marks[0].clone(), 1);
    let accepting = || Terms {
        accepting: baseline.of_set("app.db"),
        ..Terms::default()
    };
    let lowered = severities(&[("BT107", Severity::Note)]);
    for terms in [accepting(), lowered] {
        let report = on_terms(&damaged, None, terms);
        assert_eq!(report.counts.errors, 1);
        assert!(message(&report, "EX105").contains("rows of orders"));
        assert_eq!(report.verdict.kind, VerdictKind::NotAsExpected);
    }
    // What is set aside of anything else hides nothing.
    let report = on_terms(&damaged, None, severities(&[("SET901", Severity::Warning)]));
    assert!(!all(&report).contains(&"EX105"));
    // Whoever wants it so can have it.
    let report = on_terms(
        &damaged,
        None,
        Terms {
            severities: severities(&[("EX105", Severity::Note)]).severities,
            ..accepting()
        },
    );
    assert_eq!((report.counts.errors, report.counts.accepted), (0, 1));
    assert!(all(&report).contains(&"EX105"));
}
