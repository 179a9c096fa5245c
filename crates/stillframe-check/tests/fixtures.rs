//! The committed fixtures: each bad one triggers its rule and no other above note, each good one notes at most.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read its input fails"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use stillframe_check::{RULES, Severity, rule_with_code};

mod support;

/// Rules that no fixture triggers, but a set in `sets.rs` does. SET001 can have none: it happens while the check is
/// running. AR ones are about archives, and EX ones about what is expected: the fixtures `lines/` have one for each,
/// which the command is tried on. MF ones are about a manifest, which is no part of a set; SET208 and SET907 are for whoever finds files of
/// other names than SQLite gives them.
const WITHOUT_FIXTURE: &[&str] = &[
    "AR101", "AR102", "AR103", "AR104", "AR105", "AR106", "AR901", "EX101", "EX102", "EX103",
    "EX104", "EX105", "EX106", "EX107", "EX901", "EX903", "MF101", "MF102", "MF103", "MF201",
    "MF901", "SET001", "SET208", "SET907",
];

/// Notes that stand beside an error always, or that a story tells, and the fixtures that have them.
const BESIDE_AN_ERROR: &[(&str, &str)] = &[
    ("RJ901", "bad/SET202-last-record-unfinished"),
    ("WAL910", "sets/wal-copied-while-appended"),
    ("RJ903", "sets/encrypted-hot-journal"),
];

fn fixtures(kind: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let folders = support::folders(&root.join(kind));
    assert!(!folders.is_empty(), "no fixtures in {}", root.display());
    folders
}

/// The code that the name of a bad fixture begins with.
fn code_of(name: &str) -> &str {
    name.split('-').next().unwrap_or(name)
}

#[test]
fn a_bad_fixture_triggers_exactly_its_rule() {
    let mut wrong = Vec::new();
    for folder in fixtures("bad") {
        let name = support::name(&folder);
        let report = support::report_in(&folder, "app.db");
        let codes = support::codes(&report, Severity::Warning);
        if codes != [code_of(&name)] {
            wrong.push(format!("{name}: {codes:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_good_fixture_triggers_notes_at_most() {
    let mut wrong = Vec::new();
    for folder in fixtures("good") {
        let report = support::report_in(&folder, "app.db");
        for finding in &report.findings {
            if finding.rule.severity > Severity::Note {
                wrong.push(format!("{}: {:?}", support::name(&folder), finding.rule));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What the table of fixtures says of the stories.
#[test]
fn a_story_triggers_what_the_table_says() {
    for case in stillframe_testkit::cases::all() {
        if !case.path.starts_with("sets/") {
            continue;
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
        let report = support::report_in(&root.join(case.path), "app.db");
        let mut codes = support::codes(&report, Severity::Warning);
        codes.dedup();
        assert_eq!(codes, case.expects, "{}", case.path);
    }
}

#[test]
fn every_rule_has_a_fixture_and_every_fixture_a_rule() {
    let bad: BTreeSet<String> = fixtures("bad")
        .iter()
        .map(|folder| code_of(&support::name(folder)).to_owned())
        .collect();
    for code in &bad {
        assert!(
            rule_with_code(code).is_some(),
            "a fixture is named for {code}"
        );
    }
    let mut noted = BTreeSet::new();
    for folder in fixtures("good") {
        let report = support::report_in(&folder, "app.db");
        noted.extend(support::codes(&report, Severity::Note));
    }
    for (code, fixture) in BESIDE_AN_ERROR {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
        let report = support::report_in(&root.join(fixture), "app.db");
        noted.extend(
            support::codes(&report, Severity::Note)
                .into_iter()
                .filter(|it| it == code),
        );
    }
    let lacks: Vec<_> = RULES
        .iter()
        .filter(|rule| match rule.severity {
            Severity::Note => !noted.contains(rule.code),
            _ => !bad.contains(rule.code),
        })
        .map(|rule| rule.code)
        .collect();
    assert_eq!(lacks, WITHOUT_FIXTURE);
}
