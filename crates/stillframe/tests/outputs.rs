//! Outputs are complete or not there, and never in the place of something else.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot do its work fails"
)]

use std::fs;

use support::{Ran, Room, fixtures, names, root, run};

mod support;

#[test]
fn what_exists_is_replaced_only_by_force() {
    let room = Room::live();
    room.write("old", b"precious");
    for line in ["rebuild app.db -o old", "compact app.db-wal -o old"] {
        let before = room.state();
        room.run(line).exits(2).complains(&["old", "--force"]);
        assert!(room.state().changes(&before).is_empty());
        assert_eq!(room.read("old"), b"precious");
    }
    room.run("rebuild app.db -o new.db").exits(0);
    room.run("rebuild app.db -o old --force").exits(0);
    assert_eq!(room.read("old"), room.read("new.db"));
    room.run("compact app.db-wal -o new").exits(0);
    room.run("compact app.db-wal -o old --force").exits(0);
    assert_eq!(room.read("old"), room.read("new"));
    let all = ["app.db", "app.db-wal", "new", "new.db", "old"];
    assert_eq!(names(room.path()), all);
}

#[test]
fn an_input_or_its_sidecar_is_never_the_output() {
    let room = Room::live();
    fs::hard_link(room.at("app.db"), room.at("alias")).unwrap();
    let before = room.state();
    for target in [
        "app.db",
        "app.db-wal",
        "app.db-shm",
        "app.db-journal",
        "./app.db",
        "alias",
    ] {
        for line in [
            format!("rebuild app.db --force -o {target}"),
            format!("compact app.db-wal --force -o {target}"),
            format!("compact app.db --force -o {target}"),
        ] {
            room.run(&line).exits(2).complains(&[target, "input"]);
        }
    }
    room.run("rebuild alias --wal app.db-wal --force -o app.db-wal")
        .exits(2)
        .complains(&["input"]);
    assert!(room.state().changes(&before).is_empty());
}

#[test]
fn standard_output_is_no_output() {
    let room = Room::live();
    for verb in ["rebuild app.db", "compact app.db-wal"] {
        for force in ["", " --force"] {
            let ran = room.run(&format!("{verb}{force} -o -")).exits(2);
            ran.complains(&["standard output", "./-"]);
        }
    }
    assert_eq!(names(room.path()), ["app.db", "app.db-wal"]);
    room.run("rebuild app.db -o ./-").exits(0);
    assert_eq!(names(room.path()), ["-", "app.db", "app.db-wal"]);
}

#[test]
fn a_database_is_not_put_beside_what_sqlite_would_apply_to_it() {
    for sidecar in ["out.db-wal", "out.db-journal", "out.db-shm"] {
        let room = Room::live();
        room.write(sidecar, b"");
        let before = room.state();
        for line in [
            "rebuild app.db -o out.db",
            "rebuild app.db --force -o out.db",
        ] {
            room.run(line).exits(2).complains(&[sidecar]);
        }
        assert!(room.state().changes(&before).is_empty());
    }
}

#[test]
fn nothing_is_left_of_what_could_not_be_done() {
    for (fixture, file) in [
        ("bad/DB001-not-a-database", "app.db"),
        ("bad/WAL203-page-missing", "app.db"),
        ("bad/WAL202-growth-refused", "app.db"),
        ("bad/SET202-hot-journal", "app.db"),
        ("bad/WAL005-version-unsupported", "app.db-wal"),
        ("sets/wal-hole", "app.db-wal"),
    ] {
        let room = Room::new();
        room.copy(fixture, ".");
        fs::create_dir(room.at("out")).unwrap();
        let verb = match file {
            "app.db" => "rebuild",
            _ => "compact",
        };
        room.run(&format!("{verb} {file} -o out/new"))
            .exits(1)
            .complains(&[file]);
        assert!(names(&room.at("out")).is_empty());
    }
}

