//! What a database says, as text to compare.

use std::fmt::Write;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Result, Row};

/// Stops a statement after some hundred million steps, for a hostile b-tree can be endless.
pub fn bound(connection: &mut Connection) -> Result<()> {
    let mut patience = 2_000;
    connection.progress_handler(
        100_000,
        Some(move || {
            patience -= 1;
            patience < 0
        }),
    )
}

/// The schema without its root pages, then each table's rows in the table's own order.
pub fn content(connection: &Connection) -> Result<String> {
    let mut text = String::new();
    let schema = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name";
    rows(connection, schema, &mut text)?;
    let tables =
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 ORDER BY name";
    for table in first_column(connection, tables)? {
        writeln!(text, "[{table}]").expect("a String can be written to");
        rows(
            connection,
            &format!(
                "SELECT * FROM \"{}\" NOT INDEXED",
                table.replace('"', "\"\"")
            ),
            &mut text,
        )?;
    }
    Ok(text)
}

/// The rows of `PRAGMA integrity_check`.
pub fn integrity(connection: &Connection) -> Result<Vec<String>> {
    first_column(connection, "PRAGMA integrity_check")
}

/// The first column of every row.
pub fn first_column(connection: &Connection, sql: &str) -> Result<Vec<String>> {
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut column = Vec::new();
    while let Some(row) = rows.next()? {
        column.push(value(row, 0)?);
    }
    Ok(column)
}

fn rows(connection: &Connection, sql: &str, text: &mut String) -> Result<()> {
    let mut statement = connection.prepare(sql)?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        for column in 0..columns {
            text.push_str(&value(row, column)?);
            text.push('|');
        }
        text.push('\n');
    }
    Ok(())
}

fn value(row: &Row<'_>, column: usize) -> Result<String> {
    Ok(match row.get_ref(column)? {
        ValueRef::Null => "NULL".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => format!("{number:?}"),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        ValueRef::Blob(blob) => blob
            .iter()
            .fold("x".to_owned(), |text, byte| text + &format!("{byte:02x}")),
    })
}
