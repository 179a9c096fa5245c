//! The text and the JSON of every command, on the fixtures. `INSTA_UPDATE=always cargo test -p stillframe --test
//! snapshots` takes what is printed now for right.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot do its work fails"
)]

use support::{Ran, Room, fixtures, run};

mod support;

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

/// Fixtures that differ in what `inspect` has to say.
const INSPECTED: [&str; 22] = [
    "bad/DB001-not-a-database",
    "bad/DB003-page-size-invalid",
    "bad/SET101-empty-database-beside-wal",
    "bad/SET202-hot-journal",
    "bad/WAL001-header-truncated",
    "bad/WAL002-magic-invalid",
    "bad/WAL101-frame-checksum-mismatch",
    "bad/WAL103-page-number-zero",
    "bad/WAL202-growth-refused",
    "bad/WAL203-page-missing",
    "good/auto-vacuum",
    "good/big-endian-wal",
    "good/empty-wal",
    "good/page-size-65536",
    "good/persisted-journal",
    "good/reserved-bytes",
    "good/three-generations",
    "good/torn-last-frame",
    "good/trailing-zero-pages",
    "good/uncommitted-tail",
    "good/utf-16",
    "good/zero-salt-spill",
];

#[test]
fn inspect() {
    each("inspect-plain", &["sets/orders"], "inspect FIXTURE");
    each(
        "inspect-frames",
        &["sets/orders"],
        "inspect --frames FIXTURE",
    );
    each("inspect-pages", &["sets/orders"], "inspect --pages FIXTURE");
    each(
        "inspect-at",
        &["sets/orders"],
        "inspect --at 3 --pages FIXTURE",
    );
    each(
        "inspect-sizes",
        &["good/auto-vacuum", "good/utf-16", "sets/orders"],
        "inspect --sizes FIXTURE",
    );
    each(
        "inspect-map",
        &[
            "good/auto-vacuum",
            "good/vacuum-shrinks",
            "bad/BT113-page-never-used",
        ],
        "inspect --map FIXTURE",
    );
    for page in [1, 2, 3, 4, 5, 6, 7] {
        let line = format!("inspect --page {page} FIXTURE");
        each(
            &format!("inspect-page-{page}"),
            &["good/auto-vacuum"],
            &line,
        );
    }
    for fixture in [
        "bad/BT101-freeblock-out-of-place",
        "bad/BT105-cell-past-end",
    ] {
        each(
            "inspect-page-damaged",
            &[fixture],
            "inspect --page 3 FIXTURE",
        );
    }
    each(
        "inspect-cell",
        &["sets/orders"],
        "inspect --cell 2/0 FIXTURE",
    );
    each(
        "inspect-cell-index",
        &["sets/orders"],
        "inspect --cell 3/1 FIXTURE",
    );
    each(
        "inspect-cell-at",
        &["sets/orders"],
        "inspect --at 3 --page 2 --cell 1 FIXTURE",
    );
    each(
        "inspect-no-map",
        &["bad/DB001-not-a-database"],
        "inspect --map FIXTURE",
    );
    for line in [
        "--page 9",
        "--cell 2/99",
        "--cell 3",
        "--page 2 --cell 2/0",
        "--page 0",
    ] {
        let ran = run(&format!("inspect {line} fixtures/sets/orders"));
        matches(
            &format!("inspect-refused{}", line.replace([' ', '/'], "-")),
            &ran,
        );
    }
    each("inspect", &INSPECTED, "inspect --frames --pages FIXTURE");
    matches(
        "inspect-wal-alone",
        &run("inspect fixtures/bad/SET102-wal-without-database/app.db-wal"),
    );
    matches(
        "inspect-no-such-commit",
        &run("inspect --at 9 fixtures/sets/orders"),
    );
}

#[test]
fn inspect_json() {
    each(
        "inspect-json",
        &[
            "bad/DB001-not-a-database",
            "bad/WAL203-page-missing",
            "good/three-generations",
            "good/trailing-zero-pages",
            "sets/orders",
        ],
        "inspect --format json --frames --pages FIXTURE",
    );
    each(
        "inspect-json-of-pages",
        &["good/auto-vacuum", "sets/orders"],
        "inspect --format json --sizes --map --page 2 --pages FIXTURE",
    );
    each(
        "inspect-json-cell",
        &["sets/orders"],
        "inspect --format json --cell 2/3 FIXTURE",
    );
    matches(
        "inspect-json-folder",
        &run("inspect --format json fixtures/sets"),
    );
}