/// The last commit is not what it seems: it is written, and the status says that there is something to read, unless it
/// was asked for by its name.
#[test]
fn what_is_written_with_a_warning_is_1_unless_it_was_asked_for() {
    for (fixture, file, warning) in [
        ("bad/DB002-header-truncated", "app.db", "it has 60 bytes"),
        (
            "bad/DB102-schema-format-unsupported",
            "app.db",
            "schema format is 5",
        ),
        (
            "bad/SET101-empty-database-beside-wal",
            "app.db",
            "delete the WAL unread",
        ),
        (
            "bad/SET102-wal-without-database",
            "app.db-wal",
            "delete the WAL unread",
        ),
        (
            "bad/SET201-rollback-mode-beside-wal",
            "app.db",
            "not of this database",
        ),
        ("bad/SET204-stale-wal", "app.db", "older than the database"),
        (
            "bad/SET205-checkpoint-missed",
            "app.db",
            "of different moments",
        ),
        ("bad/WAL001-header-truncated", "app.db", "within its header"),
        ("bad/WAL002-magic-invalid", "app.db", "SQLite ignores"),
        (
            "bad/WAL106-unexplained-slots",
            "app.db",
            "commits may have been there",
        ),
        ("bad/WAL101-frame-checksum-mismatch", "app.db", "lost"),
    ] {
        let room = Room::new();
        room.copy(fixture, ".");
        let json = format!("rebuild --format json {file}");
        let ran = room.run(&format!("{json} -o out.db")).exits(1).quietly();
        let said = ran.json()["warnings"].to_string();
        assert!(said.contains(warning), "{ran}");
        let ran = room.run(&format!("{json} --at last -o asked.db")).exits(0);
        assert_eq!(ran.json()["warnings"].to_string(), said);
        assert_eq!(room.read("out.db"), room.read("asked.db"));
        room.run(&format!("rebuild {file} -o text.db")).exits(1);
    }
    let room = Room::new();
    room.copy("bad/SET202-hot-journal", ".");
    let ran = room.run("rebuild --at 0 app.db -o out.db").exits(0);
    assert!(ran.stdout.contains("a hot journal lies"), "{ran}");
    room.copy("bad/SET101-empty-database-beside-wal", "empty");
    room.run("rebuild --at 0 empty/app.db -o nothing.db")
        .exits(0);
    assert!(room.read("nothing.db").is_empty());
    // Cut short in the middle of a commit, which nobody was told was done.
    room.copy("good/commit-half-written", "half");
    let ran = room.run("rebuild --format json half/app.db -o half.db");
    assert_eq!(ran.exits(0).json()["warnings"], serde_json::json!([]));
    let ran = room.run("log half/app.db").exits(0);
    assert!(!ran.stdout.contains("lost"), "{ran}");
}

/// What is lost or missing is the same for who lists commits as for who rebuilds the last of them; earlier ones, and
/// the database file alone, are without what is behind the log.
#[test]
fn log_says_what_rebuild_warns_of() {
    for (fixture, at_1, at_0) in [
        ("bad/SET205-checkpoint-missed", true, false),
        ("bad/WAL001-header-truncated", true, true),
        ("bad/WAL101-frame-checksum-mismatch", false, false),
        ("bad/WAL106-unexplained-slots", false, false),
    ] {
        let room = Room::new();
        room.copy(fixture, ".");
        let logged = room.run("log --format json app.db").exits(0).json();
        let warnings = &logged["warnings"];
        assert_eq!(warnings.as_array().unwrap().len(), 1, "{logged}");
        let rebuilt = |at: &str| {
            let line = format!("rebuild --format json --at {at} --force app.db -o out.db");
            room.run(&line).json()["warnings"].clone()
        };
        assert_eq!(&rebuilt("last"), warnings);
        let none = serde_json::json!([]);
        let expected = |is_said: bool| if is_said { warnings } else { &none };
        assert_eq!(&rebuilt("0"), expected(at_0));
        if logged["commits"].as_array().unwrap().len() > 1 {
            assert_eq!(&rebuilt("1"), expected(at_1));
        }
    }
    for fixture in fixtures() {
        let database = root().join("fixtures").join(&fixture).join("app.db");
        if fixture.starts_with("good/") && database.exists() {
            let ran = run(&format!("log --format json fixtures/{fixture}/app.db"));
            let warnings = &ran.json()["warnings"];
            assert_eq!(warnings, &serde_json::json!([]), "{ran}");
        }
    }
}

