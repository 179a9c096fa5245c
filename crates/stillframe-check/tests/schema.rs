//! Statements at random as rows of `sqlite_schema`: what is printed of the database is what SQLite prints, and no database
//! that SQLite checks is held up by what its views and triggers say.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read its input fails"
)]

use std::collections::BTreeMap;

use stillframe_check::content::Level;
use stillframe_check::pragma::{MOST_ROWS, Pragma, PragmaError, missing_collation, pragma};
use stillframe_check::{Severity, content};
use stillframe_history::{BackupSet, Image, Input};
use stillframe_testkit::builder::{Seed, Statement, changed, statement};
use stillframe_testkit::oracle::{Check, Oracle, SchemaOracle, keywords};
use support::{codes, report};

mod support;

const CASES: u64 = 3_000;

fn set_of(database: &[u8]) -> BackupSet {
    BackupSet {
        database: Some(Input::new("app.db", database.to_vec())),
        ..BackupSet::default()
    }
}

/// What is printed, as the command does.
fn printed(database: &[u8], level: Level) -> Pragma {
    let set = set_of(database);
    let image = Image::read(&set, None, &()).unwrap().1.unwrap();
    let header = *image.header().unwrap();
    let schema = content::read_schema(&image, &header).unwrap().unwrap();
    match missing_collation(&schema).filter(|_| schema.refused.is_empty()) {
        Some(name) => Pragma::refused(PragmaError::NoCollation(name.to_owned())),
        None => pragma(&image, &header, level, MOST_ROWS, &()).unwrap(),
    }
}

/// The findings about the schema.
fn of_schema(database: &[u8]) -> Vec<&'static str> {
    let mut codes = codes(&report(&set_of(database)), Severity::Warning);
    codes.retain(|code| code.starts_with("SC"));
    codes
}

fn outcome(found: &Pragma, expected: &Check) -> &'static str {
    let words = found.error.as_ref().map(ToString::to_string);
    let error = expected.error.as_ref().map(|error| error.message.clone());
    let is_malformed = |words: &Option<String>| {
        let words = words.as_deref().unwrap_or_default();
        words.starts_with("malformed database schema")
    };
    match &found.error {
        _ if (&found.rows, &words) == (&expected.rows, &error) => "the same",
        Some(PragmaError::NotUnderstood(_)) if error.is_none() => "not understood",
        Some(PragmaError::NotUnderstood(_)) => "not understood, and refused",
        Some(PragmaError::Loop(_)) => "a column that is computed from itself",
        _ if is_malformed(&words) && is_malformed(&error) => "refused for another reason",
        // The schema is taken, and what an expression or a module says stops the check.
        _ if expected.error.as_ref().is_some_and(|error| error.code == 1) => {
            "it takes an SQL evaluator"
        }
        _ => "wrong",
    }
}

#[test]
fn what_is_printed_is_what_sqlite_prints() {
    let (oracle, schemas) = (Oracle::new(), SchemaOracle::new().unwrap());
    let keywords = keywords();
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for case in 0..CASES {
        let mut seed = Seed(case + 1_000_000);
        let mut statement = statement(&mut seed);
        if case % 5 == 0 {
            statement.sql = changed(&statement.sql, &keywords, &mut seed);
        }
        if statement.sql.contains("VIRTUAL TABLE") {
            // Its module is asked, which is not here.
            continue;
        }
        let database = schemas.database(&statement).unwrap();
        let (level, name) = match case % 2 {
            0 => (Level::Full, "PRAGMA integrity_check"),
            _ => (Level::Quick, "PRAGMA quick_check"),
        };
        let expected = oracle.check(&database, None, name);
        let found = printed(&database, level);
        let outcome = outcome(&found, &expected);
        if outcome == "wrong" {
            println!("{}\n  {found:?}\n  {expected:?}", statement.sql);
        }
        *counts.entry(outcome).or_default() += 1;
    }
    println!("{counts:#?}");
    assert_eq!(counts.get("wrong"), None);
    assert_eq!(counts.get("not understood"), None);
    assert!(counts["the same"] > 2_400);
}

/// What a parser that is not SQLite's does not understand, and SQLite takes.
const TAKEN: &[(&str, &str)] = &[
    (
        "trigger",
        "CREATE TRIGGER n AFTER INSERT ON t BEGIN UPDATE t AS z SET b = 1 WHERE z.a = 2; END",
    ),
    (
        "trigger",
        "CREATE TRIGGER n AFTER INSERT ON t BEGIN INSERT INTO w AS q VALUES (1, 2) ON CONFLICT DO UPDATE SET v = q.v; END",
    ),
    (
        "trigger",
        "CREATE TRIGGER n AFTER INSERT ON t BEGIN DELETE FROM w AS q WHERE q.k = 1; END",
    ),
    (
        "trigger",
        "CREATE TEMP TRIGGER n AFTER UPDATE OF nosuch ON other.t BEGIN SELECT nosuch(nosuch) FROM nosuch; END",
    ),
    ("view", "CREATE VIEW n(a, a) AS SELECT 1, 2"),
    ("view", "CREATE VIEW n(\"\", \"\") AS SELECT 1, 2"),
    ("view", "CREATE VIEW n(a, b, c) AS SELECT 1"),
    ("view", "CREATE VIEW n AS VALUES (1), (2, 3)"),
    ("view", "CREATE VIEW n AS SELECT * FROM nosuch ORDER BY 99"),
];

