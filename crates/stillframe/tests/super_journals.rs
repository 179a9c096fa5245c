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

mod support;

const FIXTURE: &str = "sets/two-databases";
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
        // Without it the transaction counts as committed, and the file looks as it left it.
        let status = i32::from(expected == "hot");
        let checked = room.run("check --format json set/app.db").exits(status);
        let hot: &[&str] = if expected == "hot" { &["SET202"] } else { &[] };
        assert_eq!(codes(&checked, 0), hot, "{what}");
        // It is where SQLite looks, so nothing is said of another place.
        assert!(!checked.stdout.contains("looks for"), "{checked}");
        room.run("rebuild set/app.db -o ours.db").exits(0);
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

/// Databases of two folders know of the super-journal that lies beside one of them, where both are named.
#[test]
fn databases_in_several_folders_are_tied() {
    let room = Room::new();
    room.copy(FIXTURE, "one");
    for name in ["archive.db", "archive.db-journal"] {
        room.write(&format!("two/{name}"), room.read(&format!("one/{name}")));
        fs::remove_file(room.at("one").join(name)).unwrap();
    }
    let alone = room.run("check --format json two").exits(1);
    assert_eq!(codes(&alone, 0), ["SJ102"]);
    let together = room.run("check --format json two one").exits(1);
    assert_eq!(
        [codes(&together, 0), codes(&together, 1)],
        [["SET202"], ["SET202"]]
    );
    assert_eq!(
        together
            .stdout
            .matches("all come out as they were before it")
            .count(),
        2
    );
    // Copies of two days are two pairs: what the one lacks, the other does not make up for.
    room.copy("sets/two-databases-without-super-journal", "day-1");
    room.copy(FIXTURE, "day-2");
    let days = room.run("check --format json day-1 day-2").exits(1);
    for (report, code) in ["SJ201", "SJ201", "SET202", "SET202"]
        .into_iter()
        .enumerate()
    {
        assert_eq!(codes(&days, report), [code]);
    }
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

#[test]
fn nothing_is_opened_that_a_journal_names_elsewhere() {
    let canary = Room::new();
    let outside = fs::canonicalize(canary.path()).unwrap();
    fifo(&outside.join(NAME));
    fifo(&outside.join("app.db-journal"));
    let path = |name: &str| outside.join(name).into_os_string().into_encoded_bytes();
    let long = [b"x".repeat(490), NAME.as_bytes().to_vec()].concat();
    let names: [(&str, Vec<u8>); 10] = [
        ("elsewhere", path(NAME)),
        ("climbs", format!("../{NAME}").into_bytes()),
        (
            "climbs and leads back",
            format!("../set/../{NAME}").into_bytes(),
        ),
        ("itself", b"app.db-journal".to_vec()),
        ("that of the other", b"archive.db-journal".to_vec()),
        ("a database", b"archive.db".to_vec()),
        ("with a zero", [NAME.as_bytes(), b"\0/x"].concat()),
        (
            "no text",
            [&b"/\xff\xfe\x1b[31m/"[..], NAME.as_bytes()].concat(),
        ),
        ("as long as can be", long),
        ("too long", b"x".repeat(65_536)),
    ];
    for (what, name) in names {
        let room = room(&name);
        // Were it followed, one of these would be opened.
        fifo(&room.at(NAME));
        let room = runs_to_its_end(room, what.to_owned());
        let checked = room.run("check --format json set/app.db");
        let codes = codes(&checked, 0);
        let is_told = match what {
            "climbs" | "climbs and leads back" | "itself" | "that of the other" | "a database" => {
                codes.contains(&"SJ203".to_owned())
            }
            "too long" => codes == ["SET202"],
            _ => checked.stdout.contains("\"SJ903\"") || codes == ["SJ102"],
        };
        assert!(is_told, "{what}: {codes:?}");
        assert!(!checked.stdout.contains('\u{1b}'));
    }
}

/// Neither is a pipe beside the database, nor what a super-journal lists.
#[test]
fn nothing_is_opened_that_a_super_journal_is_or_lists() {
    let canary = Room::new();
    let outside = fs::canonicalize(canary.path()).unwrap();
    fifo(&outside.join("app.db-journal"));
    let room = settled();
    fifo(&room.at("set").join(NAME));
    runs_to_its_end(room, "a pipe".to_owned());
    for list in [
        format!("{}/app.db-journal\0../app.db-journal\0", outside.display()).into_bytes(),
        vec![0; 1 << 20],
        vec![b'x'; 1 << 20],
        b"app.db-journal".repeat(3),
        b"\0\0\x1b[31m\xff\0".to_vec(),
        b"a\0".repeat(20_000),
    ] {
        let room = settled();
        fifo(&room.at("app.db-journal"));
        room.write(&format!("set/{NAME}"), &list);
        let room = runs_to_its_end(room, format!("{} bytes", list.len()));
        let checked = room.run("check set");
        assert!(!checked.stdout.contains('\u{1b}'), "{checked}");
        assert_eq!(state(&room, "archive.db"), "hot");
    }
}