/// SQLite looks at a WAL under one name only.
#[test]
fn a_wal_under_another_name_is_not_said_to_be_deleted() {
    let room = Room::new();
    room.copy("bad/SET101-empty-database-beside-wal", ".");
    room.copy("bad/SET101-empty-database-beside-wal", "beside");
    fs::rename(room.at("app.db-wal"), room.at("c.wal")).unwrap();
    for line in [
        "rebuild --format json c.wal --force -o out.db",
        "rebuild --format json app.db --wal c.wal --force -o out.db",
        "rebuild --format json app.db --wal beside/app.db-wal --force -o out.db",
    ] {
        let ran = room.run(line).exits(1).quietly();
        let said = ran.json()["warnings"].to_string();
        assert!(said.contains("show nothing of the WAL"), "{ran}");
        assert!(!said.contains("delete"), "{ran}");
    }
}

#[test]
fn a_place_that_cannot_be_written_to_is_named() {
    let room = Room::live();
    fs::create_dir(room.at("folder")).unwrap();
    for target in ["folder", "missing/out", "app.db/out"] {
        for verb in ["rebuild app.db", "compact app.db-wal"] {
            let ran = room.run(&format!("{verb} --force -o {target}"));
            ran.exits(2)
                .complains(&[target.strip_suffix("/out").unwrap_or(target)]);
        }
    }
    #[cfg(unix)]
    for target in ["/dev/null", "/dev/full"] {
        let ran = room.run(&format!("rebuild app.db --force -o {target}"));
        ran.exits(2).complains(&[target, "not a regular file"]);
    }
    assert_eq!(names(room.path()), ["app.db", "app.db-wal", "folder"]);
    assert!(names(&room.at("folder")).is_empty());
}

/// As a checkpoint leaves it that copied pages 2 and 3 of commit 8 while the WAL still holds them.
#[test]
fn pages_of_later_commits_are_named() {
    let room = Room::new();
    room.copy("sets/orders", ".");
    let (mut database, wal) = (room.read("app.db"), room.read("app.db-wal"));
    let slot = |frame: usize| 32 + (frame - 1) * 536;
    for (page, frame) in [(2, 13), (3, 12)] {
        database[(page - 1) * 512..page * 512].copy_from_slice(&wal[slot(frame) + 24..][..512]);
    }
    room.write("app.db", database);

    let ran = room.run("log --format json app.db").exits(0);
    assert_eq!(ran.json()["exact_from"], 1);
    let ran = room.run("log app.db").exits(0);
    assert!(ran.stdout.contains("before commit 1 may show"), "{ran}");

    let ran = room.run("rebuild app.db --at 0 -o out.db --format json");
    let outcome = ran.exits(0).json();
    assert_eq!(outcome["exact"], false);
    assert_eq!(
        outcome["later_pages"],
        serde_json::json!([{"first": 2, "last": 3}])
    );
    let ran = room.run("rebuild app.db --at 0 -o out.db --force").exits(0);
    assert!(ran.stdout.contains("not certain"), "{ran}");
    assert!(ran.stdout.contains("app.db: 2-3\n"), "{ran}");
    let ran = room.run("rebuild app.db --at 1 -o out.db --force").exits(0);
    assert!(ran.stdout.contains("nothing shows a later page"), "{ran}");
}

#[test]
fn a_dry_run_writes_nothing() {
    let room = Room::live();
    let before = room.state();
    let dry = room
        .run("compact app.db-wal --dry-run --format json")
        .exits(0)
        .json();
    // Not even the file that is named.
    let ran = room.run("compact app.db-wal --dry-run -o new").exits(0);
    assert!(ran.stdout.contains("new is not written"), "{ran}");
    assert!(room.state().changes(&before).is_empty());
    let done = room
        .run("compact app.db-wal --format json -o new")
        .exits(0)
        .json();
    assert_eq!(dry["bytes_after"], done["bytes_after"]);
    assert_eq!(done["bytes_after"], room.read("new").len());
}

