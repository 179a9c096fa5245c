//! Standard output and standard error: full, closed, or left by their reader.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot do its work fails"
)]

use std::process::Stdio;

use support::{Room, run_into, unread};

mod support;

/// A place that has no room.
#[cfg(target_os = "linux")]
fn full() -> Stdio {
    let file = std::fs::File::options().write(true).open("/dev/full");
    file.unwrap().into()
}

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
        let ran = run_into(room.path(), line, full(), Stdio::piped()).exits(2);
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
        for stderr in [full(), unread()] {
            run_into(room.path(), line, Stdio::piped(), stderr).exits(status);
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
        let ran = run_into(room.path(), line, unread(), Stdio::piped());
        ran.exits(0).quietly();
    }
}

/// What a check finds is in its exit status, though nobody reads what it is.
#[test]
fn findings_count_though_nobody_reads_them() {
    for format in ["full", "concise", "json", "jsonl"] {
        let line = format!("check --format {format} fixtures/bad");
        let ran = run_into(&support::root(), &line, unread(), Stdio::piped());
        ran.exits(1).quietly();
    }
    let room = Room::live();
    room.copy("bad/WAL002-magic-invalid", ".");
    for format in ["full", "json"] {
        let line = format!("rebuild --force --format {format} app.db -o out.db");
        let ran = run_into(room.path(), &line, unread(), Stdio::piped());
        ran.exits(1).quietly();
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
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
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
