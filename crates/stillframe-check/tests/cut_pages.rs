//! Databases that end within their last page, which SQLite mostly reads with zeros: a value that goes on there it reads from
//! the file, and says that this failed. What is printed is what SQLite prints, wherever the file is cut.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot make its input fails"
)]

use stillframe_check::content::Level;
use stillframe_check::pragma::{MOST_ROWS, Pragma, PragmaError, pragma};
use stillframe_history::{BackupSet, Image, Input};
use stillframe_testkit::builder::{Plan, SetBuilder};
use stillframe_testkit::oracle::Oracle;
use support::printed::{Counts, compare, judge_in_halves};

mod support;

const PAGE: usize = 512;

/// What is at the end of a file, and the statements that put it there.
const ENDS: &[(&str, &str)] = &[
    (
        "a value of which only the type is asked for",
        "CREATE TABLE t(a, b); INSERT INTO t VALUES (zeroblob(1900), 1);",
    ),
    (
        "a value that may not be NULL, behind long ones",
        "CREATE TABLE t(a BLOB, b TEXT, c REAL NOT NULL);
         INSERT INTO t VALUES (zeroblob(700), 'b', 1.5), (zeroblob(1500), printf('%.400c', 'x'), 2.5);",
    ),
    (
        "text in a column of numbers",
        "CREATE TABLE t(n NUMERIC, m NUMERIC); INSERT INTO t VALUES (printf('%.500c', 'x'), printf('%.900c', 'y'));",
    ),
    (
        "a header of many columns",
        "CREATE TABLE t(a); INSERT INTO t VALUES (1); PRAGMA writable_schema = ON;
         UPDATE sqlite_schema SET sql = 'CREATE TABLE t(a NOT NULL)';",
    ),
    (
        "the entry of an index",
        "CREATE TABLE t(a, b); CREATE INDEX i ON t(b, a);
         INSERT INTO t VALUES (1, 'x'), (2, 'y'), (3, 'z'); UPDATE t SET b = printf('%.1400c', 'b') WHERE a = 2;",
    ),
    (
        "the entry of a unique index",
        "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT UNIQUE COLLATE NOCASE);
         INSERT INTO t(b) VALUES ('x'), ('y'), (printf('%.1800c', 'z'));",
    ),
    (
        "the row of a WITHOUT ROWID table",
        "CREATE TABLE w(k TEXT PRIMARY KEY, b BLOB, r REAL NOT NULL) WITHOUT ROWID;
         INSERT INTO w VALUES ('a', 1, 1.5), ('b', zeroblob(1300), 2.5), ('c', 3, 3.5);
         CREATE INDEX w_r ON w(r); INSERT INTO w VALUES (printf('%.800c', 'k'), 4, 4.5);",
    ),
    (
        "the row of a table with an index on an expression",
        "CREATE TABLE t(a, b); CREATE INDEX i ON t(length(a)); INSERT INTO t VALUES (zeroblob(1700), 1);",
    ),
    (
        "a statement of the schema",
        "CREATE TABLE t(a); INSERT INTO t VALUES (1);
         CREATE TABLE long(a /* it takes many words to say what it is for, and these are they: it is for nothing at all,
           but to be longer than a page is, and for that it has to go on, and on, and on, until there are enough of them:
           five hundred bytes, less what the others take, and a few more so that it cannot but go on elsewhere, and these
           are still not enough, as a page holds some of it, so there have to be more of them, and more, and more still,
           and when that is said there is nothing left to say, and so nothing more is said of it here, but this */);",
    ),
    (
        "a leaf of a table",
        "CREATE TABLE t(a NOT NULL); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
           INSERT INTO t SELECT 'row ' || i FROM n;",
    ),
];

fn database((_, sql): (&str, &str), auto_vacuum: &'static str) -> Vec<u8> {
    let plan = Plan {
        page_size: PAGE as u32,
        journal_mode: "DELETE",
        auto_vacuum,
        ..Plan::default()
    };
    let builder = SetBuilder::new("cut", &plan);
    builder.sql(sql);
    builder.close()
}

#[test]
fn wherever_the_last_page_is_cut_sqlite_prints_the_same() {
    let counts = judge_in_halves(|half| {
        let oracle = Oracle::new();
        let mut counts = Counts::new();
        let auto_vacuum = ["NONE", "INCREMENTAL"][half as usize];
        for &end in ENDS {
            let database = database(end, auto_vacuum);
            assert_eq!(database.len() % PAGE, 0);
            let step = if half == 0 { 1 } else { 7 };
            for cut in (1..PAGE).step_by(step) {
                let cut = database.len() - cut;
                for level in [Level::Quick, Level::Full] {
                    let what = format!("{}, cut to {cut} bytes", end.0);
                    let outcome = compare(&oracle, &database[..cut], level, MOST_ROWS, &what);
                    *counts.entry(outcome).or_default() += 1;
                }
            }
        }
        counts
    });
    assert!(counts["equal, ok"] > 1000 && counts["equal, with problems"] > 1000);
}

fn printed(database: &[u8], wal: Option<&[u8]>, level: Level) -> Pragma {
    let set = BackupSet {
        database: Some(Input::new("app.db", database.to_vec())),
        wal: wal.map(|wal| Input::new("app.db-wal", wal.to_vec())),
        ..BackupSet::default()
    };
    let image = Image::read(&set, None, &()).unwrap().1.unwrap();
    let header = *image.header().unwrap();
    pragma(&image, &header, level, MOST_ROWS, &()).unwrap()
}

/// A page that the WAL holds is not taken from the file; another one is, also where there is a WAL.
#[test]
fn what_the_wal_holds_is_not_taken_from_the_file() {
    let oracle = Oracle::new();
    let plan = Plan {
        page_size: PAGE as u32,
        ..Plan::default()
    };
    let builder = SetBuilder::new("cut", &plan);
    builder.sql("CREATE TABLE n(a); CREATE TABLE t(a NUMERIC)");
    builder.sql("INSERT INTO t VALUES (printf('%.1900c', 'x'))");
    builder.checkpoint("TRUNCATE");
    let database = builder.file("");
    let cut = &database[..database.len() - 400];
    builder.sql("INSERT INTO n VALUES (1)");
    let other = builder.file("-wal");
    builder.sql("UPDATE t SET a = printf('%.1900c', 'y')");
    let same = builder.file("-wal");
    for (wal, error) in [
        (None, Some(PragmaError::ShortRead)),
        (Some(other), Some(PragmaError::ShortRead)),
        (Some(same), None),
    ] {
        let expected = oracle.check(cut, wal.as_deref(), "PRAGMA quick_check");
        let found = printed(cut, wal.as_deref(), Level::Quick);
        assert_eq!(found.error, error);
        assert_eq!(found.rows, expected.rows);
        let error = found.error.map(|error| error.to_string());
        assert_eq!(error, expected.error.map(|error| error.message));
    }
}
