//! Encrypted databases that were cut: no header counts their pages.

use stillframe_check::Terms;
use stillframe_policy::Baseline;
use stillframe_testkit::builder::Seed;

use super::*;

/// The files of a case.
fn case(path: &str) -> (Vec<u8>, Option<Vec<u8>>) {
    let cases = stillframe_testkit::cases::all();
    let case = cases.iter().find(|case| case.path == path).unwrap();
    let file = |name| case.file(name).map(<[u8]>::to_vec);
    (file("app.db").unwrap(), file("app.db-wal"))
}

fn checked(database: &[u8], wal: Option<&[u8]>, baseline: Option<&Baseline>) -> Report {
    let set = set(Some(database.to_vec()), wal.map(<[u8]>::to_vec));
    let evidence = Evidence::gather(&set, &()).unwrap();
    let terms = Terms {
        accepting: baseline.map_or_else(Default::default, |it| it.of_set("app.db")),
        marks: Some(Severity::Warning),
        ..Terms::default()
    };
    Report::on_terms(&evidence, 100, terms)
}

fn accepted(report: &Report) -> Baseline {
    let mut baseline = Baseline::default();
    for mark in &report.marks {
        baseline.add("app.db", mark.clone(), 1);
    }
    baseline
}

/// One that grew is accepted as before; of one that is shorter by whole pages nothing else tells.
#[test]
fn a_baseline_accepts_an_encrypted_file_of_its_length_or_more() {
    let whole = Seed(9).bytes(40 * 4096);
    let baseline = accepted(&checked(&whole, None, None));
    let grown = [&whole[..], &Seed(10).bytes(4096)].concat();
    for (bytes, errors) in [
        (&whole[..], 0),
        (&grown, 0),
        (&whole[..39 * 4096], 1),
        (&whole[..whole.len() - 512], 1),
    ] {
        let report = checked(bytes, None, Some(&baseline));
        assert_eq!(report.counts.errors, errors, "{} bytes", bytes.len());
    }
}

/// But where the WAL holds that page: then what is left of it is not read.
#[test]
fn the_last_page_of_an_encrypted_file_that_is_cut_is_told() {
    for (path, has_wal, is_told) in [
        ("sets/encrypted", true, false),
        ("sets/encrypted", false, true),
        ("sets/encrypted-with-wal", true, true),
        ("bad/DB007-header-in-clear", false, true),
        ("bad/DB007-magic-in-clear", false, true),
    ] {
        let (whole, wal) = case(path);
        let wal = wal.filter(|_| has_wal);
        let report = checked(&whole, wal.as_deref(), None);
        assert_eq!(support::codes(&report, Severity::Error), ["DB007"]);
        let baseline = accepted(&report);
        for lost in [1, 100, 511] {
            let cut = &whole[..whole.len() - lost];
            let report = checked(cut, wal.as_deref(), Some(&baseline));
            let codes = support::codes(&report, Severity::Error);
            let expected = if is_told {
                &["DB007", "DB103"][..]
            } else {
                &["DB007"]
            };
            assert_eq!(codes, expected, "{path} without {lost} bytes");
        }
    }
}

/// Random bytes in place of the database are none that was accepted; and a severity in place of a baseline, which any such bytes
/// would pass, hides what is in it.
#[test]
fn what_begins_otherwise_is_not_the_encrypted_file_that_was_accepted() {
    for path in [
        "sets/encrypted",
        "sets/encrypted-with-wal",
        "bad/DB007-header-in-clear",
    ] {
        let (whole, wal) = case(path);
        let baseline = accepted(&checked(&whole, wal.as_deref(), None));
        let report = checked(&whole, wal.as_deref(), Some(&baseline));
        assert_eq!(
            (report.counts.errors, report.counts.accepted),
            (0, 1),
            "{path}"
        );
        let random = Seed(11).bytes(whole.len());
        let report = checked(&random, wal.as_deref(), Some(&baseline));
        assert!(
            support::codes(&report, Severity::Error).contains(&"DB007"),
            "{path}"
        );
    }
    let (whole, wal) = case("sets/encrypted-with-wal");
    let set = set(Some(whole), wal);
    let evidence = Evidence::gather(&set, &()).unwrap();
    let lowered = |codes: &[&'static str]| Terms {
        severities: codes.iter().map(|&code| (code, Severity::Note)).collect(),
        ..Terms::default()
    };
    let report = Report::on_terms(&evidence, 100, lowered(&["DB007"]));
    let errors = report.findings.iter();
    let errors = errors.filter(|finding| finding.severity == Severity::Error);
    let errors: Vec<&str> = errors.map(|finding| finding.rule.code).collect();
    assert_eq!(errors, ["EX105"]);
    let report = Report::on_terms(&evidence, 100, lowered(&["DB007", "EX105"]));
    assert_eq!(report.counts.errors, 0);
}
