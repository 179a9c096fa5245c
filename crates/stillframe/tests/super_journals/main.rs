//! Journals that name a super-journal: what is made of it is what SQLite makes of it, and whatever the name is, nothing is
//! opened but what lies beside the inputs.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot do its work fails"
)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use stillframe_testkit::{naive, oracle};
use support::{Ran, Room};

#[path = "../support/mod.rs"]
mod support;

mod hostile;
mod lists;
mod tied;

const FIXTURE: &str = "sets/two-databases";
const WITHOUT_JOURNALS: &str = "sets/two-databases-without-journals";
/// Where the name of the super-journal begins in the journals of the fixture.
const NAME_FROM: usize = 0xa00;
const NAME: &str = "app.db-mj5711F49A3";

/// The databases of the fixture, without the super-journal, in a folder of their own below the room; the journals name
/// another one.
fn room(name: impl AsRef<[u8]>) -> Room {
    let room = Room::new();
    room.copy(FIXTURE, "set");
    fs::remove_file(room.at("set").join(NAME)).unwrap();
    for journal in ["set/app.db-journal", "set/archive.db-journal"] {
        let mut bytes = room.read(journal);
        bytes.truncate(NAME_FROM);
        bytes.extend(naive::super_journal(name.as_ref(), 512));
        room.write(journal, bytes);
    }
    room
}

/// A room whose journals name the super-journal by the path that it would have there.
fn settled() -> Room {
    let room = Room::new();
    let folder = fs::canonicalize(room.path()).unwrap().join("set");
    let named = self::room(folder.join(NAME).into_os_string().into_encoded_bytes());
    fs::rename(named.at("set"), room.at("set")).unwrap();
    room
}

fn fifo(path: &Path) {
    let made = std::process::Command::new("mkfifo").arg(path).status();
    assert!(made.unwrap().success());
}

fn state(room: &Room, database: &str) -> String {
    let ran = room
        .run(&format!("inspect --format json set/{database}"))
        .exits(0);
    let text = ran.json().to_string();
    let (_, state) = text.split_once("\"state\":\"").unwrap();
    state.split('"').next().unwrap().to_owned()
}

fn codes(ran: &Ran, report: usize) -> Vec<String> {
    let json = ran.json();
    let findings = json["reports"][report]["findings"].as_array().unwrap();
    let codes = findings.iter().filter(|it| it["severity"] != "note");
    codes
        .map(|it| it["code"].as_str().unwrap().to_owned())
        .collect()
}

/// Runs every verb that reads a set. A pipe that is opened is waited for, and that is too long.
fn runs_to_its_end(room: Room, what: String) -> Room {
    let (done, is_done) = mpsc::channel();
    thread::spawn(move || {
        for line in [
            "check set",
            "check --format json set",
            "check --format pragma set/app.db",
            "inspect set/app.db",
            "log set/app.db",
            "rebuild set/app.db -o out.db",
            "rebuild set/app.db --at journal -o out-2.db",
            "dump set/app.db",
        ] {
            let ran = room.run(line);
            assert!(matches!(ran.status, Some(0..=3)), "{ran}");
            assert!(!ran.stderr.contains("panicked"), "{ran}");
        }
        done.send(room).unwrap();
    });
    let longest = Duration::from_secs(60);
    is_done
        .recv_timeout(longest)
        .unwrap_or_else(|error| panic!("{what}: {error}"))
}

/// Puts something in the place of a super-journal.
type Put = fn(&Path);

