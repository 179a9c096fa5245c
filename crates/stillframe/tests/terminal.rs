//! What is printed on a terminal fits it, however narrow. Pipes have no width: it takes script(1).
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot do its work fails"
)]

use std::process::{Command, Stdio};

use stillframe_testkit::builder::{Plan, SetBuilder};
use support::{PROGRAM, Ran, Room, program, run, skipped};

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
        "inspect --frames whole",
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
fn every_line_fits() {
    let room = room();
    let mut lines = 0;
    let mut options: Vec<String> = ["--frames", "--pages", "--sizes", "--map"]
        .map(String::from)
        .into();
    options.extend((1..=12).map(|page| format!("--page {page}")));
    options.extend((3..=12).map(|page| format!("--cell {page}/0")));
    for columns in [100, 60, 40] {
        let inspect = options
            .iter()
            .map(|option| format!("inspect app.db {option}"));
        let others = [
            "log --tables app.db",
            "log --pages app.db",
            "compact --tables --dry-run app.db",
            "check app.db",
        ];
        let commands = inspect
            .chain(others.map(String::from))
            .map(|line| format!("{PROGRAM} {line} 2>/dev/null"));
        let commands = commands.collect::<Vec<String>>().join("; ");
        let Some(ran) = on_terminal(&room, &format!("cols {columns} rows 24"), &commands) else {
            return;
        };
        for line in shown(&ran).lines() {
            let width = line.trim_end().chars().count();
            // A name in a line of its own stands there to be copied.
            let is_name = !line.trim().contains(' ');
            // And a command is never broken: one that is too long has a line of its own.
            let is_command = line.starts_with("    stillframe ");
            assert!(
                width <= columns || is_name || is_command,
                "{columns}: {line}"
            );
            lines += 1;
        }
    }
    assert!(lines > 500, "{lines}");
}

/// Long work shows how far it is, on a terminal and where that is wanted, and clears the line behind it.
#[test]
fn long_work_has_a_bar() {
    let room = Room::live();
    let wal = room.at("app.db-wal");
    let wal = std::fs::File::options().append(true).open(wal).unwrap();
    wal.set_len(300 << 20).unwrap();
    let log = |options: &str| {
        let line = format!("TERM=xterm {PROGRAM} log {options}app.db > out");
        Some(on_terminal(&room, "cols 80 rows 24", &line)?.exits(0))
    };
    let Some(ran) = log("") else { return };
    let last = ran
        .stdout
        .rsplit('\r')
        .find(|part| part.contains("reading"));
    assert!(last.unwrap().contains("/300.00 MiB "), "{ran}");
    let clear = "\u{1b}[2K";
    let behind = ran.stdout.rsplit(clear).next().unwrap();
    assert!(!behind.contains("reading"), "{ran}");
    let quiet = log("--quiet ").unwrap();
    assert!(!quiet.stdout.contains("reading"), "{quiet}");
    room.run("log app.db").exits(0).quietly();
}

/// `watch`, Emacs and whoever pipes into a pager of a window that is split say so how wide it is.
#[test]
fn columns_counts_for_more_than_the_terminal() {
    let room = room();
    let lines = "inspect --frames --pages --sizes --map app.db";
    let longest = |columns: &str| {
        let arguments = lines.split(' ');
        let ran = program(room.path())
            .args(arguments)
            .env("COLUMNS", columns)
            .output();
        let ran = Ran::new(lines.to_owned(), ran.unwrap()).exits(0).quietly();
        let lengths = ran.stdout.lines().map(|line| line.chars().count());
        lengths.max().unwrap()
    };
    let without = longest("");
    assert!(without > 100, "{without}");
    for columns in [40, 60, 80] {
        let longest = longest(&columns.to_string());
        assert!(
            (columns - 20..=columns).contains(&longest),
            "{columns}: {longest}"
        );
    }
    for nonsense in ["0", "wide", "-60", "60.5"] {
        assert_eq!(longest(nonsense), without, "{nonsense}");
    }
    for (columns, least, most) in [(50, 40, 50), (90, 61, 90)] {
        for arguments in [lines, "check --help"] {
            let line = format!("COLUMNS={columns} {PROGRAM} {arguments}");
            let Some(ran) = on_terminal(&room, "cols 60 rows 24", &line) else {
                return;
            };
            let text = shown(&ran);
            let longest = text.lines().map(|line| line.trim_end().chars().count());
            let longest = longest.max().unwrap();
            assert!((least..=most).contains(&longest), "{columns}: {longest}");
        }
    }
}

/// Whether a tree is a table or an index stays when what can be told from other columns is left out.
#[test]
fn sizes_are_of_tables_and_of_indexes_on_narrow_terminals_too() {
    let room = Room::new();
    room.copy("good/auto-vacuum", ".");
    for columns in ["60", "80"] {
        let ran = program(room.path())
            .args(["inspect", "--sizes", "app.db"])
            .env("COLUMNS", columns)
            .output();
        let ran = Ran::new("inspect --sizes".to_owned(), ran.unwrap()).exits(0);
        let heading = ran.stdout.lines().find(|line| line.contains("whose"));
        let heading = heading.unwrap();
        assert!(
            heading.contains("type") && !heading.contains("unused"),
            "{columns}: {heading}"
        );
    }
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
        .env_remove("COLUMNS")
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

#[test]
fn no_line_of_a_manual_page_ends_in_spaces() {
    for verb in [
        "",
        " inspect",
        " check",
        " log",
        " rebuild",
        " compact",
        " dump",
        " explain",
        " completions",
        " man",
    ] {
        let ran = run(&format!("man{verb}")).exits(0);
        let title = format!(".TH stillframe{} 1  \"stillframe ", verb.replace(' ', "-"));
        assert!(ran.stdout.contains(&title), "{ran}");
        assert!(
            ran.stdout.lines().all(|line| line.trim_end() == line),
            "{ran}"
        );
    }
}
