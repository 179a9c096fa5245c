//! What the look at the content says of its end, and of databases in which SQLite's own check finds nothing.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot make its input fails"
)]

use std::collections::BTreeSet;
use stillframe_check::content::{
    Content, Counted, End, InvalidText, InvalidValue, Level, content, content_in_order,
    read_schema, roots,
};
use stillframe_check::pragma::{MOST_ROWS, PragmaError, pragma};
use stillframe_check::walk::structure;
use stillframe_check::{Evidence, Report, Severity, VerdictKind};
use stillframe_history::{BackupSet, Image, Input};
use stillframe_testkit::builder::{Plan, SetBuilder};
use stillframe_testkit::naive::{be32, put16};
use stillframe_testkit::oracle::Oracle;

/// What is found both in no order and row after row: the same.
fn look(database: Vec<u8>, level: Level, most: usize) -> Content {
    let set = BackupSet {
        database: Some(Input::new("app.db", database)),
        ..BackupSet::default()
    };
    let image = Image::read(&set, None, &()).unwrap().1.unwrap();
    let header = *image.header().unwrap();
    let schema = read_schema(&image, &header).unwrap().unwrap();
    let structure = structure(&image, &header, &roots(&schema), 100, &()).unwrap();
    let counted = Counted {
        is_sound: structure.problems.is_empty(),
        counts: &structure.rows,
        damaged: &BTreeSet::new(),
    };
    let found = content(&image, &header, &schema, &counted, level, most, &()).unwrap();
    let slow = content_in_order(&image, &header, &schema, &counted, level, most).unwrap();
    assert_eq!(found, slow);
    found
}

/// A database with a number in a column of text.
fn with_a_problem() -> Vec<u8> {
    let builder = SetBuilder::new("content", &Plan::default());
    builder.sql(
        "CREATE TABLE t(a TEXT); INSERT INTO t VALUES ('x');
         PRAGMA writable_schema = ON;
         CREATE TABLE n(a INT); INSERT INTO n VALUES (1);
         UPDATE sqlite_schema SET sql = 'CREATE TABLE n(a TEXT)' WHERE name = 'n';",
    );
    builder.close()
}

#[test]
fn an_end_says_whether_there_may_be_more() {
    let found = look(with_a_problem(), Level::Quick, 2);
    assert_eq!((found.problems.len(), found.end), (1, End::Whole));
    let found = look(with_a_problem(), Level::Quick, 1);
    assert_eq!((found.problems.len(), found.end), (1, End::Most));
    let found = look(with_a_problem(), Level::Quick, 0);
    assert_eq!((found.problems.len(), found.end), (0, End::Most));
}

#[test]
fn the_structure_alone_has_no_content() {
    let found = look(with_a_problem(), Level::Structure, 2);
    assert_eq!(found, Content::default());
}

/// What SQLite makes of bytes that are not there hangs on what its memory holds: it is not given out for SQLite's answer.
#[test]
fn past_the_end_of_a_page_nothing_is_determined() {
    let mut database = made_by(
        1024,
        "UTF-8",
        "CREATE TABLE before(a TEXT NOT NULL); INSERT INTO before VALUES ('x');
         CREATE TABLE t(a TEXT NOT NULL); INSERT INTO t VALUES ('one'), ('two'), ('three');",
    );
    // The first cell of the second table begins at the last byte of its page.
    put16(&mut database, 2 * 1024 + 8, 1023);
    let set = BackupSet {
        database: Some(Input::new("app.db", database.clone())),
        ..BackupSet::default()
    };
    let image = Image::read(&set, None, &()).unwrap().1.unwrap();
    let header = *image.header().unwrap();
    let found = pragma(&image, &header, Level::Full, MOST_ROWS, &()).unwrap();
    let expected = Oracle::new().check(&database, None, "PRAGMA integrity_check");
    assert_eq!(found.rows, expected.rows[..found.rows.len()]);
    assert!(
        found.rows[0].contains("Offset 1023 out of range"),
        "{found:?}"
    );
    assert_eq!(found.error, Some(PragmaError::PastPage));
    let words = PragmaError::PastPage.to_string();
    assert!(words.contains("not determined") && !words.contains("malformed"));
}

