//! What `check --format pragma` prints of the fixtures is what SQLite prints of them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot do its work fails"
)]

use std::fs;

use rusqlite::Connection;
use stillframe_testkit::builder::{Plan, SetBuilder};
use stillframe_testkit::naive;
use stillframe_testkit::oracle::Oracle;

use support::Room;

mod support;

/// Fixtures of which SQLite's check of indexes hangs on which rows a WHERE clause takes: what it says of them is not printed,
/// nor that all is in order.
const TAKE_AN_EVALUATOR: &[&str] = &["RC211", "RC212", "RC213", "RC214", "RC215"];

fn takes_evaluator(fixture: &str) -> bool {
    let mut codes = TAKE_AN_EVALUATOR.iter();
    codes.any(|code| fixture.contains(code))
}

#[test]
fn the_rows_of_fixtures_are_those_of_sqlite() {
    let oracle = Oracle::new();
    let (mut compared, mut with_problems, mut refused) = (0, 0, 0);
    for fixture in support::fixtures() {
        let folder = support::root().join("fixtures").join(&fixture);
        let file = |name: &str| fs::read(folder.join(name)).ok();
        let (database, wal) = (file("app.db"), file("app.db-wal"));
        // A WAL of other pages leaves what SQLite reads to chance.
        let is_other = fixture.contains("WAL201");
        if fixture.contains("SJ102") {
            let line = format!("check --format pragma fixtures/{fixture}/app.db");
            let ran = support::run(&line).exits(1);
            assert!(
                ran.stdout.is_empty() && ran.stderr.contains("super-journal"),
                "{ran}"
            );
            continue;
        }
        let Some(database) = database.filter(|_| !is_other) else {
            continue;
        };
        // SQLite plays a hot journal back before it reads anything, and not where its super-journal is gone.
        let gone = ["SJ101", "SJ204", "committed-journal"];
        let is_gone = gone.iter().any(|name| fixture.contains(name));
        let journal = file("app.db-journal").filter(|journal| !journal.is_empty() && !is_gone);
        let database = match journal {
            Some(journal) => naive::roll_back(&database, &journal),
            None => database,
        };
        for (level, name) in [("full", "integrity_check"), ("quick", "quick_check")] {
            for most in [100, 1, 2] {
                let pragma = format!("PRAGMA {name}({most})");
                let expected = oracle.check(&database, wal.as_deref(), &pragma);
                let ran = support::run(&format!(
                    "check --format pragma --level {level} --max-findings {most} fixtures/{fixture}/app.db"
                ));
                if takes_evaluator(&fixture) && level == "full" {
                    assert_eq!(ran.stdout, "", "{ran}");
                    assert!(ran.stderr.contains("SQLite may print more"), "{ran}");
                    ran.exits(1);
                    continue;
                }
                // What is not understood here is not called malformed, nor sound: SQLite takes it.
                if fixture.contains("SC103") {
                    assert_eq!(ran.stdout, "", "{ran}");
                    assert!(ran.stderr.contains("not understood (orders)"), "{ran}");
                    ran.exits(1);
                    continue;
                }
                let rows: String = expected.rows.iter().map(|row| format!("{row}\n")).collect();
                assert_eq!(ran.stdout, rows, "{ran}");
                let error = expected.error.map(|error| error.message);
                let error = error
                    .as_deref()
                    .map(|words| words.split(" - ").next().unwrap());
                match error {
                    None => assert!(!ran.stderr.contains("malformed"), "{ran}"),
                    Some(words) => assert!(ran.stderr.contains(words), "{ran}\n{words}"),
                }
                let is_ok = rows == "ok\n" && error.is_none();
                compared += 1;
                with_problems += u32::from(!is_ok);
                refused += u32::from(error.is_some());
                ran.exits(i32::from(!is_ok));
            }
        }
    }
    println!("{compared} compared, {with_problems} with problems, {refused} with an error");
    assert!(compared > with_problems && with_problems > refused && refused > 0);
}

