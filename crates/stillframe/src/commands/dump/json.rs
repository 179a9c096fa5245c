//! Rows as JSON, an object on each line.
//!
//! Integers are numbers with all their digits, and floating-point numbers always have a point. What JSON has nothing for
//! is an object of one field: `blob` and `text` are bytes in hexadecimal, the latter of text that is no UTF-8, and `real`
//! is `"Infinity"` or `"-Infinity"`.

use std::io::{self, Write};

use stillframe_check::render::SCHEMA_VERSION;
use stillframe_rows::Value;
use stillframe_schema::Table;

use super::job::{Job, Out, stored};
use super::real;
use super::sql::hexadecimal;

/// Writes the rows of a table.
pub fn dump(job: &mut Job<'_>, table: &Table) -> anyhow::Result<()> {
    let columns = stored(table);
    let mut keys = Vec::with_capacity(columns.len());
    for (place, &column) in columns.iter().enumerate() {
        let name = table.columns.get(column).map_or("", |column| &column.name);
        let comma = if place > 0 { "," } else { "" };
        keys.push(format!("{comma}{}:", serde_json::to_string(name)?));
    }
    let name = serde_json::to_string(&table.name)?;
    let begin = format!("{{\"schema_version\":{SCHEMA_VERSION},\"table\":{name},\"rowid\":");
    let mut text = Vec::new();
    job.rows(table, &mut |out, row| {
        out.write_all(begin.as_bytes())?;
        match row.rowid {
            Some(rowid) => out.write_all(itoa::Buffer::new().format(rowid).as_bytes())?,
            None => out.write_all(b"null")?,
        }
        out.write_all(b",\"columns\":{")?;
        for (key, &column) in keys.iter().zip(&columns) {
            out.write_all(key.as_bytes())?;
            value(out, &row.value(column), &mut text)?;
        }
        out.write_all(b"}}\n")
    })
}

fn value(out: &mut Out<'_>, value: &Value<'_>, text: &mut Vec<u8>) -> io::Result<()> {
    match value {
        Value::Null => out.write_all(b"null"),
        Value::Integer(integer) => out.write_all(itoa::Buffer::new().format(*integer).as_bytes()),
        Value::Real(real) if real.is_infinite() => {
            let sign = if *real > 0.0 { "" } else { "-" };
            write!(out, "{{\"real\":\"{sign}Infinity\"}}")
        }
        Value::Real(real) => {
            text.clear();
            real::push(text, *real);
            out.write_all(text)
        }
        Value::Text(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(serde_json::to_writer(out, text)?),
            Err(_) => hex(out, "text", bytes),
        },
        Value::Blob(bytes) => hex(out, "blob", bytes),
    }
}

fn hex(out: &mut Out<'_>, key: &str, bytes: &[u8]) -> io::Result<()> {
    write!(out, "{{\"{key}\":\"")?;
    hexadecimal(out, bytes)?;
    out.write_all(b"\"}")
}
