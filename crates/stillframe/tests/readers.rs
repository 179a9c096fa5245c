//! Standard output and standard error: full, closed, or left by their reader, and terminals of any width.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot do its work fails"
)]

use support::{Ran, Room};

mod support;

#[cfg(target_os = "linux")]
#[test]
fn a_full_standard_output_is_said_to_be_so() {
    let room = Room::live();
    for line in [
        "check app.db",
        "check --format json app.db",
        "inspect app.db",
        "log app.db",
        "compact --dry-run app.db-wal",
        "explain",
        "man",
        "completions bash",
    ] {
        let full = std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let output = std::process::Command::new(support::PROGRAM)
            .args(line.split(' '))
            .current_dir(room.path())
            .stdout(full)
            .output()
            .unwrap();
        let ran = Ran::new(line.to_owned(), output).exits(2);
        ran.complains(&["standard output"]);
    }
}

/// The exit status does not need standard error, be it full or without a reader.
#[cfg(target_os = "linux")]
#[test]
fn the_exit_status_does_not_need_standard_error() {
    let room = Room::live();
    room.copy("bad/WAL101-frame-checksum-mismatch", "bad");
    room.copy("bad/WAL002-magic-invalid", "ignored");
    for (line, status) in [
        ("check missing.db", 3),
        ("check bad missing.db", 3),
        ("log ignored/app.db", 1),
        ("rebuild app.db -o app.db", 2),
        ("check --frob", 2),
        ("check --fr\u{1b}ob", 2),
        ("explain WAL999", 2),
        ("rebuild --at 9 app.db -o out.db", 2),
        ("compact bad/app.db-wal -o out.db-wal", 1),
    ] {
        let full = std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let (reader, unread) = std::io::pipe().unwrap();
        drop(reader);
        for stderr in [std::process::Stdio::from(full), unread.into()] {
            let output = std::process::Command::new(support::PROGRAM)
                .args(line.split(' '))
                .current_dir(room.path())
                .stderr(stderr)
                .output()
                .unwrap();
            Ran::new(line.to_owned(), output).exits(status);
        }
    }
}

#[test]
fn a_reader_who_has_seen_enough_is_no_error() {
    let room = Room::live();
    for line in [
        "check app.db",
        "check --format concise app.db",
        "check --format json app.db",
        "check --format jsonl app.db",
        "inspect --frames --pages app.db",
        "inspect --frames --pages --format json app.db",
        "log --pages app.db",
        "log --format json app.db",
        "log --format jsonl app.db",
        "compact --dry-run app.db-wal",
        "compact --dry-run --format json app.db-wal",
        "rebuild --force app.db -o out.db",
        "rebuild --force app.db -o out.db --format json",
        "explain",
        "explain WAL101",
        "man",
        "completions bash",
        "--help",
        "--version",
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = std::process::Command::new(support::PROGRAM)
            .args(line.split(' '))
            .current_dir(room.path())
            .stdout(writer)
            .output()
            .unwrap();
        Ran::new(line.to_owned(), output).exits(0).quietly();
    }
}

/// What a check finds is in its exit status, though nobody reads what it is.
#[test]
fn findings_count_though_nobody_reads_them() {
    for format in ["full", "concise", "json", "jsonl"] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let line = format!("check --format {format} fixtures");
        let output = std::process::Command::new(support::PROGRAM)
            .args(line.split(' '))
            .current_dir(support::root())
            .stdout(writer)
            .output()
            .unwrap();
        Ran::new(line, output).exits(1).quietly();
    }
    let room = Room::live();
    room.copy("bad/WAL002-magic-invalid", ".");
    for format in ["full", "json"] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let line = format!("rebuild --force --format {format} app.db -o out.db");
        let output = std::process::Command::new(support::PROGRAM)
            .args(line.split(' '))
            .current_dir(room.path())
            .stdout(writer)
            .output()
            .unwrap();
        Ran::new(line, output).exits(1).quietly();
    }
}

/// A reader may leave in the middle of a long listing, too.
#[test]
fn a_reader_may_leave_in_the_middle() {
    use std::io::{BufRead as _, BufReader, Read as _};

    let room = Room::new();
    let (database, wal) = support::long_set(3000);
    room.write("app.db", database);
    room.write("app.db-wal", wal);
    for line in [
        "inspect --frames app.db",
        "inspect --frames --format json app.db",
        "log --format jsonl --pages app.db",
    ] {
        let mut child = std::process::Command::new(support::PROGRAM)
            .args(line.split(' '))
            .current_dir(room.path())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = String::new();
        let mut reader = BufReader::with_capacity(16, child.stdout.take().unwrap());
        reader.read_line(&mut first).unwrap();
        drop(reader);
        let mut said = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        assert_eq!(said, "", "{line}");
        assert_eq!(child.wait().unwrap().code(), Some(0), "{line}");
    }
}

/// A terminal may know its columns and not its rows.
#[cfg(target_os = "linux")]
#[test]
fn lines_are_as_long_as_the_terminal_is_wide() {
    let room = Room::new();
    room.copy("bad/WAL101-frame-checksum-mismatch", ".");
    room.copy("good/auto-vacuum", "whole");
    for verb in [
        "inspect --sizes --map whole",
        "inspect --pages whole",
        "inspect --page 3 whole",
        "inspect --cell 3/0 whole",
        "log --tables whole/app.db",
        "compact --tables --dry-run whole/app.db",
    ] {
        let Some(longest) = longest_line(&room, "cols 60 rows 24", verb, 0) else {
            return;
        };
        assert!((40..=60).contains(&longest), "{verb}: {longest}");
    }
    let longest = |size: &str| longest_line(&room, size, "check app.db", 1);
    for (size, least, most) in [
        ("cols 60 rows 0", 50, 60),
        ("cols 60 rows 24", 50, 60),
        ("cols 95 rows 0", 81, 95),
        ("cols 0 rows 0", 61, 80),
    ] {
        let Some(longest) = longest(size) else { return };
        assert!((least..=most).contains(&longest), "{size}: {longest}");
    }
}

/// The columns of the longest line that is printed on a terminal of this size.
#[cfg(target_os = "linux")]
fn longest_line(room: &Room, size: &str, verb: &str, status: i32) -> Option<usize> {
    let line = format!("stty {size}; {} {verb}", support::PROGRAM);
    let output = std::process::Command::new("script")
        .args(["-qec", &line, "/dev/null"])
        .env("TERM", "dumb")
        .env("NO_COLOR", "1")
        .current_dir(room.path())
        .stdin(std::process::Stdio::null())
        .output();
    let Ok(output) = output else {
        support::skipped("no terminal can be had here: there is no script(1)");
        return None;
    };
    let ran = Ran::new(line, output).exits(status);
    // The end of its own input is typed by script(1), and echoed.
    let shown = ran.stdout.replace("^D\u{8}\u{8}", "");
    let lengths = shown.lines().map(|line| line.trim_end().chars().count());
    Some(lengths.max().unwrap())
}
