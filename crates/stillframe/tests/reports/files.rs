//! Which files are made, what is in them of what went wrong, and how the run ends.

use std::fs;
use std::path::Path;

use super::support::{Room, root};
use super::*;

#[test]
fn a_report_replaces_nothing_unless_it_is_told_to() {
    let room = Room::live();
    let line = "check app.db --report json=out.json";
    room.run(line).exits(0).quietly();
    let first = room.read("out.json");
    room.run(line)
        .exits(2)
        .complains(&["out.json exists", "--force"]);
    room.write("out.json", "older");
    room.run(&format!("{line} --force")).exits(0);
    assert_eq!(room.read("out.json"), first);
}

#[test]
fn a_report_is_never_an_input_or_beside_one() {
    let room = Room::live();
    room.copy("good/live-wal", "folder");
    let before = room.state();
    for line in [
        "check app.db --force --report json=app.db",
        "check app.db --force --report json=app.db-wal",
        "check app.db --force --report json=app.db-journal",
        "check folder --force --report json=folder/app.db",
        "check folder --force --report json=folder/app.db-shm",
        "check . --force --report json=folder/../app.db-wal",
        "check --wal folder/app.db-wal app.db --force --report json=folder/app.db-wal",
        "check app.db --report json=missing/out.json",
        "check app.db --report json=out --report sarif=out",
        "check app.db --report json=- --report sarif=-",
        "check app.db --format json --report sarif=-",
        "check app.db --format pragma --report json=out",
        "check app.db --fail-on never,error",
    ] {
        let ran = room.run(line).exits(2);
        assert_eq!(ran.stderr.lines().count(), 1, "{ran}");
    }
    for (line, says) in [
        ("check app.db --report json", "FORMAT=FILE"),
        ("check app.db --report json=", "no FILE"),
        ("check app.db --report pragma=out", "no format of a report"),
        ("check app.db --report xlsx=out", "sarif"),
    ] {
        let ran = room.run(line).exits(2);
        assert!(ran.stderr.contains(says), "{ran}");
    }
    assert_eq!(before.changes(&room.state()), Vec::<&Path>::new());
}