/// What SQLite takes for there, and what not (`unixAccess`).
#[test]
fn a_super_journal_is_there_where_sqlite_finds_it() {
    let put: [(&str, Put, &str); 8] = [
        ("nothing", |_| {}, "super-journal-gone"),
        (
            "an empty file",
            |at| fs::write(at, "").unwrap(),
            "super-journal-gone",
        ),
        ("a file", |at| fs::write(at, "x").unwrap(), "hot"),
        ("zeros", |at| fs::write(at, [0; 700]).unwrap(), "hot"),
        ("a folder", |at| fs::create_dir(at).unwrap(), "hot"),
        (
            "a link to nothing",
            |at| symlink("nowhere", at).unwrap(),
            "super-journal-gone",
        ),
        (
            "a link to a file",
            |at| symlink("archive.db", at).unwrap(),
            "hot",
        ),
        (
            "a link to itself",
            |at| symlink(at, at).unwrap(),
            "super-journal-gone",
        ),
    ];
    for (what, put, expected) in put {
        let room = settled();
        put(&room.at("set").join(NAME));
        assert_eq!(state(&room, "app.db"), expected, "{what}");
        // Without it the transaction counts as committed, and the file looks as it left it; the other one does not.
        let checked = room.run("check --format json set/app.db").exits(1);
        let (code, status) = match expected {
            "hot" => ("SET202", 0),
            _ => ("SJ201", 1),
        };
        assert_eq!(codes(&checked, 0), [code], "{what}");
        // It is where SQLite looks, so nothing is said of another place.
        assert!(!checked.stdout.contains("looks for"), "{checked}");
        room.run("rebuild set/app.db -o ours.db").exits(status);
        let ours = room.read("ours.db");
        // SQLite fails for a folder and for a link once it has rolled back, as it opens neither.
        let theirs = oracle::open(&room.at("set/app.db")).unwrap();
        let read = theirs.query_row("PRAGMA schema_version", [], |row| row.get::<_, i64>(0));
        let is_opened = !matches!(what, "a folder" | "a link to a file");
        assert_eq!(read.is_ok(), is_opened, "{what}: {read:?}");
        drop(theirs);
        assert!(room.read("set/app.db") == ours, "{what}");
        assert!(!room.at("set/app.db-journal").exists(), "{what}");
    }
}

/// Where its path leads into the folder of the database, and it is not there, it is gone, whatever else is not there.
#[test]
fn a_super_journal_is_gone_where_its_path_leads_here() {
    let other = "stock.db-mj5711F49A3";
    let elsewhere = room(format!("/nowhere/at/all/{other}"));
    assert_eq!(state(&elsewhere, "app.db"), "super-journal-unknown");
    let room = Room::new();
    let folder = fs::canonicalize(room.path()).unwrap().join("set");
    let named = self::room(folder.join(other).into_os_string().into_encoded_bytes());
    fs::rename(named.at("set"), room.at("set")).unwrap();
    assert_eq!(state(&room, "app.db"), "super-journal-gone");
    let before = room.read("set/app.db");
    let theirs = oracle::open(&room.at("set/app.db")).unwrap();
    let read = theirs.query_row("PRAGMA schema_version", [], |row| row.get::<_, i64>(0));
    assert!(read.is_ok());
    drop(theirs);
    assert!(room.read("set/app.db") == before, "nothing is rolled back");
    assert!(!room.at("set/app.db-journal").exists());
}

/// SQLite goes by the path in the journal, and so finds nothing of a copy that lies elsewhere.
#[test]
fn of_a_copy_it_is_said_where_sqlite_looks() {
    let room = room(format!("/nowhere/at/all/{NAME}"));
    room.write(
        &format!("set/{NAME}"),
        "/nowhere/at/all/app.db-journal\0/nowhere/at/all/archive.db-journal\0",
    );
    let checked = room.run("check --format json set").exits(1);
    for report in 0..2 {
        assert_eq!(codes(&checked, report), ["SET202"]);
    }
    assert!(
        checked
            .stdout
            .contains("looks for the super-journal at /nowhere/at/all/")
    );
    assert!(
        checked
            .stdout
            .contains("all come out as they were before it")
    );
    let theirs = oracle::open(&room.at("set/app.db")).unwrap();
    let read = theirs.query_row("PRAGMA schema_version", [], |row| row.get::<_, i64>(0));
    assert!(read.is_ok() && !room.at("set/app.db-journal").exists());
    let copied = Room::new();
    copied.copy(FIXTURE, "set");
    assert!(
        room.read("set/app.db") == copied.read("set/app.db"),
        "it was rolled back"
    );
}