/// A file of no or one byte is an empty database to SQLite, and so is one that its journal rolls back to nothing.
#[test]
fn an_empty_database_is_ok() {
    let (oracle, room) = (Oracle::new(), Room::new());
    for (name, bytes) in [("none.db", &[][..]), ("one.db", &[0]), ("letter.db", b"S")] {
        let check = oracle.check(bytes, None, "PRAGMA integrity_check");
        assert_eq!((check.rows, check.error), (vec!["ok".to_owned()], None));
        room.write(name, bytes);
        let ran = room.run(&format!("check --format pragma {name}"));
        assert_eq!(ran.exits(0).quietly().stdout, "ok\n");
    }
}

/// A value that goes on in a page which is cut off, or not there at all, SQLite takes from the file: it says that this
/// failed, where it reads every other page with zeros for what is not there.
#[test]
fn a_value_that_the_file_ends_within_is_an_error() {
    let (oracle, room) = (Oracle::new(), Room::new());
    let plan = Plan {
        page_size: 512,
        ..Plan::default()
    };
    let builder = SetBuilder::new("cut", &plan);
    builder.sql("CREATE TABLE n(a); CREATE TABLE t(a NUMERIC)");
    builder.sql("INSERT INTO t VALUES (printf('%.1900c', 'x'))");
    builder.checkpoint("TRUNCATE");
    let database = builder.file("");
    builder.sql("INSERT INTO n VALUES (1)");
    let wal = builder.file("-wal");
    for (cut, wal) in [
        (300, None),
        (300, Some(&wal)),
        (512, Some(&wal)),
        (900, Some(&wal)),
    ] {
        let cut = &database[..database.len() - cut];
        let expected = oracle.check(cut, wal.map(Vec::as_slice), "PRAGMA quick_check");
        let error = expected.error.expect("SQLite ends with an error");
        assert_eq!(
            (error.extended, error.message.as_str()),
            (522, "disk I/O error")
        );
        room.write("cut.db", cut);
        if let Some(wal) = wal {
            room.write("cut.db-wal", wal);
        }
        let ran = room.run("check --format pragma --level quick cut.db");
        let rows: String = expected.rows.iter().map(|row| format!("{row}\n")).collect();
        assert_eq!(ran.stdout, rows, "{ran}");
        assert!(ran.stderr.contains("cut.db: disk I/O error"), "{ran}");
        ran.exits(1);
    }
}

/// What SQLite does not open is not ok, however little is looked at.
#[test]
fn what_sqlite_does_not_open_is_ok_at_no_level() {
    let room = Room::new();
    let path = room.at("app.db");
    let database = Connection::open(&path).unwrap();
    database
        .execute_batch("CREATE TABLE t(a); CREATE TABLE u(b)")
        .unwrap();
    drop(database);
    let sound = fs::read(&path).unwrap();
    let mut counts_more = sound.clone();
    counts_more[31] = 200;
    let mut no_statement = sound;
    let at = no_statement
        .windows(14)
        .position(|text| text == b"CREATE TABLE u");
    no_statement[at.unwrap() + 7..][..5].copy_from_slice(b"TABEL");
    for (bytes, error) in [
        (counts_more, "database disk image is malformed"),
        (
            no_statement,
            "malformed database schema (u) - near \"TABEL\": syntax error",
        ),
    ] {
        fs::write(&path, bytes).unwrap();
        let database = Connection::open(&path).unwrap();
        let row = database.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0));
        assert_eq!(row.unwrap_err().to_string(), error);
        for level in ["structure", "quick", "full"] {
            let ran = room.run(&format!("check --format pragma --level {level} app.db"));
            assert_eq!(ran.stdout, "", "{level}: {ran}");
            assert!(ran.stderr.contains(error), "{level}: {ran}");
            ran.exits(1);
        }
    }
}
