//! The check of a folder with many small databases, beside SQLite's own: a process for each, as many side by side as
//! there are cores.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use rusqlite::Connection;

use super::Options;
use super::command::{built, check, has};
use super::goals::Goals;
use super::stopwatch::Stopwatch;
use crate::oracle;

/// Two tables with an index each: 30 pages.
const SMALL: &str = "
    CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT, mail TEXT, at INTEGER);
    CREATE INDEX users_mail ON users(mail);
    CREATE TABLE notes(id INTEGER PRIMARY KEY, user INTEGER, body TEXT);
    CREATE INDEX notes_user ON notes(user);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<400)
        INSERT INTO users SELECT i, 'name '||i, hex(randomblob(10))||'@example.org', 1700000000+i FROM n;
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<400)
        INSERT INTO notes SELECT i, i%400, hex(randomblob(60)) FROM n;";

/// Measures and prints.
pub fn checks(folder: &Path, options: &Options, goals: &mut Goals) -> io::Result<()> {
    let folder = folder.join("many");
    fs::create_dir(&folder)?;
    let bytes = make(&folder, options.many)?;
    let (many, kilobytes) = (options.many, bytes / options.many / 1000);
    goals.begin(format!("a folder with {many} databases of {kilobytes} kB"));
    let Some(command) = built()? else {
        return fs::remove_dir_all(folder);
    };
    if !has("find") || !has("xargs") {
        println!("  left out: there is no find, or no xargs");
        return fs::remove_dir_all(folder);
    }
    let cores = thread::available_parallelism()?.get();
    let mut watch = Stopwatch::new(bytes);
    for _ in 0..options.rounds {
        watch.time("check --level quick", || {
            check(&command, &["--level", "quick"], &folder, &[0])
        })?;
        watch.time("check", || check(&command, &[], &folder, &[0]))?;
        watch.time("xargs -P<cores>, quick_check", || {
            xargs(&folder, cores, many)
        })?;
        watch.time("xargs, quick_check", || xargs(&folder, 1, many))?;
    }
    watch.print();
    for (ours, theirs, least) in [
        ("check --level quick", "xargs, quick_check", Some(5.0)),
        (
            "check --level quick",
            "xargs -P<cores>, quick_check",
            Some(5.0),
        ),
        ("check", "xargs -P<cores>, quick_check", None),
    ] {
        watch.compare(goals, ours, theirs, least);
    }
    fs::remove_dir_all(folder)
}

/// Makes so many databases in folders of a hundred; how many bytes they have.
fn make(folder: &Path, many: u64) -> io::Result<u64> {
    let first = folder.join("first.db");
    let connection = Connection::open(&first).map_err(io::Error::other)?;
    connection.execute_batch(SMALL).map_err(io::Error::other)?;
    drop(connection);
    let bytes = fs::metadata(&first)?.len();
    for number in 0..many {
        let place = folder.join(format!("{:02}", number / 100));
        fs::create_dir_all(&place)?;
        fs::copy(&first, place.join(format!("app-{number}.db")))?;
    }
    fs::remove_file(first)?;
    Ok(bytes * many)
}

/// Has SQLite check a database, and prints what it says.
///
/// # Errors
/// It could not be opened or read.
pub fn quick_check(path: &Path) -> io::Result<()> {
    let connection = oracle::open(path).map_err(io::Error::other)?;
    let said = oracle::first_column_of(&connection, "PRAGMA quick_check");
    println!("{}", said.map_err(io::Error::other)?.join("\n"));
    Ok(())
}

/// Has SQLite check each database in a process of its own, so many at a time: its shell, or where there is none this
/// program. Each says `ok`.
fn xargs(folder: &Path, at_a_time: usize, many: u64) -> io::Result<()> {
    let each = match has("sqlite3") {
        true => "sqlite3 -readonly {} 'PRAGMA quick_check'",
        false => "\"$0\" quick-check {}",
    };
    let line = format!("find \"$1\" -name '*.db' -print0 | xargs -0 -P{at_a_time} -I{{}} {each}");
    let output = Command::new("sh")
        .args(["-c", &line])
        .arg(std::env::current_exe()?)
        .arg(folder)
        .stdin(Stdio::null())
        .output()?;
    let rows = output.stdout.split(|byte| *byte == b'\n');
    match rows.filter(|row| *row == b"ok").count() as u64 == many {
        true => Ok(()),
        false => {
            let why = String::from_utf8_lossy(&output.stderr).into_owned();
            Err(io::Error::other(why))
        }
    }
}
