//! Statements of any bytes as the rows of `sqlite_schema`: each is understood or refused, and what is understood holds
//! together.
//!
//! An input is a choice of the format and the number of pages, and statements with a zero byte between them.

use std::borrow::Cow;

use stillframe_schema::{Row, Schema, Source, Table};

use crate::material::MAX_INPUT_BYTES;
use crate::reader::Reader;

/// Statements that are read at most.
const MOST_STATEMENTS: usize = 8;

/// Reads the statements as a schema, each under the name that stands behind its second or third word.
///
/// # Panics
/// What is understood contradicts itself.
pub fn run(bytes: &[u8]) {
    let mut reader = Reader::new(bytes.get(..MAX_INPUT_BYTES).unwrap_or(bytes));
    let choice = reader.byte();
    let text = String::from_utf8_lossy(reader.rest()).into_owned();
    let statements: Vec<&str> = text.split('\0').take(MOST_STATEMENTS).collect();
    let rows: Vec<Row<'_>> = (2u32..)
        .zip(&statements)
        .map(|(root, sql)| row(root, sql))
        .collect();
    let pages = u32::from(choice >> 3) + 2;
    let schema = Schema::read(&rows, choice & 7, pages);
    assert!(schema.refused.len() <= rows.len());
    assert!(
        schema
            .refused
            .iter()
            .all(|refused| refused.row < rows.len())
    );
    schema.tables.iter().for_each(whole);
    // And with no names, which is refused at the latest once the statement was read.
    let nameless: Vec<Row<'_>> = statements
        .iter()
        .map(|sql| Row::new("", "", "", 2, sql))
        .collect();
    assert_eq!(Schema::read(&nameless, 4, pages).tables.len(), 1);
}

/// A row that says of a statement what the statement itself does, where its name is a plain word.
fn row(root: u32, sql: &str) -> Row<'_> {
    let mut words = sql
        .split(|character: char| !(character.is_alphanumeric() || character == '_'))
        .filter(|word| !word.is_empty());
    let is = |word: &str, other: &str| word.eq_ignore_ascii_case(other);
    let kinds = ["table", "index", "view", "trigger"];
    let kind = words.find_map(|word| kinds.into_iter().find(|kind| is(word, kind)));
    let kind = kind.unwrap_or("table");
    let mut names = words.filter(|word| !["if", "not", "exists"].iter().any(|skip| is(word, skip)));
    let name = names.next().unwrap_or("t");
    let mut names = names.skip_while(|word| !is(word, "on"));
    let table = names.nth(1).filter(|_| matches!(kind, "index" | "trigger"));
    let has_root =
        matches!(kind, "table" | "index") && !sql.to_ascii_lowercase().contains("virtual");
    Row {
        kind: Some(Cow::Borrowed(kind)),
        table: Some(Cow::Borrowed(table.unwrap_or(name))),
        ..Row::new(kind, name, name, if has_root { root } else { 0 }, sql)
    }
}

/// Every column that a table or an index names is there.
fn whole(table: &Table) {
    let columns = table.columns.len();
    assert!(table.rowid_alias.is_none_or(|column| column < columns));
    assert!(!(table.is_without_rowid && table.rowid_alias.is_some()));
    assert!((0..columns).all(|column| {
        table
            .place_in_record(column)
            .is_none_or(|place| place < columns + 1)
    }));
    for index in &table.indexes {
        assert!(index.key_columns <= index.columns.len());
        for part in &index.columns {
            if let Source::Column(column) = part.source {
                assert!(
                    column < columns,
                    "{}: column {column} of {columns}",
                    index.name
                );
            }
        }
    }
}
