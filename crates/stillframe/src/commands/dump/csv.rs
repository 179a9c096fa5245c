//! The rows of one table as the shell's `-csv -header` prints them (RFC 4180), with blobs as `x'00ff'`.
//!
//! NULL is nothing at all, empty text is `""`. Text is between quotes wherever it could be anything else, so that a blob,
//! which never is, can be told from it.

use std::io::{self, Write};

use stillframe_rows::Value;
use stillframe_schema::Table;

use super::job::{Job, Out, stored};
use super::real;
use super::sql::hexadecimal;

const LINE_END: &[u8] = b"\r\n";

/// Writes the names of the columns, and the rows.
pub fn dump(job: &mut Job<'_>, table: &Table) -> anyhow::Result<()> {
    let columns = stored(table);
    let mut header = Vec::new();
    for (place, &column) in columns.iter().enumerate() {
        if place > 0 {
            header.push(b',');
        }
        let name = table.columns.get(column).map_or("", |column| &column.name);
        push_text(&mut header, name.as_bytes());
    }
    header.extend_from_slice(LINE_END);
    job.write(&header)?;
    let mut line = Vec::new();
    job.rows(table, &mut |out, row| {
        for (place, &column) in columns.iter().enumerate() {
            if place > 0 {
                out.write_all(b",")?;
            }
            field(out, &row.value(column), &mut line)?;
        }
        out.write_all(LINE_END)
    })
}

fn field(out: &mut Out<'_>, value: &Value<'_>, text: &mut Vec<u8>) -> io::Result<()> {
    text.clear();
    match value {
        Value::Null => {}
        Value::Integer(integer) => {
            text.extend_from_slice(itoa::Buffer::new().format(*integer).as_bytes());
        }
        Value::Real(real) if real.is_infinite() => {
            text.extend_from_slice(if *real > 0.0 { b"Inf" } else { b"-Inf" });
        }
        Value::Real(real) => real::push(text, *real),
        Value::Text(value) => push_text(text, value),
        Value::Blob(blob) => {
            out.write_all(b"x'")?;
            hexadecimal(out, blob)?;
            text.push(b'\'');
        }
    }
    out.write_all(text)
}

fn push_text(text: &mut Vec<u8>, value: &[u8]) {
    let is_plain = |&byte: &u8| byte.is_ascii_graphic() && !b"\"',".contains(&byte);
    if !value.is_empty() && value.iter().all(is_plain) {
        text.extend_from_slice(value);
        return;
    }
    text.push(b'"');
    for &byte in value {
        if byte == b'"' {
            text.push(byte);
        }
        text.push(byte);
    }
    text.push(b'"');
}
