//! The text and the JSON of every command, on the fixtures. `INSTA_UPDATE=always cargo test -p stillframe --test
//! snapshots` takes what is printed now for right.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot do its work fails"
)]

use support::{Ran, fixtures, run};

mod support;

#[path = "printed/inspect.rs"]
mod inspect;
#[path = "printed/log.rs"]
mod log;
#[path = "printed/outputs.rs"]
mod outputs;

fn matches(name: &str, ran: &Ran) {
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!(name, ran.to_string());
    });
}

/// Runs `line`, in which `FIXTURE` stands for the fixture, and holds what it did against the snapshot
/// `prefix-KIND-FIXTURE`.
fn each(prefix: &str, fixtures: &[&str], line: &str) {
    for fixture in fixtures {
        let ran = run(&line.replace("FIXTURE", &format!("fixtures/{fixture}")));
        matches(&format!("{prefix}-{}", fixture.replace('/', "-")), &ran);
    }
}

#[test]
fn check() {
    let all = fixtures();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    each("check", &all, "check FIXTURE");
}

#[test]
fn check_several() {
    matches(
        "check-folder",
        &run("check fixtures/sets/every-shape fixtures/sets/two-copies fixtures/sets/wal-hole"),
    );
    matches("check-concise", &run("check --format concise fixtures"));
    matches(
        "check-fail-on-note",
        &run("check --fail-on note fixtures/good/three-generations"),
    );
    matches(
        "check-fail-on-error",
        &run("check --fail-on error fixtures/bad/WAL104-commit-frame-unverified"),
    );
}

#[test]
fn check_json() {
    each(
        "check-json",
        &[
            "bad/SET102-wal-without-database",
            "bad/WAL101-frame-checksum-mismatch",
            "bad/WAL203-page-missing",
            "good/three-generations",
            "sets/foreign-page-size",
        ],
        "check --format json FIXTURE",
    );
    matches(
        "check-jsonl",
        &run(
            "check --format jsonl fixtures/sets/every-shape fixtures/sets/two-copies fixtures/sets/wal-hole",
        ),
    );
}

#[test]
fn check_reports() {
    let line = "check --format FORMAT fixtures/bad/DB103-last-page-truncated";
    for format in ["html", "junit", "markdown", "sarif"] {
        let mut ran = run(&line.replace("FORMAT", format));
        // The next version of the command prints the same.
        ran.stdout = ran.stdout.replace(env!("CARGO_PKG_VERSION"), "VERSION");
        matches(&format!("check-{format}"), &ran);
    }
}

#[test]
fn dump() {
    each(
        "dump",
        &[
            "sets/orders",
            "sets/wal-hole",
            "good/utf-16",
            "good/auto-vacuum",
        ],
        "dump FIXTURE/app.db",
    );
    each("dump-at-3", &["sets/orders"], "dump FIXTURE/app.db --at 3");
    each(
        "dump-schema",
        &["sets/orders"],
        "dump FIXTURE/app.db --schema",
    );
    each(
        "dump-csv",
        &["sets/orders"],
        "dump FIXTURE/app.db orders --format csv",
    );
    each(
        "dump-jsonl",
        &["sets/orders"],
        "dump FIXTURE/app.db --format jsonl --at 2",
    );
    let damaged = [
        "bad/BT001-page-kind-invalid",
        "bad/BT112-page-used-twice",
        "bad/DB001-not-a-database",
        "bad/DB101-size-exceeds-file",
        "bad/OV101-overflow-length-mismatch",
        "bad/SET202-hot-journal",
        "bad/WAL203-page-missing",
    ];
    each("dump", &damaged, "dump FIXTURE/app.db");
}

#[test]
fn explain() {
    matches("explain", &run("explain"));
    matches("explain-WAL101", &run("explain WAL101"));
    matches("explain-unknown", &run("explain WAL999"));
    assert_eq!(run("explain wal101").stdout, run("explain WAL101").stdout);
}

const VERBS: [&str; 9] = [
    "inspect",
    "check",
    "log",
    "rebuild",
    "compact",
    "dump",
    "explain",
    "completions",
    "man",
];

#[test]
fn completions_and_manual_name_every_verb() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = run(&format!("completions {shell}")).exits(0).quietly();
        for verb in VERBS {
            assert!(ran.stdout.contains(verb), "no {verb} for {shell}");
        }
    }
    let ran = run("man").exits(0).quietly();
    for verb in VERBS {
        assert!(ran.stdout.contains(verb), "no {verb} in the manual");
        let page = run(&format!("man {verb}")).exits(0).quietly();
        assert!(page.stdout.contains(verb), "{page}");
    }
    run("man nothing").exits(2).complains(&["nothing"]);
}

/// The JSON of `check` and `inspect` is JSON, and says which version of it, on every fixture.
#[test]
fn json_is_json() {
    for verb in ["check", "inspect --frames --pages"] {
        for fixture in fixtures() {
            let ran = run(&format!("{verb} --format json fixtures/{fixture}"));
            assert_eq!(ran.json()["schema_version"], 1, "{ran}");
        }
    }
}

#[test]
fn colours_are_only_for_those_who_want_them() {
    let line = "check fixtures/sets/wal-hole";
    assert!(!run(line).stdout.contains('\x1b'));
    assert!(
        run(&format!("{line} --color always"))
            .stdout
            .contains('\x1b')
    );
    let plain = run(&format!("{line} --color never"));
    assert_eq!(plain.stdout, run(line).stdout);
}
