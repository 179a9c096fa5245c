//! Statements at random, sound and unsound, as rows of `sqlite_schema`: what SQLite refuses is refused, in its words, and
//! nothing else is.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read its input fails"
)]

mod support;

use std::collections::BTreeMap;

use stillframe_testkit::builder::{Seed, Statement, changed, statement};
use stillframe_testkit::oracle::{SchemaOracle, keywords};

const CASES: u64 = 20_000;

/// What a word is put into: wherever a view or a trigger may have a name, and elsewhere.
const PLACES: &[&str] = &[
    "CREATE VIEW n AS SELECT @",
    "CREATE VIEW n AS SELECT a @ FROM t",
    "CREATE VIEW n AS SELECT a AS @ FROM t",
    "CREATE VIEW n AS SELECT @.* FROM t",
    "CREATE VIEW n AS SELECT t.@, @.a, @(1), @() OVER @, 1 COLLATE @ FROM t",
    "CREATE VIEW n AS SELECT a FROM @",
    "CREATE VIEW n AS SELECT a FROM t @",
    "CREATE VIEW n AS SELECT a FROM t @ JOIN w",
    "CREATE VIEW n AS SELECT a FROM t LEFT @ JOIN w",
    "CREATE VIEW n AS SELECT a FROM t AS @ WHERE a @ b",
    "CREATE VIEW n AS SELECT sum(a) @ w FROM t",
    "CREATE VIEW n AS SELECT sum(a) @ (WHERE 1) FROM t",
    "CREATE VIEW n AS SELECT sum(a) OVER (@) FROM t",
    "CREATE VIEW n AS SELECT sum(a) OVER (ROWS @ ROW) FROM t",
    "CREATE VIEW n AS SELECT a FROM t WINDOW @ AS (@ ORDER BY a)",
    "CREATE VIEW n AS SELECT a FROM t @ x AS (ORDER BY a)",
    "CREATE VIEW n AS SELECT a FROM t ORDER BY a @",
    "CREATE VIEW n AS SELECT a FROM t ORDER BY a NULLS @",
    "CREATE VIEW n AS SELECT a FROM t LIMIT 1 @ 2",
    "CREATE VIEW n AS WITH @ AS (SELECT 1) SELECT 1",
    "CREATE VIEW n AS WITH x AS @ (SELECT 1) SELECT 1",
    "CREATE VIEW n AS SELECT CAST(a AS @), CASE @ WHEN 1 THEN @ END",
    "CREATE VIEW n AS SELECT RAISE(@, 'x')",
    "CREATE VIEW n AS SELECT a IN @ FROM t",
    "CREATE VIEW n(@) AS SELECT 1",
    "CREATE VIEW @ n AS SELECT 1",
    "CREATE @ VIEW n AS SELECT 1",
    "CREATE VIEW n @ SELECT 1",
    "CREATE VIEW n AS @ 1",
    "CREATE VIEW n AS SELECT 1 @ SELECT 2",
    "CREATE TRIGGER n @ INSERT ON t BEGIN SELECT 1; END",
    "CREATE TRIGGER n @ ON t BEGIN SELECT 1; END",
    "CREATE TRIGGER n UPDATE OF @ ON t BEGIN SELECT 1; END",
    "CREATE TRIGGER n INSERT ON t @ BEGIN SELECT 1; END",
    "CREATE TRIGGER n INSERT ON t FOR EACH ROW WHEN @ BEGIN SELECT 1; END",
    "CREATE TRIGGER n INSERT ON t BEGIN @ 1; END",
    "CREATE TRIGGER n INSERT ON t BEGIN SELECT 1; @",
    "CREATE TRIGGER n INSERT ON t BEGIN @ INTO t SELECT 1; END",
    "CREATE TRIGGER n INSERT ON t BEGIN INSERT INTO @ SELECT 1; END",
    "CREATE TRIGGER n INSERT ON t BEGIN INSERT INTO t(@) SELECT 1; END",
    "CREATE TRIGGER n INSERT ON t BEGIN INSERT OR @ INTO t AS @ SELECT 1; END",
    "CREATE TRIGGER n INSERT ON t BEGIN INSERT INTO t SELECT 1 ON @ DO NOTHING; END",
    "CREATE TRIGGER n INSERT ON t BEGIN INSERT INTO t SELECT 1 ON CONFLICT @ NOTHING; END",
    "CREATE TRIGGER n INSERT ON t BEGIN UPDATE t @ SET a = 1; END",
    "CREATE TRIGGER n INSERT ON t BEGIN UPDATE t SET @ = 1; END",
    "CREATE TRIGGER n INSERT ON t BEGIN DELETE FROM t AS @ WHERE @; END",
    "CREATE VIRTUAL TABLE n USING @",
    "CREATE VIRTUAL TABLE n USING rtree(@)",
    "CREATE VIRTUAL @ n USING rtree",
    "CREATE TABLE n(a @, b)",
    "CREATE TABLE n(a @ (b), c)",
    "CREATE TABLE n(a NOT NULL @ ALWAYS AS (b), b)",
    "CREATE TABLE n(a AS (b) @, b)",
    "CREATE TABLE n(a DEFAULT @)",
    "CREATE TABLE n(a DEFAULT - @)",
    "CREATE TABLE n(a REFERENCES w ON @ CASCADE)",
    "CREATE TABLE n(a REFERENCES w ON DELETE @)",
    "CREATE TABLE n(a UNIQUE ON CONFLICT @)",
    "CREATE TABLE n(a, @ (a))",
    "CREATE TABLE n(a) @",
    "CREATE TABLE n(a) WITHOUT @",
    "CREATE TABLE @ n(a)",
    "CREATE INDEX n ON @(a)",
    "CREATE INDEX n ON t(a @)",
    "CREATE @ INDEX n ON t(a)",
];

