//! Rows as SQL text, as the `.dump` of SQLite 3.54's shell writes them, but for what that loses: floating-point numbers
//! keep all their digits, and text is not cut at a NUL.

use std::io::{self, Write};

use stillframe_rows::{Object, Value};
use stillframe_schema::Table;

use super::job::{Job, Out};
use super::name::quoted;
use super::real;

/// Writes what makes the database again, without rows where only the `schema` is asked for.
pub fn dump(job: &mut Job<'_>, schema: bool) -> anyhow::Result<()> {
    let chosen: Vec<&Object> = job.objects().collect();
    if chosen.iter().any(|object| is_virtual(object)) {
        job.write(b"/* WARNING: Script requires that SQLITE_DBCONFIG_DEFENSIVE be disabled */\n")?;
    }
    job.write(b"PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n")?;
    let mut is_writable = false;
    let tables = chosen.iter().filter(|object| is(object, b"table"));
    let is_sequence = |object: &Object| object.table.as_deref() == Some(b"sqlite_sequence");
    let (last, first): (Vec<&Object>, Vec<&Object>) =
        tables.partition(|object| is_sequence(object));
    for object in first.into_iter().chain(last) {
        table(job, object, schema, &mut is_writable)?;
    }
    for kind in [&b"view"[..], b"trigger", b"index"] {
        for object in chosen.iter().filter(|object| is(object, kind)) {
            let sql = object.sql.as_deref().unwrap_or_default();
            let text = [sql, completion(sql)].concat();
            let has_comment = text.windows(2).any(|pair| pair == b"--");
            job.write(&text)?;
            job.write(if has_comment { b"\n;\n" } else { b";\n" })?;
        }
    }
    if is_writable {
        job.write(b"PRAGMA writable_schema=OFF;\n")?;
    }
    job.write(b"COMMIT;\n")
}

fn is(object: &Object, kind: &[u8]) -> bool {
    object.kind.as_deref() == Some(kind) && object.sql.is_some()
}

fn is_virtual(object: &Object) -> bool {
    const START: &[u8] = b"CREATE VIRTUAL TABLE";
    let start = object.sql.as_deref().and_then(|sql| sql.get(..START.len()));
    start.is_some_and(|start| start.eq_ignore_ascii_case(START))
}

/// A row of `sqlite_schema` that is a table, and the rows of that.
fn table(
    job: &mut Job<'_>,
    object: &Object,
    schema: bool,
    is_writable: &mut bool,
) -> anyhow::Result<()> {
    let (Some(name), Some(sql)) = (object.name.as_deref(), object.sql.as_deref()) else {
        return Ok(());
    };
    let mut before_rows: &[u8] = b"";
    if name == b"sqlite_sequence" {
        // Filled again, as the tables before it have left rows there; but made by them only where they had any.
        before_rows = b"CREATE TABLE IF NOT EXISTS sqlite_sequence(name,seq);\nDELETE FROM sqlite_sequence;\n";
    } else if name.len() == b"sqlite_stat1".len() && name.starts_with(b"sqlite_stat") {
        if !schema {
            job.write(b"ANALYZE sqlite_schema;\n")?;
        }
    } else if name.starts_with(b"sqlite_") {
        return Ok(());
    } else if sql.starts_with(b"CREATE VIRTUAL TABLE") {
        writable(job, is_writable)?;
        let name = doubled(name);
        let parts: [&[u8]; 7] = [
            b"INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql)VALUES('table','",
            &name,
            b"','",
            &name,
            b"',0,'",
            &doubled(&[sql, completion(sql)].concat()),
            b"');\n",
        ];
        return job.write(&parts.concat());
    } else {
        create(job, sql)?;
    }
    if schema {
        return Ok(());
    }
    let Some(table) = job.table(object) else {
        return Ok(());
    };
    rows(job, table, name, before_rows, is_writable)
}

/// Lets the statements that follow write to the schema.
fn writable(job: &mut Job<'_>, is_writable: &mut bool) -> anyhow::Result<()> {
    if !*is_writable {
        job.write(b"PRAGMA writable_schema=ON;\n")?;
    }
    *is_writable = true;
    Ok(())
}

fn create(job: &mut Job<'_>, sql: &[u8]) -> anyhow::Result<()> {
    const CREATE: &[u8] = b"CREATE TABLE ";
    let quoted = sql
        .strip_prefix(CREATE)
        .filter(|name| name.starts_with(b"'") || name.starts_with(b"\""));
    match quoted {
        Some(rest) => {
            job.write(b"CREATE TABLE IF NOT EXISTS ")?;
            job.write(rest)?;
        }
        None => job.write(sql)?,
    }
    job.write(completion(sql))?;
    job.write(b";\n")
}