#[test]
fn check() {
    let all = fixtures();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    each("check", &all, "check FIXTURE");
}

#[test]
fn check_several() {
    matches("check-folder", &run("check fixtures/sets"));
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
    matches("check-jsonl", &run("check --format jsonl fixtures/sets"));
}

#[test]
fn log() {
    let logged = [
        "bad/SET205-checkpoint-missed",
        "bad/WAL001-header-truncated",
        "bad/WAL002-magic-invalid",
        "bad/WAL005-version-unsupported",
        "bad/WAL106-unexplained-slots",
        "good/empty-wal",
        "good/header-only-wal",
        "good/rollback-mode",
        "good/uncommitted-tail",
        "good/vacuum-shrinks",
        "sets/foreign-page-size",
        "sets/orders",
        "sets/wal-hole",
    ];
    each("log", &logged, "log FIXTURE/app.db");
    let few = ["good/rollback-mode", "good/vacuum-shrinks", "sets/orders"];
    each("log-pages", &few, "log --pages FIXTURE/app.db");
    each("log-json", &few, "log --format json FIXTURE/app.db");
    let odd = [
        "bad/WAL002-magic-invalid",
        "good/empty-wal",
        "sets/foreign-page-size",
    ];
    each("log-json", &odd, "log --format json --pages FIXTURE/app.db");
    each(
        "log-jsonl",
        &few,
        "log --format jsonl --pages FIXTURE/app.db",
    );
}

#[test]
fn log_tables() {
    let with_tables = [
        "bad/SET102-wal-without-database",
        "bad/WAL002-magic-invalid",
        "good/auto-vacuum",
        "good/vacuum-shrinks",
        "sets/orders",
        "sets/wal-hole",
    ];
    each(
        "log-tables",
        &with_tables,
        "log --tables FIXTURE/app.db-wal",
    );
    for format in ["json", "jsonl"] {
        let line = format!("log --tables --format {format} FIXTURE/app.db");
        each(&format!("log-tables-{format}"), &["sets/orders"], &line);
    }
}

#[test]
fn rebuild() {
    let orders = "fixtures/sets/orders/app.db";
    for (name, line) in [
        ("last", format!("rebuild {orders} -o out.db")),
        ("json", format!("rebuild {orders} -o out.db --format json")),
        ("at-0", format!("rebuild {orders} --at 0 -o out.db")),
        (
            "at-3",
            format!("rebuild {orders} --at 3 -o out.db --format json"),
        ),
        (
            "no-such-commit",
            format!("rebuild {orders} --at 9 -o out.db"),
        ),
    ] {
        let room = Room::with(&["sets/orders"]);
        matches(&format!("rebuild-{name}"), &room.run(&line));
    }
}

/// Databases that are written with a warning.
const DOUBTFUL: [&str; 10] = [
    "bad/DB102-schema-format-unsupported",
    "bad/SET101-empty-database-beside-wal",
    "bad/SET102-wal-without-database",
    "bad/SET204-stale-wal",
    "bad/SET205-checkpoint-missed",
    "bad/WAL001-header-truncated",
    "bad/WAL002-magic-invalid",
    "bad/WAL106-unexplained-slots",
    "sets/foreign-page-size",
    "sets/wal-hole",
];

#[test]
fn rebuild_doubtful() {
    for fixture in DOUBTFUL {
        let room = Room::with(&[fixture]);
        let ran = room.run(&format!("rebuild fixtures/{fixture}/app.db -o out.db"));
        matches(&format!("rebuild-{}", fixture.replace('/', "-")), &ran);
        assert!(room.at("out.db").exists(), "{ran}");
    }
}

/// Databases that SQLite would refuse, or of which a page is nowhere.
const REFUSED: [&str; 7] = [
    "bad/DB001-not-a-database",
    "bad/DB003-page-size-invalid",
    "bad/DB101-size-exceeds-file",
    "bad/WAL005-version-unsupported",
    "bad/WAL201-page-size-mismatch",
    "bad/WAL202-growth-refused",
    "bad/WAL203-page-missing",
];