/// As many columns as there can be, in an index of them all, looked at row after row: that takes no time by the square of
/// them, as there is nothing wrong but the count of free pages.
#[test]
fn tables_of_two_thousand_columns_are_looked_at() {
    for (key, options) in [("", ""), (" PRIMARY KEY", " WITHOUT ROWID")] {
        let names: Vec<String> = (0..2000).map(|at| format!("c{at}")).collect();
        let columns = names.join(" TEXT NOT NULL, ");
        let values: Vec<String> = (0..1999)
            .map(|at| format!("'v' || i * {at} % 97"))
            .collect();
        let mut database = made_by(
            4096,
            "UTF-8",
            &format!(
                "CREATE TABLE t({columns} INTEGER{key}){options}; CREATE INDEX i ON t({});
                 INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)
                   SELECT {}, i FROM n;",
                names.join(", "),
                values.join(", ")
            ),
        );
        assert!(texts(&database).is_empty());
        database[39] = 7;
        let oracle = Oracle::new();
        let found = printed(&database);
        assert_eq!(
            found,
            oracle.check(&database, None, "PRAGMA integrity_check").rows
        );
        // An entry is not counted any more, or a row.
        let pages = be32(&database, 28) as usize;
        let page = (1..pages)
            .rev()
            .find(|page| matches!(database[page * 4096], 2 | 10));
        let page = page.unwrap() * 4096;
        let count = u16::from_be_bytes([database[page + 3], database[page + 4]]);
        put16(&mut database, page + 3, count - 1);
        let found = printed(&database);
        assert!(found.len() > 1, "{found:?}");
        assert_eq!(
            found,
            oracle.check(&database, None, "PRAGMA integrity_check").rows
        );
    }
}

/// Thousands of tables and indexes, one of them with a row too few.
#[test]
fn thousands_of_tables_are_looked_at() {
    let tables = (0..2000).map(|at| {
        format!(
            "CREATE TABLE t{at}(a INTEGER PRIMARY KEY, b UNIQUE, c TEXT NOT NULL); CREATE INDEX i{at} ON t{at}(c, b);
             INSERT INTO t{at} VALUES ({at}, 'b', 'c'), (NULL, 'x', 'y');"
        )
    });
    let sql: String = tables.collect();
    let mut database = made_by(512, "UTF-8", &format!("BEGIN; {sql} COMMIT;"));
    assert!(texts(&database).is_empty());
    let pages = be32(&database, 28) as usize;
    let page = (1..pages).rev().find(|page| database[page * 512] == 10);
    put16(&mut database, page.unwrap() * 512 + 3, 1);
    let expected = Oracle::new().check(&database, None, "PRAGMA integrity_check");
    assert!(expected.rows.len() > 1, "{expected:?}");
    assert_eq!(printed(&database), expected.rows);
}

/// What the whole check prints.
fn printed(database: &[u8]) -> Vec<String> {
    let set = BackupSet {
        database: Some(Input::new("app.db", database.to_vec())),
        ..BackupSet::default()
    };
    let image = Image::read(&set, None, &()).unwrap().1.unwrap();
    let header = *image.header().unwrap();
    let found = pragma(&image, &header, Level::Full, MOST_ROWS, &()).unwrap();
    assert_eq!(found.error, None);
    found.rows
}

fn made_by(page_size: u32, encoding: &'static str, sql: &str) -> Vec<u8> {
    let plan = Plan {
        page_size,
        encoding,
        journal_mode: "DELETE",
        ..Plan::default()
    };
    let builder = SetBuilder::new("content", &plan);
    builder.sql(sql);
    builder.close()
}

/// The text that is none of a database in which SQLite's check finds nothing, and neither does ours above a note.
fn texts(database: &[u8]) -> Vec<InvalidText> {
    let set = BackupSet {
        database: Some(Input::new("app.db", database.to_vec())),
        ..BackupSet::default()
    };
    let image = Image::read(&set, None, &()).unwrap().1.unwrap();
    let header = *image.header().unwrap();
    assert!(
        pragma(&image, &header, Level::Full, MOST_ROWS, &())
            .unwrap()
            .is_ok()
    );
    let report = Report::new(&Evidence::gather(&set, &()).unwrap());
    assert_eq!(report.verdict.kind, VerdictKind::Complete);
    assert!(!report.has(Severity::Warning));
    let found = look(database.to_vec(), Level::Full, 100);
    assert_eq!((found.problems.len(), found.end), (0, End::Whole));
    let notes = report.findings.iter();
    let notes = notes.filter(|finding| finding.rule.code == "RC901");
    assert_eq!(notes.count(), found.texts.len());
    found.texts
}

/// The bytes that a finding names, of pages of so many bytes.
fn named(database: &[u8], page_size: u64, text: &InvalidText) -> Vec<Vec<u8>> {
    let bytes = text.first.iter().map(|value| {
        let start = u64::from(value.place.page.get() - 1) * page_size;
        let range = value.place.range.offset_by(start);
        database[range.start as usize..range.end as usize].to_vec()
    });
    bytes.collect()
}

