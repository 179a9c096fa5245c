//! Files of any name: they are read, and what is printed of them does nothing to a terminal.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot do its work fails"
)]

use stillframe_testkit::builder::{Plan, SetBuilder};
use support::{Ran, Room, run_in};

mod support;

#[test]
fn names_may_hold_spaces_quotes_and_line_breaks() {
    let room = Room::new();
    let mut odd = vec!["with space", "it's", "-dash", "ü", "two--wal"];
    if cfg!(unix) {
        odd.extend(["line\nbreak", "bell\u{7}", "back\\slash", "quote\""]);
    }
    for name in odd {
        room.copy("good/live-wal", name);
        let folder = room.at(name);
        let database = format!("{name}.db");
        std::fs::rename(folder.join("app.db"), folder.join(&database)).unwrap();
        std::fs::rename(
            folder.join("app.db-wal"),
            folder.join(database.clone() + "-wal"),
        )
        .unwrap();
        for args in [
            vec!["check", "--format", "json", "."],
            vec!["check", "--format", "json", "--", &database],
        ] {
            let ran = run_in(&folder, &args).exits(0).quietly();
            assert_eq!(ran.verdict(), "complete-with-wal");
        }
        run_in(&folder, &["rebuild", "-o", "out.db", "--", &database]).exits(0);
        let missing = format!("missing {database}");
        run_in(&folder, &["check", &missing])
            .exits(3)
            .complains(&["missing "]);
    }
}

#[cfg(all(unix, not(target_vendor = "apple")))]
#[test]
fn names_may_be_no_text() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let room = Room::live();
    let database = OsStr::from_bytes(b"\xff.db");
    let wal = OsStr::from_bytes(b"\xff.db-wal");
    std::fs::rename(room.at("app.db"), room.at(database)).unwrap();
    std::fs::rename(room.at("app.db-wal"), room.at(wal)).unwrap();
    for path in [OsStr::new("."), database, wal] {
        let args = [OsStr::new("check"), OsStr::new("--format=json"), path];
        let ran = run_in(room.path(), &args).exits(0).quietly();
        assert_eq!(ran.verdict(), "complete-with-wal");
    }
    // Of two names that are no text each is its own.
    room.copy("good/rollback-mode", "other");
    let other = OsStr::from_bytes(b"\xfe.db");
    std::fs::rename(room.at("other/app.db"), room.at(other)).unwrap();
    let args = ["check", "--format=json", "."].map(OsStr::new);
    let ran = run_in(room.path(), &args).exits(0);
    for name in [r"$'./\\376.db'", r"$'./\\377.db'", r"$'./\\377.db-wal'"] {
        assert!(ran.stdout.contains(name), "no {name} in {ran}");
    }
}

/// A line break, a sequence that colours what follows, one that clears the screen, a change of direction, and no text
/// at all.
#[cfg(all(unix, not(target_vendor = "apple")))]
const HOSTILE: &[u8] = b"a\nb: complete\x1b[31m\xc2\x9b2J\xe2\x80\xae\xff it's.db";

#[cfg(all(unix, not(target_vendor = "apple")))]
fn hostile() -> Room {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let room = Room::live();
    for ending in ["", "-wal"] {
        let name = [HOSTILE, ending.as_bytes()].concat();
        let from = room.at(format!("app.db{ending}"));
        std::fs::rename(from, room.at(OsStr::from_bytes(&name))).unwrap();
    }
    room
}

#[cfg(all(unix, not(target_vendor = "apple")))]
#[test]
fn a_name_does_nothing_to_a_terminal() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let room = hostile();
    let name = OsStr::from_bytes(HOSTILE);
    let dashed = OsStr::from_bytes(b"-\x1b[2J");
    let missing = OsStr::from_bytes(b"\x1b[2J.db");
    for (line, name) in [
        ("check", name),
        ("check --format concise", name),
        ("check --format concise .", missing),
        ("inspect --frames --pages", name),
        ("inspect --sizes --map", name),
        ("inspect --cell 1/0", name),
        ("inspect --force --svg out.svg", name),
        ("inspect out.db --force --svg", name),
        ("inspect --wal", missing),
        ("log", name),
        ("log --tables", name),
        ("rebuild --force -o out.db", name),
        ("rebuild --at 99 -o out.db", name),
        ("rebuild out.db --force -o", name),
        ("rebuild", dashed),
        ("compact --force -o out.db-wal", name),
        ("compact out.db-wal -o", name),
        ("explain", missing),
        ("man", missing),
        ("completions", missing),
        ("check", dashed),
    ] {
        let mut args: Vec<&OsStr> = line.split(' ').map(OsStr::new).collect();
        args.push(name);
        let ran = run_in(room.path(), &args);
        let is_active =
            |c: char| c.is_control() && c != '\n' || matches!(c, '\u{202e}' | '\u{fffd}');
        assert!(!ran.stdout.contains(is_active), "{:?}", ran.stdout);
        // What is no text comes from the operating system as U+FFFD in errors.
        let is_active = |c: char| is_active(c) && c != '\u{fffd}';
        assert!(!ran.stderr.contains(is_active), "{:?}", ran.stderr);
        let spoofs = |line: &str| line.starts_with("b: complete");
        assert!(!ran.stdout.lines().any(spoofs), "{ran}");
        assert!(!ran.stderr.lines().any(spoofs), "{ran}");
    }
}

