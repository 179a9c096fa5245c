use std::collections::BTreeSet;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::*;
use crate::naive;
use crate::oracle::{Oracle, SqliteError, private_folder};

/// Opens the case with SQLite, reads every row and checks its integrity.
fn ask(oracle: &Oracle, case: &Case) -> Sqlite {
    let mut database = case.file("app.db").unwrap_or_default().to_vec();
    let wal = case.file("app.db-wal");
    if wal.is_some_and(|wal| database.is_empty() && !oracle.keeps_wal(&database, wal)) {
        return Sqlite::DeletesWal;
    }
    let refuses = |error: SqliteError| Sqlite::Refuses(error.code);
    if let Some(journal) = case.file("app.db-journal") {
        match oracle.roll_back(&database, journal) {
            Ok(rolled_back) => database = rolled_back,
            Err(error) => return refuses(error),
        }
    }
    if let Err(error) = oracle.judge(&database, wal).outcome {
        return refuses(error);
    }
    match (
        oracle.content(&database, wal),
        oracle.integrity(&database, wal),
    ) {
        (Ok(_), Ok(rows)) if rows == ["ok"] => Sqlite::Content,
        (Err(error), _) | (_, Err(error)) if error.code != 11 => refuses(error),
        _ => Sqlite::Complains,
    }
}

