//! What `rebuild` and `compact` print, and what they say of what they refuse.

use crate::matches;
use crate::support::Room;

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
    for (name, options, status) in [
        ("rolled-back", "", 0),
        ("at-journal", " --at journal --format json", 0),
        ("ignored", " --ignore-journal", 1),
        ("at-0", " --at 0", 0),
    ] {
        let room = Room::with(&[fixture]);
        let line = format!("rebuild fixtures/{fixture}/app.db{options} -o out.db");
        let ran = room.run(&line);
        matches(&format!("rebuild-hot-journal-{name}"), &ran);
        let is_there = room.at("out.db").exists();
        assert!(ran.status == Some(status) && is_there, "{ran}");
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
