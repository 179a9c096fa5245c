use std::collections::BTreeSet;
use std::path::Path;

use super::*;
use crate::cases;
use crate::oracle::Oracle;

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

#[test]
fn no_scenario_is_left_out() {
    let numbers: Vec<u8> = all().map(|scenario| scenario.number).collect();
    assert_eq!(numbers, (1..=54).collect::<Vec<u8>>());
    for scenario in all() {
        assert!(
            !(scenario.sets.is_empty() && scenario.tests.is_empty()),
            "nothing shows S{:02}",
            scenario.number
        );
    }
}

#[test]
fn what_the_table_names_is_there() {
    let paths: BTreeSet<&str> = cases::all().iter().map(|case| case.path).collect();
    let truths = cases::truths();
    for scenario in all() {
        for set in scenario.sets {
            assert!(paths.contains(set.fixture), "{}", set.fixture);
        }
        for rows in scenario.rows {
            assert!(paths.contains(rows.fixture), "{}", rows.fixture);
            let named = |truth: &&(&str, String)| truth.0 == rows.truth;
            assert!(truths.iter().any(|truth| named(&truth)), "{}", rows.truth);
        }
        for test in scenario.tests {
            let source = std::fs::read_to_string(root().join(test.file)).unwrap();
            let named = format!("#[test]\nfn {}()", test.name);
            assert!(source.contains(&named), "{}: {}", test.file, test.name);
        }
    }
}

/// What repairs have to give back is compared by somebody.
#[test]
fn every_truth_is_of_a_scenario() {
    let named: BTreeSet<&str> = all()
        .flat_map(|it| it.rows)
        .map(|rows| rows.truth)
        .collect();
    let written: BTreeSet<&str> = cases::truths().iter().map(|truth| truth.0).collect();
    assert_eq!(named, written);
}

/// Every story is told somewhere.
#[test]
fn every_story_is_of_a_scenario() {
    let told: BTreeSet<&str> = all()
        .flat_map(|it| it.sets)
        .map(|set| set.fixture)
        .collect();
    let stories = cases::all().into_iter().map(|case| case.path);
    let untold: Vec<&str> = stories
        .filter(|path| path.starts_with("sets/") && !told.contains(path))
        .collect();
    assert!(untold.is_empty(), "{untold:?}");
}

#[test]
fn the_page_is_up_to_date() {
    let page = std::fs::read_to_string(root().join("docs/scenarios.md")).unwrap();
    assert!(
        page == super::page(),
        "run `cargo run -p stillframe-testkit -- scenarios`"
    );
}

/// The file of a fixture.
fn file(fixture: &str, name: &str) -> Vec<u8> {
    let folder = root().join("fixtures").join(fixture);
    std::fs::read(folder.join(name)).unwrap()
}

/// The database of a fixture, and its WAL.
fn pair(fixture: &str) -> (Vec<u8>, Vec<u8>) {
    (file(fixture, "app.db"), file(fixture, "app.db-wal"))
}

/// What SQLite shows of a fixture's database and WAL.
fn shown(fixture: &str, sql: &str) -> Vec<String> {
    let (database, wal) = pair(fixture);
    Oracle::new().query(&database, Some(&wal), sql).unwrap()
}

fn is_sound(fixture: &str) -> bool {
    let (database, wal) = pair(fixture);
    let rows = Oracle::new().integrity(&database, Some(&wal));
    rows.is_ok_and(|rows| rows == ["ok"])
}

/// S03, S05: what is missing or wrong is not seen.
#[test]
fn sqlite_finds_nothing_wrong_with_what_is_incomplete() {
    let oracle = Oracle::new();
    for (fixture, sql, expected) in [
        (
            "good/never-checkpointed",
            "SELECT count(*) FROM sqlite_schema",
            "0",
        ),
        ("sets/wal-left-out", "SELECT count(*) FROM orders", "8"),
    ] {
        let database = file(fixture, "app.db");
        let found = oracle.query(&database, None, sql).unwrap();
        assert_eq!(found, [expected], "{fixture}");
        assert_eq!(
            oracle.integrity(&database, None).unwrap(),
            ["ok"],
            "{fixture}"
        );
    }
}

/// S07 to S10: copies that were made across a checkpoint.
#[test]
fn sqlite_shows_neither_moment_of_a_copy_across_a_checkpoint() {
    for fixture in [
        "sets/database-then-wal",
        "sets/database-then-emptied-wal",
        "sets/database-then-wal-overwritten",
    ] {
        assert!(!is_sound(fixture), "{fixture}");
    }
    let (database, wal) = pair("sets/wal-then-database");
    let oracle = Oracle::new();
    let count = "SELECT count(*) FROM visit";
    assert_eq!(oracle.query(&database, None, count).unwrap(), ["165"]);
    assert_eq!(oracle.query(&database, Some(&wal), count).unwrap(), ["15"]);
    let left = oracle.checkpoint(&database, &wal).unwrap();
    assert!(left.len() < database.len());
}

/// S12, S13 and S16: a database beside the WAL of another one, or of another time.
#[test]
fn sqlite_writes_any_wal_over_a_database() {
    let oracle = Oracle::new();
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table'";
    for fixture in [
        "sets/restored-beside-whole-wal",
        "sets/restored-beside-wal-of-same-age",
        "bad/SET201-rollback-mode-beside-wal",
    ] {
        assert!(is_sound(fixture), "{fixture}");
        let (database, wal) = pair(fixture);
        let left = oracle.checkpoint(&database, &wal).unwrap();
        assert_eq!(
            oracle.query(&left, None, tables).unwrap(),
            ["orders"],
            "{fixture}"
        );
    }
    let fixture = "sets/restored-beside-high-pages";
    assert!(is_sound(fixture));
    let (database, wal) = pair(fixture);
    let left = oracle.checkpoint(&database, &wal).unwrap();
    assert!(left.len() > 7 * database.len());
    assert_eq!(left, file("sets/restored-and-opened", "app.db"));
    let count = "SELECT count(*) FROM entry";
    assert_eq!(oracle.query(&left, None, count).unwrap(), ["10"]);
}

/// S19 and S20: what a backup that was given up becomes.
#[test]
fn sqlite_cuts_an_aborted_backup_to_nothing() {
    for fixture in [
        "bad/SET207-aborted-vacuum-into",
        "bad/SET207-aborted-vacuum-into-at-the-end",
        "bad/SET207-aborted-backup",
    ] {
        let [database, journal] = ["app.db", "app.db-journal"].map(|name| file(fixture, name));
        let left = Oracle::new().roll_back(&database, &journal).unwrap();
        assert!(left.is_empty() && !database.is_empty(), "{fixture}");
    }
}

/// S24, S42 and S54: what is in the WAL only.
#[test]
fn sqlite_shows_what_the_wal_under_its_name_has() {
    let orders = "SELECT count(*) FROM orders WHERE id > 8";
    assert_eq!(shown("sets/wal-header-zeroed", orders), ["0"]);
    assert_eq!(shown("good/live-wal", orders), ["4"]);
    let renamed = file("sets/renamed-pair", "app.db.bak");
    assert_eq!(Oracle::new().query(&renamed, None, orders).unwrap(), ["0"]);
    assert_eq!(
        shown("sets/tables-only-in-wal", "SELECT count(*) FROM message"),
        ["1"]
    );
    let alone = file("sets/tables-only-in-wal", "app.db");
    let tables = "SELECT count(*) FROM sqlite_schema";
    assert_eq!(Oracle::new().query(&alone, None, tables).unwrap(), ["0"]);
}