#[test]
fn rebuild_refused() {
    for fixture in REFUSED {
        let room = Room::with(&[fixture]);
        let ran = room.run(&format!("rebuild fixtures/{fixture}/app.db -o out.db"));
        matches(&format!("rebuild-{}", fixture.replace('/', "-")), &ran);
        assert!(
            ran.status == Some(1) && !room.at("out.db").exists(),
            "{ran}"
        );
    }
}

/// With a hot journal: rolled back, and as the file is.
#[test]
fn rebuild_beside_a_hot_journal() {
    let fixture = "bad/SET202-hot-journal";
    for (name, options) in [
        ("rolled-back", ""),
        ("at-journal", " --at journal --format json"),
        ("ignored", " --ignore-journal"),
        ("at-0", " --at 0"),
    ] {
        let room = Room::with(&[fixture]);
        let line = format!("rebuild fixtures/{fixture}/app.db{options} -o out.db");
        let ran = room.run(&line);
        matches(&format!("rebuild-hot-journal-{name}"), &ran);
        assert!(ran.status == Some(0) && room.at("out.db").exists(), "{ran}");
    }
    let room = Room::with(&[fixture, "good/persisted-journal"]);
    let log = format!("log --pages fixtures/{fixture}/app.db");
    matches("log-hot-journal", &room.run(&log));
    matches(
        "log-hot-journal-json",
        &room.run(&format!("{log} --format json")),
    );
    let persisted = "log fixtures/good/persisted-journal/app.db";
    matches("log-persisted-journal", &room.run(persisted));
    let inspect = format!("inspect --frames --format json fixtures/{fixture}/app.db");
    matches("inspect-json-hot-journal", &room.run(&inspect));
}

#[test]
fn compact() {
    let orders = "compact fixtures/sets/orders/app.db-wal";
    let hole = "compact fixtures/sets/wal-hole/app.db-wal";
    let spill = "compact fixtures/good/uncommitted-tail/app.db-wal";
    let shrunk = "compact fixtures/good/vacuum-shrinks/app.db-wal";
    for (name, line) in [
        ("last", format!("{orders} -o out.db-wal")),
        ("json", format!("{orders} -o out.db-wal --format json")),
        ("dry-run", format!("{orders} --dry-run")),
        (
            "tables",
            format!("{orders} --tables --keep 3 -o out.db-wal"),
        ),
        (
            "tables-json",
            format!("{orders} --tables --dry-run --format json"),
        ),
        (
            "dry-run-output",
            format!("{orders} --dry-run -o out.db-wal"),
        ),
        (
            "empty",
            "compact fixtures/good/empty-wal/app.db-wal -o out.db-wal".to_owned(),
        ),
        ("dry-run-json", format!("{orders} --dry-run --format json")),
        ("keep", format!("{orders} --keep 3,7,last -o out.db-wal")),
        ("at", format!("{orders} --at 3 -o out.db-wal")),
        ("at-0", format!("{orders} --at 0 -o out.db-wal")),
        (
            "no-such-commit",
            format!("{orders} --keep 3,9 -o out.db-wal"),
        ),
        ("wal-hole", format!("{hole} -o out.db-wal")),
        ("wal-hole-at-8", format!("{hole} --at 8 -o out.db-wal")),
        ("uncommitted", format!("{spill} --dry-run")),
        ("shrunk", format!("{shrunk} --dry-run")),
        (
            "ignored",
            "compact fixtures/bad/WAL002-magic-invalid/app.db-wal -o out.db-wal".to_owned(),
        ),
        (
            "no-wal",
            "compact fixtures/good/rollback-mode/app.db -o out.db-wal".to_owned(),
        ),
    ] {
        let room = Room::with(&[
            "sets/orders",
            "sets/wal-hole",
            "good/uncommitted-tail",
            "good/empty-wal",
            "good/vacuum-shrinks",
            "bad/WAL002-magic-invalid",
            "good/rollback-mode",
        ]);
        matches(&format!("compact-{name}"), &room.run(&line));
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
