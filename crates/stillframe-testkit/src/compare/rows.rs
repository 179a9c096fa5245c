use std::env;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use rusqlite::types::ValueRef;
use stillframe_database::scan::Seen;
use stillframe_history::Image;
use stillframe_rows::{Catalog, Value};
use stillframe_schema::TableKind;

use super::Options;
use super::goals::Goals;
use super::stopwatch::Stopwatch;
use super::work::with_image;
use crate::builder::large_database;

/// Measures reading all rows, and writing them as SQL text with the command where that lies beside this program, beside
/// SQLite: its library with `quote()`, and its shell, which is what `STILLFRAME_SQLITE3` names or what is on the path.
pub fn rows(folder: &Path, options: &Options, goals: &mut Goals) -> io::Result<()> {
    let path = folder.join("dumped.db");
    large_database(&path, options.database);
    let bytes = fs::metadata(&path)?.len();
    goals.begin(format!(
        "the rows of a database of {} MB",
        bytes / 1_000_000
    ));
    let command = env::current_exe()?.with_file_name("stillframe");
    let command = command.exists().then_some(command);
    let shell = env::var_os("STILLFRAME_SQLITE3").unwrap_or_else(|| "sqlite3".into());
    let shell = version(&shell).map(|version| {
        println!("  the shell is that of SQLite {version}");
        shell
    });
    if command.is_none() || shell.is_none() {
        println!("  dump needs the command beside this program, and its like a shell on the path");
    }
    let mut watch = Stopwatch::new(bytes);
    for _ in 0..options.rounds {
        watch.time("rows", || ours(&path))?;
        watch.time("SQLite: rows, quoted", || theirs(&path))?;
        if let Some(command) = &command {
            watch.time("dump", || run(Command::new(command).arg("dump").arg(&path)))?;
        }
        if let Some(shell) = &shell {
            watch.time("SQLite: shell", || {
                run(Command::new(shell).arg(&path).arg(".dump"))
            })?;
        }
    }
    watch.print();
    for (ours, theirs) in [
        ("rows", "SQLite: rows, quoted"),
        ("dump", "SQLite: rows, quoted"),
        ("dump", "SQLite: shell"),
    ] {
        watch.compare(goals, ours, theirs, Some(1.0));
    }
    fs::remove_file(path)
}

/// The version of a shell of SQLite's, where it is one that can be run.
fn version(shell: &OsStr) -> Option<String> {
    let output = Command::new(shell).arg("-version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let version = text.split(' ').next()?;
    output.status.success().then(|| version.to_owned())
}

/// Looks at every value of every row; how many bytes text and blobs have.
fn ours(path: &Path) -> io::Result<u64> {
    with_image(path, rows_of)
}

fn rows_of(image: &Image<'_>) -> io::Result<u64> {
    let header = image.header().expect("a database has a header");
    let catalog = Catalog::read(image, header).expect("a database has a schema");
    let (mut seen, mut bytes) = (Seen::default(), 0);
    for table in &catalog.schema.tables {
        if table.kind != TableKind::Ordinary {
            continue;
        }
        let rows = catalog.rows(image, table, std::mem::take(&mut seen));
        let mut rows = rows.expect("a table has rows");
        while let Some(row) = rows.next() {
            let row = row.map_err(|problem| io::Error::other(problem.to_string()))?;
            for column in 0..table.columns.len() {
                bytes += match row.value(column) {
                    Value::Text(value) | Value::Blob(value) => value.len() as u64,
                    _ => 0,
                };
            }
        }
        seen = rows.into_seen();
    }
    Ok(std::hint::black_box(bytes))
}

/// Has SQLite quote every value of every row, and writes the statements away.
fn theirs(path: &Path) -> io::Result<()> {
    let connection = crate::oracle::open(path).map_err(io::Error::other)?;
    let quoted = || -> rusqlite::Result<()> {
        let mut tables = connection.prepare(
            "SELECT t.name, format('SELECT %s FROM \"%w\"', group_concat(format('quote(\"%w\")', c.name)), t.name) \
             FROM sqlite_schema AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table' GROUP BY t.name",
        )?;
        let tables = tables.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut sink = File::create(NOWHERE)
            .map(BufWriter::new)
            .expect("there is a place for nothing");
        for table in tables {
            let (name, sql): (String, String) = table?;
            let mut statement = connection.prepare(&sql)?;
            let count = statement.column_count();
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                write!(sink, "INSERT INTO {name} VALUES(").ok();
                for column in 0..count {
                    if let ValueRef::Text(text) = row.get_ref(column)? {
                        let comma: &[u8] = if column > 0 { b"," } else { b"" };
                        sink.write_all(comma).and(sink.write_all(text)).ok();
                    }
                }
                sink.write_all(b");\n").ok();
            }
        }
        Ok(())
    };
    quoted().map_err(io::Error::other)
}

/// Where nothing is kept.
const NOWHERE: &str = if cfg!(windows) { "NUL" } else { "/dev/null" };

/// Runs a command, whose output goes nowhere.
fn run(command: &mut Command) -> io::Result<()> {
    let status = command.stdout(Stdio::null()).status()?;
    assert!(status.success(), "{command:?} failed");
    Ok(())
}
