//! What SQLite says of a schema, and how it is held against what is read here.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test takes what it needs; one that cannot read its input fails"
)]

use std::fs;

use rusqlite::Connection;
use stillframe_schema::{Collation, Index, Reason, Row, Schema, Source, Table, TableKind};

/// The rows of `sqlite_schema`, as SQLite reads them.
pub fn rows(database: &Connection) -> rusqlite::Result<Vec<Row<'static>>> {
    let mut statement = database.prepare(
        "SELECT CAST(type AS TEXT), CAST(name AS TEXT), CAST(tbl_name AS TEXT), CAST(rootpage AS TEXT), CAST(sql AS TEXT) \
         FROM sqlite_schema ORDER BY rowid",
    )?;
    let text = |row: &rusqlite::Row<'_>, index| -> rusqlite::Result<Option<_>> {
        let bytes = match row.get_ref(index)? {
            rusqlite::types::ValueRef::Text(bytes) => Some(bytes),
            _ => None,
        };
        Ok(bytes.map(|bytes| String::from_utf8_lossy(bytes).into_owned().into()))
    };
    let rows = statement.query_map([], |row| {
        Ok(Row {
            kind: text(row, 0)?,
            name: text(row, 1)?,
            table: text(row, 2)?,
            root: text(row, 3)?,
            sql: text(row, 4)?,
        })
    })?;
    rows.collect()
}

pub fn number(database: &Connection, pragma: &str) -> u32 {
    let sql = format!("PRAGMA {pragma}");
    database.query_row(&sql, [], |row| row.get(0)).unwrap()
}

/// Every row that a query gives, its values separated by bars.
pub fn list(database: &Connection, sql: &str) -> Vec<String> {
    let mut statement = database.prepare(sql).unwrap();
    let count = statement.column_count();
    let mut rows = statement.query([]).unwrap();
    let mut found = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        let values = (0..count).map(|index| match row.get_ref(index).unwrap() {
            rusqlite::types::ValueRef::Null => String::new(),
            rusqlite::types::ValueRef::Integer(integer) => integer.to_string(),
            rusqlite::types::ValueRef::Real(real) => real.to_string(),
            rusqlite::types::ValueRef::Text(bytes) | rusqlite::types::ValueRef::Blob(bytes) => {
                String::from_utf8_lossy(bytes).into_owned()
            }
        });
        found.push(values.collect::<Vec<_>>().join("|"));
    }
    found
}

pub fn quoted(name: &str) -> String {
    format!("'{}'", name.replace('\'', "''"))
}

fn kind(table: &Table) -> &'static str {
    match table.kind {
        TableKind::Ordinary => "table",
        TableKind::View => "view",
        TableKind::Virtual(_) => "virtual",
    }
}

/// Compares a schema with what SQLite says of it.
pub fn compare(database: &Connection, schema: &Schema, label: &str) {
    let tables = list(
        database,
        "SELECT name, iif(type = 'shadow', 'table', type), wr, strict FROM pragma_table_list WHERE schema = 'main'",
    );
    let flag = u8::from;
    let found: Vec<String> = schema
        .tables
        .iter()
        .map(|of| {
            // SQLite shows the name by which the table is to be called.
            let name = if of.root == 1 {
                "sqlite_schema"
            } else {
                &of.name
            };
            format!(
                "{name}|{}|{}|{}",
                kind(of),
                flag(of.is_without_rowid),
                flag(of.is_strict)
            )
        })
        .collect();
    assert_eq!(found, tables, "{label}");
    for table in &schema.tables {
        if table.kind == TableKind::Ordinary && table.root != 1 {
            compare_table(database, table, label);
        }
    }
}