#[test]
fn text_that_is_not_utf_8_is_counted_and_the_first_of_it_named() {
    let database = made_by(
        512,
        "UTF-8",
        "CREATE TABLE t(a, v AS (a || 'x'), id INTEGER PRIMARY KEY, b TEXT DEFAULT 'none');
         CREATE INDEX t_b ON t(b);
         INSERT INTO t(id, a, b) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
           SELECT i, 'Vä' || i, CASE WHEN i % 20 THEN x'e9' ELSE CAST(x'c3' || printf('%03d', i) AS TEXT) END FROM n;
         INSERT INTO t(id, a) VALUES(7000, 'none');
         CREATE TABLE sound(a); INSERT INTO sound SELECT a FROM t;",
    );
    let [text] = &texts(&database)[..] else {
        panic!("one table has such text");
    };
    assert_eq!((text.table.as_str(), text.values), ("t", 20));
    let rowids = text.first.iter().map(|value| value.rowid);
    assert_eq!(rowids.collect::<Vec<_>>(), [20, 40, 60, 80, 100].map(Some));
    assert!(text.first.iter().all(|value| value.column == "b"));
    let expected = [20, 40, 60, 80, 100].map(|id| format!("{id:03}"));
    for (found, expected) in named(&database, 512, text).iter().zip(expected) {
        assert_eq!(found, &[b"\xc3", expected.as_bytes()].concat());
    }
    assert_eq!(look(database.clone(), Level::Quick, 100).texts, []);
}

#[test]
fn text_on_overflow_pages_is_looked_at() {
    let database = made_by(
        512,
        "UTF-8",
        "CREATE TABLE t(a TEXT, b TEXT);
         INSERT INTO t VALUES(printf('%.2000c', 'a') || CAST(x'ff' AS TEXT), CAST(x'ff' AS TEXT));",
    );
    let text = &texts(&database)[0];
    assert_eq!(text.values, 2);
    let found = named(&database, 512, text);
    // What of the row is on its page, for the value that is not; and what of the other is.
    let columns: Vec<_> = text
        .first
        .iter()
        .map(|value| value.column.as_str())
        .collect();
    assert_eq!(columns, ["b", "a"]);
    assert!(found[0].ends_with(&found[1]) && found[0].len() > found[1].len());
    assert!(found[1].iter().all(|&byte| byte == b'a'));
}

#[test]
fn each_row_of_a_tree_without_rowids_counts_once() {
    let database = made_by(
        512,
        "UTF-8",
        "CREATE TABLE w(a INTEGER, b TEXT, c TEXT, PRIMARY KEY(c, a)) WITHOUT ROWID;
         INSERT INTO w WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
           SELECT i, CAST(x'80' AS TEXT), printf('%.20c', 'c') FROM n;",
    );
    let text = &texts(&database)[0];
    assert_eq!((text.values, text.first.len()), (3000, 5));
    let is_named = |value: &InvalidValue| (value.column.as_str(), value.rowid) == ("b", None);
    assert!(text.first.iter().all(is_named));
    assert!(
        named(&database, 512, text)
            .iter()
            .all(|found| found == b"\x80")
    );
}

#[test]
fn half_a_surrogate_pair_is_no_utf_16() {
    let database = made_by(
        1024,
        "UTF-16be",
        "CREATE TABLE t(a TEXT);
         INSERT INTO t VALUES('\u{1f980}'), (CAST(x'0061d83e' AS TEXT)), (CAST(x'd83e0061' AS TEXT));",
    );
    let text = &texts(&database)[0];
    assert_eq!(text.values, 2);
    assert_eq!(
        named(&database, 1024, text),
        [[0, 0x61, 0xd8, 0x3e], [0xd8, 0x3e, 0, 0x61]]
    );
}

/// A table with a problem is looked at row after row, up to where as many are found as were wanted.
#[test]
fn text_of_a_table_with_a_problem_is_looked_at() {
    let builder = SetBuilder::new("content", &Plan::default());
    builder.sql(
        "CREATE TABLE sound(a TEXT); INSERT INTO sound VALUES (CAST(x'ff' AS TEXT));
         CREATE TABLE behind(a TEXT); INSERT INTO behind VALUES (CAST(x'ff' AS TEXT));
         PRAGMA writable_schema = ON;
         CREATE TABLE n(a INT); INSERT INTO n VALUES (CAST(x'ff' AS TEXT)), (1), (CAST(x'ff' AS TEXT));
         UPDATE sqlite_schema SET sql = 'CREATE TABLE n(a TEXT)' WHERE name = 'n';",
    );
    let database = builder.close();
    let count = |most| {
        let found = look(database.clone(), Level::Full, most);
        assert_eq!(found.problems.len(), 1);
        let texts = found.texts.into_iter();
        texts
            .map(|text| (text.table, text.values))
            .collect::<Vec<_>>()
    };
    let all = count(2);
    assert!(
        all.contains(&("n".to_owned(), 2)) && all.len() == 3,
        "{all:?}"
    );
    let some = count(1);
    assert!(some.contains(&("n".to_owned(), 1)), "{some:?}");
}
