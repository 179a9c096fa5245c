//! What is printed on a terminal fits it, however narrow. Pipes have no width: it takes script(1).
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot do its work fails"
)]

use std::process::{Command, Stdio};

use stillframe_testkit::builder::{Plan, SetBuilder};
use support::{PROGRAM, Ran, Room, skipped};

mod support;

/// A terminal may know its columns and not its rows.
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

const LONG: &str = "a_table_with_quite_a_long_name_that_people_do_have";

/// A set whose names are long, with pages of every kind.
fn room() -> Room {
    let mut set = SetBuilder::new(
        "narrow",
        &Plan {
            page_size: 512,
            auto_vacuum: "FULL",
            ..Plan::default()
        },
    );
    set.commit(&format!(
        "CREATE TABLE {LONG}(id INTEGER PRIMARY KEY, v TEXT, b BLOB); \
         CREATE INDEX an_index_with_a_name_of_more_than_thirty_characters ON {LONG}(v); \
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) \
         INSERT INTO {LONG} SELECT i * 1000000007, 'text ' || i || ' without end', zeroblob(i * 7 % 900) FROM n;"
    ));
    set.commit(&format!("DELETE FROM {LONG} WHERE id % 3 = 0;"));
    let set = set.copy();
    let room = Room::new();
    room.write("app.db", &set.database);
    room.write("app.db-wal", &set.wal);
    room
}

#[test]
fn every_line_of_inspect_fits() {
    let room = room();
    let mut lines = 0;
    let mut options: Vec<String> = ["--pages", "--sizes", "--map"].map(String::from).into();
    options.extend((1..=12).map(|page| format!("--page {page}")));
    options.extend((3..=12).map(|page| format!("--cell {page}/0")));
    for columns in [100, 60, 40] {
        let commands = options
            .iter()
            .map(|option| format!("{PROGRAM} inspect app.db {option} 2>/dev/null"));
        let commands = commands.collect::<Vec<String>>().join("; ");
        let Some(ran) = on_terminal(&room, &format!("cols {columns} rows 24"), &commands) else {
            return;
        };
        for line in shown(&ran).lines() {
            let width = line.trim_end().chars().count();
            // A name in a line of its own stands there to be copied.
            let is_name = !line.trim().contains(' ');
            assert!(width <= columns || is_name, "{columns}: {line}");
            lines += 1;
        }
    }
    assert!(lines > 500, "{lines}");
}

/// The columns of the longest line that is printed on a terminal of this size.
fn longest_line(room: &Room, size: &str, verb: &str, status: i32) -> Option<usize> {
    let ran = on_terminal(room, size, &format!("{PROGRAM} {verb}"))?.exits(status);
    let text = shown(&ran);
    let lengths = text.lines().map(|line| line.trim_end().chars().count());
    Some(lengths.max().unwrap())
}

/// What commands print on a terminal of this size; `None` where none can be had.
fn on_terminal(room: &Room, size: &str, commands: &str) -> Option<Ran> {
    let line = format!("stty {size}; {commands}");
    let output = Command::new("script")
        .args(["-qec", &line, "/dev/null"])
        .env("TERM", "dumb")
        .env("NO_COLOR", "1")
        .current_dir(room.path())
        .stdin(Stdio::null())
        .output();
    let Ok(output) = output else {
        skipped("no terminal can be had here: there is no script(1)");
        return None;
    };
    Some(Ran::new(line, output))
}

/// The end of its own input is typed by script(1), and echoed.
fn shown(ran: &Ran) -> String {
    ran.stdout.replace("^D\u{8}\u{8}", "")
}