/// What closes a statement that ends within a comment or quotes.
fn completion(sql: &[u8]) -> &'static [u8] {
    let mut rest = sql;
    while let Some((&first, behind)) = rest.split_first() {
        let (end, is_open): (&[u8], &'static [u8]) = match first {
            b'-' if behind.first() == Some(&b'-') => (b"\n", b"\n"),
            b'/' if behind.first() == Some(&b'*') => (b"*/", b"*/"),
            b'[' => (b"]", b"]"),
            b'`' => (b"`", b"`"),
            b'"' => (b"\"", b"\""),
            b'\'' => (b"'", b"'"),
            _ => {
                rest = behind;
                continue;
            }
        };
        let inside = if end == b"*/" {
            behind.get(1..)
        } else {
            Some(behind)
        };
        let inside = inside.unwrap_or_default();
        match inside.windows(end.len()).position(|window| window == end) {
            Some(at) => rest = inside.get(at + end.len()..).unwrap_or_default(),
            None => return is_open,
        }
    }
    b""
}

/// Text between single quotes, without those.
fn doubled(text: &[u8]) -> Vec<u8> {
    let mut doubled = Vec::with_capacity(text.len());
    for &byte in text {
        if byte == b'\'' {
            doubled.push(byte);
        }
        doubled.push(byte);
    }
    doubled
}

fn rows(
    job: &mut Job<'_>,
    table: &Table,
    name: &[u8],
    before_rows: &[u8],
    is_writable: &mut bool,
) -> anyhow::Result<()> {
    // A statement gives no values for columns that are computed.
    let columns = table.columns.iter().enumerate();
    let columns = columns.filter(|(_, column)| column.generated.is_none());
    let columns: Vec<usize> = columns.map(|(index, _)| index).collect();
    let begin = [b"INSERT INTO ", &*quoted(name), b" VALUES("].concat();
    let mut is_first = !before_rows.is_empty();
    let was_writable = *is_writable;
    let mut text = Vec::new();
    job.rows(table, &mut |out, row| {
        if std::mem::take(&mut is_first) {
            if !was_writable {
                out.write_all(b"PRAGMA writable_schema=ON;\n")?;
            }
            out.write_all(before_rows)?;
            *is_writable = true;
        }
        out.write_all(&begin)?;
        for (place, &column) in columns.iter().enumerate() {
            if place > 0 {
                out.write_all(b",")?;
            }
            value(out, &row.value(column), &mut text)?;
        }
        out.write_all(b");\n")
    })
}

/// Writes a literal. `text` is room to work in.
fn value(out: &mut Out<'_>, value: &Value<'_>, text: &mut Vec<u8>) -> io::Result<()> {
    match value {
        Value::Null => out.write_all(b"NULL"),
        Value::Integer(integer) => out.write_all(itoa::Buffer::new().format(*integer).as_bytes()),
        Value::Real(real) if real.is_infinite() => out.write_all(if *real > 0.0 {
            b"9.0e+999"
        } else {
            b"-9.0e+999"
        }),
        Value::Real(real) => {
            text.clear();
            real::push(text, *real);
            out.write_all(text)
        }
        Value::Text(value) => string(out, value),
        Value::Blob(blob) => {
            out.write_all(b"x'")?;
            hexadecimal(out, blob)?;
            out.write_all(b"'")
        }
    }
}

/// Writes text: with escapes where control characters are in it, the others of which a script would not survive.
fn string(out: &mut Out<'_>, text: &[u8]) -> io::Result<()> {
    let has_control = text.iter().any(|&byte| byte < b' ');
    out.write_all(if has_control { b"unistr('" } else { b"'" })?;
    let mut rest = text;
    let is_special = |byte: &u8| *byte == b'\'' || has_control && (*byte < b' ' || *byte == b'\\');
    while let Some(at) = rest.iter().position(is_special) {
        let (plain, behind) = rest.split_at(at);
        out.write_all(plain)?;
        let Some((&byte, behind)) = behind.split_first() else {
            break;
        };
        match byte {
            b'\'' | b'\\' => out.write_all(&[byte, byte])?,
            _ => write!(out, "\\u{byte:04x}")?,
        }
        rest = behind;
    }
    out.write_all(rest)?;
    out.write_all(if has_control { b"')" } else { b"'" })
}

/// Writes two digits for every byte.
pub fn hexadecimal(out: &mut Out<'_>, bytes: &[u8]) -> io::Result<()> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| DIGITS.get(usize::from(value)).copied().unwrap_or_default();
    let mut text = [0; 4096];
    for part in bytes.chunks(text.len() / 2) {
        for (pair, byte) in text.chunks_exact_mut(2).zip(part) {
            pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 0xf)]);
        }
        out.write_all(text.get(..2 * part.len()).unwrap_or_default())?;
    }
    Ok(())
}
