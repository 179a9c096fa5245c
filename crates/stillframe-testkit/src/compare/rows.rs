use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use rusqlite::types::ValueRef;
use stillframe_database::scan::Seen;
use stillframe_history::{BackupSet, Image};
use stillframe_rows::{Catalog, Value};
use stillframe_schema::TableKind;
use stillframe_source::Access;

use super::Options;
use super::stopwatch::Stopwatch;
use super::work::open;
use crate::builder::large_database;

/// Million bytes of the database at most: its text is several times as long.
const MOST_MEGABYTES: u64 = 200;

/// Measures reading all rows, and writing them as SQL text with the command where that lies beside this program, beside
/// SQLite: its library with `quote()`, and its shell where `STILLFRAME_SQLITE3` names one.
pub fn rows(folder: &Path, options: &Options) -> io::Result<()> {
    let path = folder.join("dumped.db");
    large_database(&path, options.database.min(MOST_MEGABYTES));
    let bytes = fs::metadata(&path)?.len();
    println!("\nthe rows of a database of {} MB", bytes / 1_000_000);
    let command = env::current_exe()?.with_file_name("stillframe");
    let command = command.exists().then_some(command);
    let shell = env::var_os("STILLFRAME_SQLITE3").map(PathBuf::from);
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
    watch.compare("rows", "SQLite: rows, quoted", "at least 1");
    if command.is_some() {
        watch.compare("dump", "SQLite: rows, quoted", "at least 1");
    }
    if command.is_some() && shell.is_some() {
        watch.compare("dump", "SQLite: shell", "at least 1");
    }
    fs::remove_file(path)
}

/// Looks at every value of every row; how many bytes text and blobs have.
fn ours(path: &Path) -> io::Result<u64> {
    let set = BackupSet {
        database: Some(open(path, Access::Map)?),
        ..BackupSet::default()
    };
    let (_, image) = Image::read(&set, None, &()).map_err(io::Error::other)?;
    let image = image.map_err(io::Error::other)?;
    let header = image.header().expect("a database has a header");
    let catalog = Catalog::read(&image, header).expect("a database has a schema");
    let (mut seen, mut bytes) = (Seen::default(), 0);
    for table in &catalog.schema.tables {
        if table.kind != TableKind::Ordinary {
            continue;
        }
        let rows = catalog.rows(&image, table, std::mem::take(&mut seen));
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

/// Has SQLite quote every value of every row, and writes that away.
fn theirs(path: &Path) -> io::Result<()> {
    let connection = crate::oracle::open(path).map_err(io::Error::other)?;
    let quoted = || -> rusqlite::Result<()> {
        let mut tables = connection.prepare(
            "SELECT format('SELECT %s FROM \"%w\"', group_concat(format('quote(\"%w\")', c.name)), t.name) \
             FROM sqlite_schema AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table' GROUP BY t.name",
        )?;
        let tables = tables.query_map([], |row| row.get::<_, String>(0))?;
        let mut sink = io::sink();
        for sql in tables {
            let mut statement = connection.prepare(&sql?)?;
            let count = statement.column_count();
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                for column in 0..count {
                    if let ValueRef::Text(text) = row.get_ref(column)? {
                        sink.write_all(text).ok();
                    }
                }
            }
        }
        Ok(())
    };
    quoted().map_err(io::Error::other)
}

/// Runs a command, whose output goes nowhere.
fn run(command: &mut Command) -> io::Result<()> {
    let status = command.stdout(Stdio::null()).status()?;
    assert!(status.success(), "{command:?} failed");
    Ok(())
}
