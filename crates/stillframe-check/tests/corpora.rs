//! Every set of the corpora that `STILLFRAME_CORPORA` names, checked: nothing fails, and what SQLite shows whole is not
//! called lost.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read its input fails"
)]

use std::collections::BTreeMap;
use std::fs;

use stillframe_check::{Report, Severity};

mod support;

#[test]
fn every_set_can_be_checked() {
    let Some(corpora) = support::corpora() else {
        return;
    };
    for (kind, least) in [("wal", 361), ("jrnl", 472), ("jrnl0", 81), ("db", 167)] {
        let folders = support::folders(&corpora.join("sqlite-testsuite").join(kind));
        assert!(folders.len() >= least, "{} {kind} sets", folders.len());
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for folder in &folders {
            let report = support::report(&support::set(folder, "t.db"));
            let expected = fs::read_to_string(folder.join("EXPECTED")).unwrap();
            let is_ok = expected.contains("[integrity_check]\nok\n");
            assert_well_formed(&report);
            *counts
                .entry(format!("verdict {}", report.verdict.kind.words()))
                .or_default() += 1;
            for finding in &report.findings {
                let rule = finding.rule;
                let key = format!("{} {} {}", rule.severity, rule.code, rule.name);
                *counts.entry(key).or_default() += 1;
                // SQLite rolls them back first, the second to nothing; of the others the super-journal decides, which is not
                // here.
                let is_rolled_back = ["SET202", "SET207", "SJ101", "SJ102"].contains(&rule.code);
                if is_ok && rule.severity > Severity::Note && !is_rolled_back {
                    let (name, code) = (support::name(folder), rule.code);
                    println!("{kind}/{name}: {code} {}", finding.message);
                    // SQLite finds nothing wrong with what is left once it has deleted a WAL, or once a crash took the end
                    // of the WAL, of which the wal-index still knows.
                    let is_lost = code == "SET101" || code == "SHM206" && name.contains("crash");
                    // A test of SQLite's writes journals of 32 bytes, which hold no header.
                    let is_by_hand = code == "RJ001" && name.starts_with("mjournal-");
                    let is_right = rule.severity < Severity::Error || is_lost || is_by_hand;
                    assert!(is_right, "{kind}/{name}: {code}");
                }
            }
        }
        println!("{kind}: {} sets", folders.len());
        for (what, count) in counts {
            println!("{count:8} {what}");
        }
    }
}

/// What SQLite answers to `PRAGMA page_count`, against the rules about what it refuses.
#[test]
fn what_sqlite_refuses_is_found() {
    let Some(corpora) = support::corpora() else {
        return;
    };
    let (mut images, mut refused) = (0, 0);
    for folder in ["sqlite-fuzzdata/extracted", "sqlite-hexdb"] {
        for entry in fs::read_dir(corpora.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
                continue;
            };
            if !name.ends_with(".db") {
                continue;
            }
            let folder = path.parent().unwrap();
            let expected = fs::read(folder.join(format!("{name}.expected"))).unwrap();
            let expected = String::from_utf8_lossy(&expected);
            let (_, answer) = expected.split_once("[page_count]\n").unwrap();
            let answer = answer.lines().next().unwrap_or_default();
            let report = support::report(&support::set(folder, name));
            assert_well_formed(&report);
            let codes = support::codes(&report, Severity::Error);
            let has = |code: &str| codes.contains(&code);
            let not_a_database = answer == "!error 26 file is not a database";
            let malformed = answer == "!error 11 database disk image is malformed";
            let unsupported = answer == "!error 1 unsupported file format";
            // SQLite counts the pages before it looks at the usable size, and a header that is cut off is refused for
            // what is zero of it.
            let agrees = if has("DB002") {
                answer.starts_with("!error ")
            } else if has("DB006") {
                not_a_database || malformed
            } else if has("SET207") || codes.iter().any(|code| code.starts_with("DB00")) {
                not_a_database
            } else if has("DB101") {
                malformed
            } else if has("DB102") {
                unsupported
            } else {
                !not_a_database && !unsupported
            };
            assert!(agrees, "{name}: {codes:?}, SQLite says {answer}");
            refused += usize::from(!codes.is_empty());
            images += 1;
        }
    }
    assert!(images >= 4920, "{images} images");
    println!("{images} damaged databases, errors in {refused}, and SQLite refuses what we say");
}

/// Every place lies within its input, and says something.
fn assert_well_formed(report: &Report) {
    for finding in &report.findings {
        let places = finding.related.iter().map(|(place, _)| place);
        for place in places.chain([&finding.place]) {
            let input = report.inputs.iter().find(|input| input.name == place.input);
            let length = input.map_or(0, |input| input.bytes);
            let range = place.range;
            assert!(
                range.start <= range.end && range.end <= length,
                "{finding:?}"
            );
        }
        assert!(!finding.message.is_empty());
    }
}