fn compare_table(database: &Connection, table: &Table, label: &str) {
    let name = quoted(&table.name);
    let expected = list(
        database,
        &format!(
            "SELECT name, replace(type, ', ', ','), \"notnull\", pk > 0, hidden FROM pragma_table_xinfo({name})"
        ),
    );
    let found: Vec<String> = table
        .columns
        .iter()
        .map(|of| {
            let hidden = match of.generated {
                None => 0,
                Some(stillframe_schema::Generated::Virtual) => 2,
                Some(stillframe_schema::Generated::Stored) => 3,
            };
            let declared = match of.strict_type {
                Some(strict) => strict.name(),
                None => &of.declared_type,
            };
            let (null, key) = (u8::from(of.is_not_null), u8::from(of.is_in_primary_key));
            format!("{}|{declared}|{null}|{key}|{hidden}", of.name)
        })
        .collect();
    assert_eq!(found, expected, "{label}: columns of {name}");
    compare_indexes(database, table, label);
}

fn compare_indexes(database: &Connection, table: &Table, label: &str) {
    let name = quoted(&table.name);
    let expected = list(
        database,
        &format!("SELECT name, \"unique\", origin, partial FROM pragma_index_list({name})"),
    );
    let found: Vec<String> = table
        .indexes
        .iter()
        .map(|of| {
            let origin = match of.kind {
                stillframe_schema::IndexKind::Statement => "c",
                stillframe_schema::IndexKind::Unique => "u",
                stillframe_schema::IndexKind::PrimaryKey => "pk",
            };
            let (unique, partial) = (u8::from(of.is_unique()), u8::from(of.is_partial));
            format!("{}|{unique}|{origin}|{partial}", of.name)
        })
        .collect();
    assert_eq!(found, expected, "{label}: indexes of {name}");
    for index in &table.indexes {
        compare_parts(database, index, label);
    }
}

fn compare_parts(database: &Connection, index: &Index, label: &str) {
    let name = quoted(&index.name);
    let expected = list(
        database,
        &format!("SELECT cid, \"desc\", lower(coll), key FROM pragma_index_xinfo({name})"),
    );
    let columns = index.columns.iter().enumerate();
    let found: Vec<String> = columns
        .map(|(place, part)| {
            let source = match part.source {
                Source::Column(column) => column as i64,
                Source::Rowid => -1,
                Source::Expression => -2,
            };
            let collation = match &part.collation {
                Collation::Binary => "binary",
                Collation::NoCase => "nocase",
                Collation::RTrim => "rtrim",
                Collation::Other(name) => &name.to_ascii_lowercase(),
            };
            let key = u8::from(place < index.key_columns);
            let descending = u8::from(part.is_descending);
            format!("{source}|{descending}|{collation}|{key}")
        })
        .collect();
    assert_eq!(found, expected, "{label}: index {name}");
}

/// A database with these tables, as a connection that did not make them sees it.
pub fn reopened(statements: &str) -> rusqlite::Result<Connection> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.db");
    let database = Connection::open(&path).unwrap();
    database.execute_batch("BEGIN")?;
    database.execute_batch(statements)?;
    database.execute_batch("COMMIT")?;
    drop(database);
    let mut database = Connection::open_in_memory().unwrap();
    let bytes = fs::read(&path).unwrap();
    database
        .deserialize_read_exact("main", &*bytes, bytes.len(), true)
        .unwrap();
    Ok(database)
}

/// The schema of a database, whose rows SQLite reads where it does not read the schema.
pub fn schema(database: &[u8]) -> Schema {
    let mut connection = Connection::open_in_memory().unwrap();
    connection
        .deserialize_read_exact("main", database, database.len(), false)
        .unwrap();
    connection
        .execute_batch("PRAGMA writable_schema = ON")
        .unwrap();
    let rows = rows(&connection).unwrap();
    Schema::read(&rows, 4, number(&connection, "page_count"))
}

/// What is said of a schema, as SQLite says it; `None` where that is not known.
pub fn said(schema: &Schema) -> Option<String> {
    let Some(first) = schema.refused.first() else {
        return Some("ok".to_owned());
    };
    if first.reason == Reason::Syntax {
        return None;
    }
    let name = &first.name;
    Some(match first.reason.is_said() {
        true => format!("malformed database schema ({name}) - {}", first.reason),
        false => format!("malformed database schema ({name})"),
    })
}