/// Runs a shell script in mount namespaces of its own, where it may make disks of its own. `None`, and a line that says
/// so, where that is not allowed.
#[cfg(target_os = "linux")]
fn with_mounts(room: &Room, script: &str) -> Option<Ran> {
    let script = format!("P='{}'\n{script}", support::PROGRAM);
    for namespaces in [&["--mount"][..], &["--map-root-user", "--mount"]] {
        let output = std::process::Command::new("unshare")
            .args(namespaces)
            .args(["sh", "-c", &script])
            .current_dir(room.path())
            .output();
        match output {
            Ok(output) if output.status.code() == Some(0) => {
                return Some(Ran::new(script, output));
            }
            _ => {}
        }
    }
    support::skipped("no disk can be mounted here");
    None
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_nothing() {
    let room = Room::live();
    let (database, wal) = support::long_set(1000);
    room.write("big.db", database);
    room.write("big.db-wal", wal);
    fs::create_dir(room.at("disk")).unwrap();
    let ran = with_mounts(
        &room,
        "mount -t tmpfs -o size=1m tmpfs disk || exit 77
        $P rebuild big.db -o disk/out.db; echo $?; ls -A disk
        $P compact big.db-wal -o disk/out.db-wal; echo $?; ls -A disk
        TMPDIR=disk $P check - < big.db-wal; echo $?; ls -A disk",
    );
    let Some(ran) = ran else { return };
    assert_eq!(ran.stdout, "2\n2\n3\n", "{ran}");
    let said: Vec<&str> = ran.stderr.lines().collect();
    assert_eq!(said.len(), 3, "{ran}");
    assert!(said[0].starts_with("stillframe: disk/out.db: "), "{ran}");
    assert!(
        said[1].starts_with("stillframe: disk/out.db-wal: "),
        "{ran}"
    );
    assert!(said[2].contains("TMPDIR"), "{ran}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_cannot_be_written_to_is_read() {
    let room = Room::new();
    room.copy("good/live-wal", "disk");
    let ran = with_mounts(
        &room,
        "mount --bind disk disk && mount -o remount,bind,ro disk || exit 77
        for verb in check inspect; do $P $verb disk > verb; echo $?; done
        $P log disk/app.db > verb; echo $?
        $P rebuild disk/app.db -o out.db > verb; echo $?
        $P rebuild disk/app.db -o disk/out.db; echo $?; ls -A disk",
    );
    let Some(ran) = ran else { return };
    assert_eq!(ran.stdout, "0\n0\n0\n0\n2\napp.db\napp.db-wal\n", "{ran}");
    ran.complains(&["disk"]);
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
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
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
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
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

#[cfg(unix)]
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
#[cfg(unix)]
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
#[cfg(unix)]
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

/// A picture is a file like every other output: whole, and never in the place of another unless that is asked for.
#[test]
fn a_picture_is_an_output() {
    let room = Room::with(&["good/auto-vacuum"]);
    let line = "inspect --svg map.svg fixtures/good/auto-vacuum";
    room.run(line).exits(0).quietly();
    let picture = String::from_utf8(room.read("map.svg")).unwrap();
    assert!(
        picture.starts_with("<svg ") && picture.ends_with("</svg>\n"),
        "{picture}"
    );
    for part in [
        "<title>page 2: pointer map</title>",
        "<title>pages 5-7: overflow of table orders</title>",
        ">index orders_by_customer <",
    ] {
        assert!(picture.contains(part), "no {part:?} in {picture}");
    }
    room.run(line).exits(2).complains(&["map.svg", "exists"]);
    room.write("map.svg", "old");
    room.run(&format!("{line} --force")).exits(0).quietly();
    assert_eq!(room.read("map.svg"), picture.as_bytes());
    let input =
        "inspect --force --svg fixtures/good/auto-vacuum/app.db-wal fixtures/good/auto-vacuum";
    room.run(input)
        .exits(2)
        .complains(&["for the -wal file of the input"]);
    let several =
        "inspect --svg other.svg fixtures/good/auto-vacuum fixtures/good/auto-vacuum/app.db app.db";
    room.run(several)
        .exits(2)
        .complains(&["--svg", "one database"]);
    assert!(!room.at("other.svg").exists());
}
