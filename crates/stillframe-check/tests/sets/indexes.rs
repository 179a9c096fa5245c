//! Rows and indexes that contradict each other, made with SQLite.

use stillframe_testkit::builder::{Plan, SetBuilder};
use stillframe_testkit::oracle::Oracle;

use super::*;

/// A table whose second row says, of both names, what the first says, as the two indexes do not.
fn two_rows_of_one_name(index: &str) -> Vec<u8> {
    let plan = Plan {
        page_size: PAGE as u32,
        journal_mode: "DELETE",
        ..Plan::default()
    };
    let builder = SetBuilder::new("indexes", &plan);
    builder.sql("CREATE TABLE people (name TEXT)");
    builder.sql(index);
    builder.sql("INSERT INTO people VALUES ('Blaise'), ('Blaist')");
    let mut database = builder.close();
    // The rows are on page 2, behind the schema.
    let rows = &mut database[PAGE..2 * PAGE];
    let name = rows.windows(6).position(|name| name == b"Blaist").unwrap();
    rows[name + 5] = b'e';
    database
}

/// `REINDEX` is proposed where it mends the index, and where it fails it is not, and that is said.
#[test]
fn reindex_is_proposed_where_it_succeeds() {
    for (unique, is_proposed) in [("", true), ("UNIQUE", false)] {
        let index = format!("CREATE {unique} INDEX people_by_name ON people (name)");
        let database = two_rows_of_one_name(&index);
        let oracle = Oracle::new();
        let reindexed = oracle.query(&database, None, "REINDEX");
        assert_eq!(reindexed.is_ok(), is_proposed, "{reindexed:?}");

        let report = check(Some(database), None);
        assert_eq!(all(&report), ["RC201"], "{index}");
        let help = report.findings[0].help.as_deref().unwrap();
        assert_eq!(help.contains("UNIQUE constraint failed"), !is_proposed);
        let next = report.verdict.next.unwrap_or_default();
        assert_eq!(next.contains("REINDEX"), is_proposed, "{next}");
    }
}

/// Where SQLite's check ends with an error, the table is named at which it does.
#[test]
fn the_table_is_named_whose_rows_cannot_be_read() {
    let plan = Plan {
        page_size: PAGE as u32,
        journal_mode: "DELETE",
        ..Plan::default()
    };
    let builder = SetBuilder::new("indexes", &plan);
    builder.sql("CREATE TABLE sound (a)");
    builder.sql("CREATE TABLE rootless (a PRIMARY KEY) WITHOUT ROWID");
    builder.sql("PRAGMA writable_schema=ON");
    builder.sql("UPDATE sqlite_schema SET rootpage = 0 WHERE name = 'rootless'");
    let database = builder.close();
    let expected = Oracle::new().check(&database, None, "PRAGMA integrity_check");
    let message = expected.error.unwrap().message;
    assert_eq!(message, "database disk image is malformed");

    let report = check(Some(database), None);
    let mut findings = report.findings.iter();
    let finding = findings.find(|finding| finding.rule.code == "RC103");
    let message = &finding.unwrap().message;
    assert!(
        message.ends_with("page 0 as the root of table rootless"),
        "{message}"
    );
}