/// Every word of the language in every place.
#[test]
fn words_are_refused_where_sqlite_refuses_them() {
    let oracle = SchemaOracle::new().unwrap();
    let mut words = keywords();
    words.extend(
        [
            "plain",
            "\"quoted\"",
            "[quoted]",
            "`quoted`",
            "'text'",
            "5",
            "?",
            "(",
        ]
        .map(str::to_owned),
    );
    let (mut sound, mut refused, mut others, mut wrong) = (0, 0, 0, Vec::new());
    for place in PLACES {
        let kind = ["VIEW", "TRIGGER", "INDEX"]
            .into_iter()
            .find(|kind| place.contains(kind));
        for word in &words {
            let kind = kind.unwrap_or("TABLE");
            let statement = Statement {
                kind: match kind {
                    "VIEW" => "view",
                    "TRIGGER" => "trigger",
                    "INDEX" => "index",
                    _ => "table",
                },
                name: "n",
                table: if matches!(kind, "TRIGGER" | "INDEX") {
                    "t"
                } else {
                    "n"
                },
                sql: place.replace('@', word),
            };
            let database = oracle.database(&statement).unwrap();
            let expected = oracle.refusal(&database).unwrap();
            let found = support::said(&support::schema(&database));
            sound += usize::from(expected.is_none());
            refused += usize::from(expected.is_some());
            let expected = expected.unwrap_or_else(|| "ok".to_owned());
            let is_other = found.as_ref() != Some(&expected);
            // Of two things that are wrong SQLite says the one that it meets last at a token.
            let is_refused = found.as_ref().is_some_and(|found| found != "ok") && expected != "ok";
            others += usize::from(is_other && is_refused);
            if is_other && !is_refused {
                wrong.push(format!("{}: {found:?}, and not {expected}", statement.sql));
            }
        }
    }
    println!("{sound} sound, {refused} refused, {others} in other words; {wrong:#?}");
    assert_eq!(wrong, [""; 0]);
    assert!(sound > 2000 && refused > 7000 && others < 3);
}

#[test]
fn what_sqlite_refuses_is_refused_in_its_words() {
    let keywords = keywords();
    let oracle = SchemaOracle::new().unwrap();
    let first = std::env::var("FIRST").map_or(0, |first| first.parse().unwrap());
    let count = std::env::var("COUNT").map_or(CASES, |count| count.parse().unwrap());
    let mut outcomes: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    let mut wrong = Vec::new();
    for case in first..first + count {
        let mut seed = Seed(case);
        let mut statement = statement(&mut seed);
        if case % 3 == 0 {
            statement.sql = changed(&statement.sql, &keywords, &mut seed);
        }
        let database = oracle.database(&statement).unwrap();
        let expected = oracle.refusal(&database).unwrap();
        let expected = expected.unwrap_or_else(|| "ok".to_owned());
        let schema = support::schema(&database);
        let found = support::said(&schema);
        let is_ok = |text: &str| text == "ok";
        let outcome = match &found {
            Some(found) if *found == expected => "the same",
            Some(found) if !is_ok(found) && !is_ok(&expected) => "other words",
            Some(_) => "wrong",
            None if is_ok(&expected) => "not known, sound",
            None => "not known, unsound",
        };
        *outcomes.entry((statement.kind, outcome)).or_default() += 1;
        if outcome != "the same" {
            let text = format!(
                "{outcome}\n    {}\n    {expected}\n    {found:?}",
                statement.sql
            );
            if outcome == "wrong" || std::env::var_os("ALL").is_some() {
                wrong.push(text);
            }
        }
    }
    println!("{outcomes:#?}");
    let only = std::env::var("ONLY").unwrap_or_default();
    let shown: Vec<_> = wrong
        .iter()
        .filter(|text| text.starts_with(&only))
        .take(40)
        .collect();
    for text in shown {
        println!("{text}");
    }
    assert!(wrong.is_empty());
}
