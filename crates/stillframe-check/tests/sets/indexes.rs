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

/// A table with rows 1 to 3, an index of which these bytes are made others.
fn with_index(index: &str, change: impl FnOnce(&mut [u8])) -> Vec<u8> {
    let plan = Plan {
        page_size: PAGE as u32,
        journal_mode: "DELETE",
        ..Plan::default()
    };
    let builder = SetBuilder::new("indexes", &plan);
    builder.sql("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE)");
    builder.sql(index);
    builder.sql("INSERT INTO people VALUES (1, 'Ada'), (2, 'Blaise'), (3, 'Carlos')");
    let mut database = builder.close();
    change(&mut database[2 * PAGE..3 * PAGE]);
    database
}

/// The bytes of the entry of Blaise: its length, the header of its record, and the name and the rowid.
fn blaise(index: &[u8]) -> std::ops::Range<usize> {
    let name = index.windows(6).position(|name| name == b"Blaise").unwrap();
    name - 4..name + 7
}

/// A finding about an entry has the bytes of its cell, or names them.
#[test]
fn the_bytes_of_an_entry_are_named() {
    let plain = "CREATE INDEX people_by_name ON people (name)";
    let on_expression = "CREATE INDEX people_by_name ON people (lower(name), name)";
    let start = blaise(&with_index(plain, |_| {})[2 * PAGE..]).start as u64;
    let cell = 2 * PAGE as u64 + start;

    // Another rowid: row 2 is missing, and the entry leads to no row.
    let report = check(
        Some(with_index(plain, |index| index[blaise(index).end - 1] = 9)),
        None,
    );
    assert_eq!(all(&report), ["RC201", "RC211"]);
    assert_eq!(report.findings[1].place.range.start, cell);
    assert_eq!(report.findings[1].place.range.length(), 11);
    assert!(report.findings[1].message.contains("cell 1 of page 3"));

    // Another name: row 2 is missing, and its entry is named.
    let report = check(
        Some(with_index(plain, |index| {
            index[blaise(index).end - 2] = b'k'
        })),
        None,
    );
    assert_eq!(all(&report), ["RC201"]);
    let (place, words) = &report.findings[0].related[0];
    assert_eq!(place.range.start, cell);
    assert_eq!(words, "cell 1, its entry with another name");

    // A capital, which is the same to NOCASE.
    let report = check(
        Some(with_index(plain, |index| {
            index[blaise(index).start + 5] = b'L'
        })),
        None,
    );
    assert_eq!(all(&report), ["RC209"]);
    assert_eq!(report.findings[0].place.range.start, cell);

    // Of an index on an expression, too.
    let capital = |index: &mut [u8]| {
        let end = index.windows(6).position(|name| name == b"Blaise").unwrap() + 5;
        index[end] = b'E';
    };
    let report = check(Some(with_index(on_expression, capital)), None);
    assert_eq!(all(&report), ["RC214"]);
    assert_eq!(report.findings[0].place.range.length(), 18);
    let out_of_order = |index: &mut [u8]| index[8..12].rotate_left(2);
    let report = check(Some(with_index(on_expression, out_of_order)), None);
    assert_eq!(all(&report), ["RC212"]);
}

/// Entries that an index has more than there are rows are named by the finding that counts them.
#[test]
fn entries_of_no_row_are_named() {
    let plan = Plan {
        page_size: PAGE as u32,
        journal_mode: "DELETE",
        ..Plan::default()
    };
    for index in ["name", "upper(name)"] {
        let builder = SetBuilder::new("indexes", &plan);
        builder.sql("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)");
        builder.sql(&format!("CREATE INDEX people_by_name ON people ({index})"));
        builder.sql("INSERT INTO people VALUES (1, 'Ada'), (2, 'Blaise'), (3, 'Carlos')");
        builder.sql(
            "PRAGMA writable_schema=ON;
             CREATE TABLE kept AS SELECT * FROM sqlite_schema WHERE type = 'index';
             DELETE FROM sqlite_schema WHERE type = 'index';
             PRAGMA writable_schema=RESET;",
        );
        builder.sql(
            "DELETE FROM people WHERE id < 3;
             PRAGMA writable_schema=ON;
             INSERT INTO sqlite_schema SELECT * FROM kept;",
        );
        let report = check(Some(builder.close()), None);
        let of_entries = report
            .findings
            .iter()
            .filter(|it| it.rule.code.starts_with("RC"));
        let of_entries: Vec<_> = of_entries.collect();
        let [finding] = of_entries.as_slice() else {
            panic!("{of_entries:?}");
        };
        assert_eq!(finding.rule.code, "RC202", "{index}");
        assert!((7..=13).contains(&finding.place.range.length()));
        let words: Vec<&str> = finding
            .related
            .iter()
            .map(|(_, words)| words.as_str())
            .collect();
        assert_eq!(
            words,
            [
                "cell 0, an entry of no row: rowid 1",
                "cell 1, an entry of no row: rowid 2"
            ]
        );
    }
}

/// What is not checked is listed for people as long as it is short.
#[test]
fn no_list_of_what_is_not_checked_is_endless() {
    let builder = SetBuilder::new("indexes", &Plan::default());
    builder.sql("CREATE TABLE t (a)");
    for index in 0..30 {
        builder.sql(&format!(
            "CREATE INDEX t_{index} ON t (a) WHERE a > {index}"
        ));
    }
    let report = check(Some(builder.close()), None);
    assert_eq!(report.not_checked.len(), 30);
    let mut text = Vec::new();
    stillframe_check::render::full(&report, 80, &mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    assert_eq!(text.matches("not checked  ").count(), 21, "{text}");
    assert!(
        text.contains("10 more parts: list them with --format json"),
        "{text}"
    );
}