/// One that cannot be had leaves nothing of the others behind, either.
#[test]
fn nothing_to_check_is_no_success_and_in_every_report() {
    for file in [None, Some("notes.txt")] {
        let room = Room::new();
        fs::create_dir(room.at("in")).unwrap();
        if let Some(file) = file {
            room.write(&format!("in/{file}"), "no database");
        }
        let ran = check_all(&room, &["in"]).exits(3);
        ran.complains(&["there is no database"]);
        for format in FORMATS.into_iter().filter(|format| *format != "jsonl") {
            let text = text(&room, &format!("all.{format}"));
            assert!(text.contains("there is no database"), "{format}: {text}");
        }
        let sarif: serde_json::Value = serde_json::from_str(&text(&room, "all.sarif")).unwrap();
        let invocation = &sarif["runs"][0]["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], false);
        assert!(text(&room, "all.junit").contains("errors=\"1\""));
        room.run("check --format pragma in").exits(3);
        room.run("check --exit-zero in").exits(0);
    }
}

#[test]
fn what_is_not_read_is_in_every_report() {
    let room = Room::live();
    let ran = check_all(&room, &["app.db", "missing.db"]).exits(3);
    all_hold(&room, &ran, &Schemas::new(), "missing");
    for format in FORMATS.into_iter().filter(|format| *format != "jsonl") {
        let text = text(&room, &format!("all.{format}"));
        assert!(text.contains("missing.db"), "{format}: {text}");
    }
}

#[test]
fn what_is_left_over_is_in_every_report() {
    let room = Room::live();
    room.copy("good/live-wal", "in");
    room.write("in/no&tes.txt", "no database");
    let ran = check_all(&room, &["in"]).exits(0);
    all_hold(&room, &ran, &Schemas::new(), "left over");
    for format in FORMATS
        .into_iter()
        .filter(|it| !["jsonl", "concise"].contains(it))
    {
        let text = text(&room, &format!("all.{format}"));
        assert!(text.contains("tes.txt"), "{format}: {text}");
    }
}

#[test]
fn an_archive_that_is_cut_is_in_every_report() {
    let room = Room::new();
    room.copy("good/rollback-mode", "set");
    let database = room.read("set/app.db");
    // Behind a database that is whole.
    let end = 512 + database.len().next_multiple_of(512);
    let mut tar = stillframe_testkit::archives::tar(&[("a.db", database)]);
    tar.truncate(end);
    room.write("cut.tar", tar);
    let ran = check_all(&room, &["cut.tar"]).exits(3);
    all_hold(&room, &ran, &Schemas::new(), "cut");
    let sarif: serde_json::Value = serde_json::from_str(&text(&room, "all.sarif")).unwrap();
    let invocation = &sarif["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
}

#[test]
fn the_exit_status_says_what_was_asked_for() {
    let room = Room::with(&[
        "good/rollback-mode",
        "good/three-generations",
        "bad/WAL104-commit-frame-unverified",
        "sets/wal-hole",
    ]);
    room.copy("good/live-wal", "alone");
    fs::remove_file(room.at("alone/app.db-wal")).unwrap();
    for (path, what, status) in [
        ("fixtures/good/rollback-mode", "note", 1),
        ("fixtures/good/rollback-mode", "incomplete", 0),
        ("fixtures/good/three-generations", "warning", 0),
        ("fixtures/good/three-generations", "note", 1),
        ("fixtures/bad/WAL104-commit-frame-unverified", "warning", 1),
        ("fixtures/bad/WAL104-commit-frame-unverified", "error", 0),
        // Nothing but a note tells that a WAL may be missing.
        ("alone/app.db", "warning", 0),
        ("alone/app.db", "incomplete", 1),
        ("alone/app.db", "error,incomplete", 1),
        ("fixtures/sets/wal-hole", "incomplete", 1),
        ("fixtures/sets/wal-hole", "never", 0),
        ("missing.db", "never", 3),
    ] {
        room.run(&format!("check {path} --fail-on {what}"))
            .exits(status);
    }
    for (line, status) in [
        ("check fixtures/sets/wal-hole", 1),
        ("check missing.db", 3),
        ("check --format pragma fixtures/sets/wal-hole missing.db", 3),
    ] {
        room.run(line).exits(status);
        room.run(&format!("{line} --exit-zero")).exits(0);
    }
    let ran = room
        .run("check --exit-zero --format sarif fixtures/sets/wal-hole")
        .exits(0);
    assert_eq!(ran.json()["runs"][0]["invocations"][0]["exitCode"], 0);
    // Not what was wrongly asked for.
    room.run("check --exit-zero --format nothing x").exits(2);
    room.run("check --exit-zero fixtures/good --report json=missing/x")
        .exits(2);
    let bad = root().join("fixtures/bad/BT108-rowid-out-of-order/app.db");
    let bad = bad.to_str().unwrap();
    room.run(&format!("check --format pragma {bad}")).exits(1);
    room.run(&format!("check --format pragma --fail-on never {bad}"))
        .exits(0);
}

#[test]
fn the_time_is_said_where_it_is_asked_for() {
    let room = Room::live();
    for format in ["sarif", "junit", "html"] {
        let line = format!("check app.db --format {format}");
        let without = room.run(&line).exits(0).stdout;
        assert_eq!(without, room.run(&line).stdout);
        let with = room.run(&format!("{line} --timestamp")).exits(0).stdout;
        assert_ne!(with, without);
    }
    let ran = room.run("check app.db --format sarif --timestamp");
    let time = ran.json()["runs"][0]["invocations"][0]["startTimeUtc"].clone();
    let time = time.as_str().unwrap();
    assert_eq!((time.len(), time.ends_with('Z')), (20, true), "{time}");
    if let Some(schema) = sarif_schema() {
        holds(&schema, &ran.json(), "with a time");
    }
}
