//! No verb changes a byte of an input, its time, or what lies beside it; and mapped or read, the bytes are the same.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot do its work fails"
)]

use std::fs;

use stillframe_testkit::builder::{Shape, big_wal};
use support::{Ran, Room, State, fixtures};

mod support;

/// Every verb that reads, with every way to print. OUT stands for a file in a folder of its own.
const LINES: [&str; 19] = [
    "check in",
    "check --format concise in",
    "check --format json in",
    "check --format jsonl in",
    "inspect --frames --pages in",
    "inspect --frames --pages --format json in",
    "inspect --sizes --map --page 2 in",
    "inspect --sizes --map --cell 1/0 --format json in",
    "inspect in/app.db --svg OUT",
    "log --tables in/app.db",
    "log --pages in/app.db",
    "log --format json in/app.db",
    "log --format jsonl in/app.db",
    "rebuild in/app.db -o OUT",
    "rebuild in/app.db --at 0 --format json -o OUT",
    "compact in/app.db -o OUT",
    "compact in/app.db --keep 1,last --format json -o OUT",
    "compact in/app.db --dry-run",
    "compact in/app.db --tables --dry-run",
];

/// Runs a line, and answers with what it said and what it wrote.
fn done(room: &Room, line: &str) -> (Ran, Option<Vec<u8>>) {
    fs::create_dir(room.at("out")).unwrap();
    let mut ran = room.run(&line.replace("OUT", "out/new"));
    ran.line = line.to_owned();
    let written = fs::read(room.at("out/new")).ok();
    assert!(matches!(ran.status, Some(0..=3)), "{ran}");
    // A file that is written is spoken of, be it with a warning and the status 1.
    let is_told = matches!(ran.status, Some(0 | 1)) && !ran.stdout.is_empty();
    assert_eq!(written.is_some(), is_told && line.contains("OUT"), "{ran}");
    fs::remove_dir_all(room.at("out")).unwrap();
    (ran, written)
}

fn each_line_leaves_the_input_alone(room: &Room) {
    let before = State::of(&room.at("in"));
    for line in LINES {
        let (mapped, by_map) = done(room, line);
        let (read, by_read) = done(room, &format!("{line} --no-mmap"));
        assert_eq!(mapped.status, read.status, "{mapped}");
        assert_eq!(mapped.stdout, read.stdout, "{mapped}");
        assert_eq!(mapped.stderr, read.stderr, "{mapped}");
        assert!(by_map == by_read, "{mapped}");
        let after = State::of(&room.at("in"));
        assert!(
            after.changes(&before).is_empty(),
            "{:?}: {mapped}",
            after.changes(&before)
        );
    }
}

fn fixtures_stay_as_they_are(kind: &str) {
    for fixture in fixtures() {
        if fixture.starts_with(kind) {
            let room = Room::new();
            room.copy(&fixture, "in");
            each_line_leaves_the_input_alone(&room);
        }
    }
}

#[test]
fn bad_fixtures_stay_as_they_are() {
    fixtures_stay_as_they_are("bad/");
}

#[test]
fn good_fixtures_stay_as_they_are() {
    fixtures_stay_as_they_are("good/");
    fixtures_stay_as_they_are("sets/");
}

/// Fixtures are so small that they are read whole: these files are long enough to be mapped.
#[test]
fn long_files_stay_as_they_are() {
    for shape in [Shape::Hot, Shape::Distinct] {
        let room = Room::new();
        fs::create_dir(room.at("in")).unwrap();
        big_wal(&room.at("in"), 3, shape, 7);
        each_line_leaves_the_input_alone(&room);
    }
}

/// A sound set beside files of a live application: its wal-index and a journal.
#[test]
fn sidecars_stay_as_they_are() {
    let room = Room::new();
    room.copy("good/live-wal", "in");
    room.write("in/app.db-shm", vec![7; 32768]);
    room.write("in/app.db-journal", vec![0; 512]);
    each_line_leaves_the_input_alone(&room);
}
