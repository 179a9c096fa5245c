//! Databases with more problems than are kept: all are counted, and printed where so many are asked for.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot make its input fails"
)]

use stillframe_check::content::Level;
use stillframe_check::pragma::pragma;
use stillframe_check::render::full;
use stillframe_check::{Evidence, Report, Severity};
use stillframe_history::{BackupSet, Image, Input};
use stillframe_testkit::builder::{Plan, SetBuilder};
use stillframe_testkit::naive::{be32, put16};
use stillframe_testkit::oracle::Oracle;

/// A table of many rows, and one behind it: no cell of the first is where it should be.
fn database() -> Vec<u8> {
    let plan = Plan {
        page_size: 512,
        journal_mode: "DELETE",
        ..Plan::default()
    };
    let builder = SetBuilder::new("many", &plan);
    builder.sql(
        "CREATE TABLE t(a); CREATE TABLE later(a TEXT NOT NULL);
         INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20500) SELECT i FROM n;
         INSERT INTO later VALUES ('x');
         CREATE TABLE last(a); INSERT INTO last VALUES (zeroblob(20000));",
    );
    let mut database = builder.close();
    for page in 3..be32(&database, 28) as usize {
        let at = page * 512;
        if database[at] == 0x0d && database[at + 3] == 0 && database[at + 4] > 8 {
            for cell in 0..usize::from(database[at + 4]) {
                put16(&mut database, at + 8 + 2 * cell, 1);
            }
        }
    }
    // The overflow pages of the last table are led to by nothing.
    let last = (3..be32(&database, 28) as usize).rev();
    let leaf = last
        .map(|page| page * 512)
        .find(|&at| database[at] == 0x0d)
        .unwrap();
    put16(&mut database, leaf + 3, 0);
    database
}

fn set(database: &[u8]) -> BackupSet {
    BackupSet {
        database: Some(Input::new("app.db", database.to_vec())),
        ..BackupSet::default()
    }
}

#[test]
fn as_many_as_are_asked_for_are_printed_as_sqlite_prints_them() {
    let database = database();
    let set = set(&database);
    let image = Image::read(&set, None, &()).unwrap().1.unwrap();
    let header = *image.header().unwrap();
    let oracle = Oracle::new();
    for most in [10_000, 10_001, 100_000] {
        let found = pragma(&image, &header, Level::Full, most, &()).unwrap();
        let expected = oracle.check(&database, None, &format!("PRAGMA integrity_check({most})"));
        let lines = expected.rows[0].lines().count() - 1;
        assert!(lines == most || lines > 20_000, "{lines}");
        assert_eq!(found.rows, expected.rows);
    }
}

#[test]
fn all_are_counted_and_the_trees_behind_them_walked() {
    let database = database();
    let set = set(&database);
    let evidence = Evidence::gather_at(&set, Some(Level::Full), &()).unwrap();
    let expected = Oracle::new().check(&database, None, "PRAGMA integrity_check(100000)");
    let lines = expected.rows[0].lines();
    let (unused, others): (Vec<&str>, Vec<&str>) =
        lines.skip(1).partition(|line| line.ends_with("never used"));
    assert!(
        unused.len() > 30 && others.len() > 20_000,
        "{} {}",
        unused.len(),
        others.len()
    );
    let report = Report::with_most(&evidence, 200);
    // All pages to which nothing leads are one finding.
    assert_eq!(report.counts.errors, others.len() + 1);
    let code = |code: &str| {
        Report::with_most(&evidence, usize::MAX)
            .findings
            .into_iter()
            .find(|it| it.rule.code == code)
    };
    let message = code("BT113").unwrap().message;
    assert!(
        message.starts_with(&format!("nothing leads to {} pages", unused.len())),
        "{message}"
    );
    assert!(
        report
            .not_checked
            .iter()
            .all(|it| it.starts_with("rows of")),
        "{:?}",
        report.not_checked
    );
    assert!(report.has(Severity::Error));
    let mut printed = Vec::new();
    full(&report, 80, &mut printed).unwrap();
    let printed = String::from_utf8(printed).unwrap();
    assert!(
        printed.contains("more findings: list 9,8"),
        "{}",
        &printed[printed.len() - 200..]
    );
}

/// A program that takes a file for text, and leaves lines alone that end as it wants them to: nothing proves that.
#[test]
fn what_explains_the_others_is_listed_first() {
    let builder = SetBuilder::new("letters", &Plan::default());
    builder.sql(
        "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT); CREATE INDEX i ON t(b);
         INSERT INTO t(b) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
         SELECT 'Dear ' || i || ',' || char(13, 10) || 'the engine weaves.' FROM n;",
    );
    let mut sent = Vec::new();
    for byte in builder.close() {
        if byte == b'\n' && sent.last() != Some(&b'\r') {
            sent.push(b'\r');
        }
        sent.push(byte);
    }
    let set = set(&sent);
    let evidence = Evidence::gather(&set, &()).unwrap();
    for most in [5, 10_000] {
        let report = Report::with_most(&evidence, most);
        assert!(report.counts.errors > 10, "{:?}", report.counts);
        let severities: Vec<Severity> = report.findings.iter().map(|it| it.severity).collect();
        assert_eq!(report.findings[0].rule.code, "DB208");
        assert!(
            severities[1..].is_sorted_by(|a, b| a >= b),
            "{severities:?}"
        );
    }
}