#[cfg(all(unix, not(target_vendor = "apple")))]
#[test]
fn json_has_names_as_they_are_or_quoted() {
    let room = Room::new();
    room.copy("good/rollback-mode", ".");
    let text = "a\nb \u{1b}[31m it's.db";
    std::fs::rename(room.at("app.db"), room.at(text)).unwrap();
    let ran = room.run("check --format json .").exits(0).quietly();
    assert_eq!(ran.json()["reports"][0]["database"], format!("./{text}"));

    let room = hostile();
    let ran = room.run("check --format json .").exits(0).quietly();
    assert_eq!(
        ran.json()["reports"][0]["database"],
        r"$'./a\nb: complete\033[31m\302\2332J\342\200\256\377 it\'s.db'"
    );
    assert!(
        ran.stdout.is_ascii() || !ran.stdout.contains('\u{1b}'),
        "{ran}"
    );
}

/// What a verdict says to type, a shell runs on the same files.
#[cfg(all(unix, not(target_vendor = "apple")))]
#[test]
fn the_next_command_names_the_same_files() {
    use std::process::Command;

    for (room, line) in [
        (hostile(), "check --format json ."),
        (Room::live(), "check --format json app.db"),
        (Room::live(), "check --format json app.db --wal it's-log"),
        (Room::live(), "check --format json -- -dash.db"),
    ] {
        if line.ends_with("log") {
            std::fs::rename(room.at("app.db-wal"), room.at("it's-log")).unwrap();
        }
        if line.ends_with("dash.db") {
            std::fs::rename(room.at("app.db-wal"), room.at("-dash.db-wal")).unwrap();
            std::fs::rename(room.at("app.db"), room.at("-dash.db")).unwrap();
        }
        let ran = room.run(line).exits(0);
        let verdict = &ran.json()["reports"][0]["verdict"];
        assert_eq!(verdict["kind"], "complete-with-wal", "{ran}");
        let next = verdict["next"].as_str().unwrap();
        let next = next.replacen("stillframe", support::PROGRAM, 1);
        let shell = Command::new("bash")
            .args(["-c", &next])
            .current_dir(room.path())
            .output();
        let shell = Ran::new(next, shell.unwrap()).exits(0);
        assert!(shell.stdout.contains("after commit 6"), "{shell}");
    }
}

#[test]
fn nothing_lies_beside_standard_input() {
    let room = Room::live();
    let on = |args: &[&str]| support::run_with(room.path(), args, room.read("app.db"));
    let ran = on(&["check", "-"]).exits(0).quietly();
    assert!(!ran.stdout.contains("--wal"), "{ran}");
    assert!(ran.stdout.contains("the WAL is not there"), "{ran}");
    let ran = on(&["check", "-", "--wal", "app.db-wal"]).exits(0);
    let next = "stillframe rebuild - --wal app.db-wal -o rebuilt.db";
    assert!(ran.stdout.contains(next), "{ran}");
}

/// What is for programs arrives as it is: a name that looks like a colour keeps what makes it look so.
#[test]
fn names_that_look_like_colours_stay_whole() {
    let set = SetBuilder::new("colours", &Plan::with_page_size(512));
    set.sql("CREATE TABLE t(v); CREATE INDEX \"a\u{1b}[31mb\u{7f}\" ON t(v); INSERT INTO t VALUES('x');");
    set.checkpoint("TRUNCATE");
    let mut database = set.file("");
    // Another value in the index than in the row.
    let value = database
        .windows(4)
        .rposition(|bytes| bytes == [3, 15, 9, b'x']);
    database[value.unwrap() + 3] = b'y';
    let room = Room::new();
    room.write("app.db", database);
    let sizes = room.run("inspect --sizes --format json app.db").exits(0);
    assert!(sizes.stdout.contains("a\\u001b[31mb\u{7f}"), "{sizes}");
    let pragma = room.run("check --format pragma app.db").exits(1);
    let row = "row 1 missing from index a\u{1b}[31mb\u{7f}\n";
    assert!(pragma.stdout.contains(row), "{pragma}");
}
