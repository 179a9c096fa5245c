//! The fixtures that a command line goes with: each is said to be what it is named for, and nothing worse.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot do its work fails"
)]

use std::collections::BTreeSet;

use stillframe_testkit::cases::lines;
use support::{root, run_in};

mod support;

#[test]
fn a_line_finds_what_its_fixture_is_named_for() {
    for line in lines() {
        let folder = root().join("fixtures").join(line.path);
        let args = [&["check"][..], line.words, &["--format", "json"]].concat();
        let ran = run_in(&folder, &args).exits(line.exit);
        let json = ran.json();
        let reports = json["reports"].as_array().unwrap().iter();
        let findings = reports.flat_map(|report| report["findings"].as_array().unwrap());
        let mut found = BTreeSet::new();
        let mut worse = BTreeSet::new();
        for finding in findings {
            let code = finding["code"].as_str().unwrap();
            found.insert(code);
            if finding["severity"] != "note" {
                worse.insert(code);
            }
        }
        worse.remove(line.code());
        assert!(found.contains(line.code()), "{}: {ran}", line.path);
        assert!(worse.is_empty(), "{}: {ran}", line.path);
    }
}

/// Each rule about archives and expectations has one.
#[test]
fn every_rule_that_a_line_asks_for_has_a_fixture() {
    let codes: BTreeSet<&str> = lines().iter().map(|line| line.code()).collect();
    let rules = stillframe_check::RULES.iter().map(|rule| rule.code);
    let asked: BTreeSet<&str> = rules
        .filter(|code| code.starts_with("AR") || code.starts_with("EX"))
        .collect();
    assert_eq!(codes, asked);
}
