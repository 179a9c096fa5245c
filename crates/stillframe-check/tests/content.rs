//! What the look at the content says of its end, and of databases in which SQLite's own check finds nothing.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot make its input fails"
)]

use stillframe_check::content::{
    Content, Counted, End, Level, content, content_in_order, read_schema, roots,
};
use stillframe_check::walk::structure;
use stillframe_history::{BackupSet, Image, Input};
use stillframe_testkit::builder::{Plan, SetBuilder};

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