#[test]
fn what_sqlite_takes_is_no_finding() {
    let (oracle, schemas) = (Oracle::new(), SchemaOracle::new().unwrap());
    for (kind, sql) in TAKEN {
        let statement = Statement {
            kind,
            name: "n",
            table: if *kind == "trigger" { "t" } else { "n" },
            sql: (*sql).to_owned(),
        };
        let database = schemas.database(&statement).unwrap();
        let expected = oracle.check(&database, None, "PRAGMA integrity_check");
        assert_eq!(expected.rows, ["ok"], "{sql}");
        assert_eq!(printed(&database, Level::Full).rows, ["ok"], "{sql}");
        let report = report(&set_of(&database));
        assert_eq!(codes(&report, Severity::Note), [""; 0], "{sql}");
    }
}

/// What a parser that is not SQLite's took, and SQLite refuses.
const REFUSED: &[(&str, &str, &str)] = &[
    (
        "trigger",
        "CREATE TRIGGER n AFTER INSERT ON v BEGIN SELECT 1; END",
        "cannot create AFTER trigger on view: v",
    ),
    (
        "trigger",
        "CREATE TRIGGER n INSTEAD OF INSERT ON t BEGIN SELECT 1; END",
        "cannot create INSTEAD OF trigger on table: t",
    ),
    (
        "trigger",
        "CREATE TRIGGER main.n INSERT ON t BEGIN SELECT 1; END",
        "corrupt database",
    ),
    (
        "view",
        "CREATE VIEW n AS SELECT ?1",
        "parameters are not allowed in views",
    ),
    ("table", "CREATE TABLE x.n(a)", "corrupt database"),
    (
        "table",
        "CREATE TABLE n(a DEFAULT (b))",
        "default value of column [a] is not constant",
    ),
    (
        "table",
        "CREATE TABLE n(a CHECK((SELECT 1)))",
        "subqueries prohibited in CHECK constraints",
    ),
    (
        "index",
        "CREATE INDEX n ON t(random())",
        "non-deterministic functions prohibited in index expressions",
    ),
    (
        "index",
        "CREATE INDEX n ON t(b) WHERE b IN (SELECT 1)",
        "subqueries prohibited in partial index WHERE clauses",
    ),
    ("index", "CREATE INDEX main.n ON t(b)", "corrupt database"),
    (
        "index",
        "CREATE INDEX n ON t(PRIMARY JEY)",
        "near \"PRIMARY\": syntax error",
    ),
];

#[test]
fn what_sqlite_refuses_is_told_in_its_words() {
    let (oracle, schemas) = (Oracle::new(), SchemaOracle::new().unwrap());
    for (kind, sql, why) in REFUSED {
        let on = if sql.contains(" ON v") { "v" } else { "t" };
        let statement = Statement {
            kind,
            name: "n",
            table: if matches!(*kind, "trigger" | "index") {
                on
            } else {
                "n"
            },
            sql: (*sql).to_owned(),
        };
        let database = schemas.database(&statement).unwrap();
        let expected = oracle.check(&database, None, "PRAGMA integrity_check");
        let words = format!("malformed database schema (n) - {why}");
        assert_eq!(expected.error.unwrap().message, words, "{sql}");
        let found = printed(&database, Level::Full);
        assert_eq!(found.error.unwrap().to_string(), words, "{sql}");
        assert_eq!(of_schema(&database), ["SC101"], "{sql}");
    }
}

/// A newer SQLite may have learned what is no statement of this one.
#[test]
fn what_a_newer_sqlite_wrote_is_not_said_to_be_refused() {
    let schemas = SchemaOracle::new().unwrap();
    let statement = Statement {
        kind: "view",
        name: "n",
        table: "n",
        sql: "CREATE VIEW n AS SELECT a FROM t QUALIFY 1 = 1".to_owned(),
    };
    let mut database = schemas.database(&statement).unwrap();
    assert_eq!(of_schema(&database), ["SC101"]);
    database[96..100].copy_from_slice(&3_056_000u32.to_be_bytes());
    assert_eq!(of_schema(&database), ["SC103"]);
}

#[test]
fn of_an_unknown_collation_is_said_what_sqlite_says() {
    let (oracle, schemas) = (Oracle::new(), SchemaOracle::new().unwrap());
    let tables = [
        "CREATE TABLE n(a COLLATE Mine, b, PRIMARY KEY(b, a)) WITHOUT ROWID",
        "CREATE TABLE n(a COLLATE Mine, b)",
        "CREATE TABLE n(a INT PRIMARY KEY COLLATE \"My own\", b COLLATE Other) WITHOUT ROWID",
    ];
    let indexes = [
        "CREATE INDEX n ON t(b COLLATE Mine)",
        "CREATE INDEX n ON t(b COLLATE Mine, c COLLATE 'Other', a)",
    ];
    let of = |kind| move |sql: &&str| (kind, (*sql).to_owned());
    let all = tables
        .iter()
        .map(of("table"))
        .chain(indexes.iter().map(of("index")));
    for (kind, sql) in all {
        let statement = Statement {
            kind,
            name: "n",
            table: if kind == "index" { "t" } else { "n" },
            sql,
        };
        let database = schemas.database(&statement).unwrap();
        for (level, name) in [
            (Level::Full, "PRAGMA integrity_check"),
            (Level::Quick, "PRAGMA quick_check"),
        ] {
            let expected = oracle.check(&database, None, name);
            let found = printed(&database, level);
            assert_eq!(
                outcome(&found, &expected),
                "the same",
                "{}: {found:?} {expected:?}",
                statement.sql
            );
        }
    }
}