#[test]
fn sqlite_says_of_each_case_what_the_case_claims() {
    let oracle = Oracle::new();
    let mut wrong = Vec::new();
    for case in all() {
        let said = ask(&oracle, &case);
        if said != case.sqlite {
            wrong.push(format!("{}: {said:?}, not {:?}", case.path, case.sqlite));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_case_has_a_path_of_its_own_and_is_small() {
    let cases = all();
    let paths: BTreeSet<&str> = cases.iter().map(|case| case.path).collect();
    assert_eq!(paths.len(), cases.len());
    let bytes: usize = cases
        .iter()
        .flat_map(|case| &case.files)
        .map(|file| file.1.len())
        .sum();
    // Each wal-index takes 32 KB, most of it zeros.
    assert!(bytes < 3_000_000, "{bytes} bytes");
    for case in &cases {
        let family = case.path.split('/').next().unwrap();
        assert!(
            family == "sets" || case.expects.is_empty() == (family == "good"),
            "{}",
            case.path
        );
    }
}

#[test]
fn the_damaged_wals_end_where_they_are_damaged() {
    for (name, commits) in [
        ("frame_checksum_mismatch", 2),
        ("frame_salt_mismatch", 2),
        ("page_number_zero", 2),
        ("commit_frame_unverified", 5),
        ("growth_refused", 6),
        ("page_missing", 6),
    ] {
        let name = name.replace('_', "-");
        let case = all()
            .into_iter()
            .find(|case| case.path.ends_with(&name))
            .unwrap();
        assert_eq!(
            naive::commits(case.file("app.db-wal").unwrap()).len(),
            commits,
            "{name}"
        );
    }
}

#[test]
fn sqlite_says_what_is_wrong_with_a_page_of_a_b_tree() {
    let oracle = Oracle::new();
    let mut wrong = Vec::new();
    for (code, message) in [
        (
            "BT001",
            "Tree 3 page 3: btreeInitPage() returns error code 11",
        ),
        (
            "BT002",
            "Tree 3 page 3: btreeInitPage() returns error code 11",
        ),
        ("BT101", "Tree 3 page 3: free space corruption"),
        ("BT102", "Tree 3 page 3: free space corruption"),
        ("BT103", "Tree 3 page 3: free space corruption"),
        (
            "BT104",
            "Tree 3 page 3 cell 0: Offset 300 out of range 344..508",
        ),
        ("BT105", "Tree 3 page 3 cell 0: Extends off end of page"),
        ("BT106", "Multiple uses for byte 477 of page 3"),
        ("BT107", "Fragmentation of 0 bytes reported as 3 on page 3"),
        ("BT108", "Tree 3 page 3 cell 0: Rowid 2 out of order"),
        ("BT109", "Tree 2 page 2 cell 0: Child page depth differs"),
        ("BT110", "Tree 2 page 22: btree depth exceeds 20"),
    ] {
        let prefix = format!("bad/{code}-");
        let mut cases = all().into_iter();
        let case = cases.find(|case| case.path.starts_with(&prefix)).unwrap();
        let database = case.file("app.db").unwrap();
        let rows = oracle.query(database, None, "PRAGMA integrity_check(1)");
        if rows.as_deref() != Ok(&[format!("*** in database main ***\n{message}")]) {
            wrong.push(format!("{code}: {rows:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn growth_is_refused_and_a_page_is_missing() {
    let oracle = Oracle::new();
    let find = |path: &str| all().into_iter().find(|case| case.path == path).unwrap();
    let refused = find("bad/WAL202-growth-refused");
    let (database, wal) = (
        refused.file("app.db").unwrap(),
        refused.file("app.db-wal").unwrap(),
    );
    assert_eq!(oracle.checkpoint(database, wal).unwrap_err().code, 11);
    let holed = find("bad/WAL203-page-missing");
    let (database, wal) = (
        holed.file("app.db").unwrap(),
        holed.file("app.db-wal").unwrap(),
    );
    let image = naive::image(database, wal, 6).unwrap();
    assert_eq!(image.missing().len(), 1);
    assert_eq!(
        oracle.checkpoint(database, wal).unwrap(),
        image.zero_filled()
    );
}

#[test]
fn the_stories_are_as_they_are_told() {
    let oracle = Oracle::new();
    let ask = |path: &str, sql: &str| {
        let case = all().into_iter().find(|case| case.path == path).unwrap();
        oracle
            .query(case.file("app.db").unwrap(), case.file("app.db-wal"), sql)
            .unwrap()
    };
    assert_eq!(ask("sets/wal-hole", "SELECT count(*) FROM readings"), ["8"]);
    assert_eq!(
        ask(
            "sets/orders",
            "SELECT count(*) FROM orders WHERE state = 'open'"
        ),
        ["0"]
    );
    assert_eq!(ask("sets/orders", "SELECT count(*) FROM orders"), ["6"]);
    let orders = all()
        .into_iter()
        .find(|case| case.path == "sets/orders")
        .unwrap();
    let (database, wal) = (
        orders.file("app.db").unwrap(),
        orders.file("app.db-wal").unwrap(),
    );
    assert_eq!(naive::commits(wal).len(), 8);
    let open = "SELECT customer FROM orders WHERE state = 'open' ORDER BY id";
    let before = oracle
        .query(database, Some(naive::prefix(wal, 5)), open)
        .unwrap();
    assert_eq!(before, ["Carl", "Leonhard", "Srinivasa", "Ada"]);
}

#[test]
fn a_wal_with_other_pages_and_no_page_1_cannot_be_checkpointed() {
    let oracle = Oracle::new();
    let case = all()
        .into_iter()
        .find(|case| case.path == "bad/WAL201-page-size-mismatch")
        .unwrap();
    let (database, wal) = (
        case.file("app.db").unwrap(),
        case.file("app.db-wal").unwrap(),
    );
    assert_eq!(oracle.checkpoint(database, wal).unwrap_err().code, 11);
}

#[test]
fn the_hot_journal_brings_the_old_rows_back() {
    let oracle = Oracle::new();
    let case = all()
        .into_iter()
        .find(|case| case.path == "bad/SET202-hot-journal")
        .unwrap();
    let (database, journal) = (
        case.file("app.db").unwrap(),
        case.file("app.db-journal").unwrap(),
    );
    let rolled_back = oracle.roll_back(database, journal).unwrap();
    assert!(rolled_back != database);
    let cents = "SELECT sum(cents) FROM orders";
    assert_eq!(
        oracle.query(&rolled_back, None, cents).unwrap(),
        [(20 * 112_850).to_string()]
    );
    assert_ne!(
        oracle.query(database, None, cents).ok(),
        Some(vec![(20 * 112_850).to_string()])
    );
}

/// Opened so that it looks at no journal, SQLite shows a part of the transaction, and says nothing.
#[test]
fn an_immutable_database_is_not_rolled_back() {
    let case = all()
        .into_iter()
        .find(|case| case.path == "bad/SET202-hot-journal")
        .unwrap();
    let folder = private_folder();
    for (name, bytes) in &case.files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let path = folder.path().join("app.db");
    let uri = format!("file:{}?immutable=1", path.display());
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let database = Connection::open_with_flags(uri, flags).unwrap();
    let sum = "SELECT sum(cents) FROM orders NOT INDEXED";
    let cents: i64 = database.query_row(sum, [], |row| row.get(0)).unwrap();
    let (before, rows) = (20 * 112_850, 160);
    assert!(before < cents && cents < before + rows, "{cents}");
}

#[test]
fn the_committed_fixtures_are_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let differences = crate::fixtures::check(&folder).unwrap();
    assert!(
        differences.is_empty(),
        "run `cargo run -p stillframe-testkit -- fixtures`: {differences:#?}"
    );
}
