//! Which inputs are found, which cannot be read, and what the exit status says of it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot do its work fails"
)]

use stillframe_testkit::archives::tar;
use support::{Ran, Room, run_in, run_with};

mod support;

/// The databases that a check names, each once.
fn databases(ran: &Ran) -> Vec<String> {
    let json = ran.json();
    let reports = json["reports"].as_array().unwrap();
    let name = |report: &serde_json::Value| report["database"].as_str().unwrap().to_owned();
    reports.iter().map(name).collect()
}

#[test]
fn wrong_usage_is_2() {
    let room = Room::live();
    for line in [
        "check",
        "frob app.db",
        "check --frob app.db",
        "check --format xml app.db",
        "check --fail-on nothing app.db",
        "check --at 1 app.db",
        "check --wal app.db-wal --wal app.db-wal app.db",
        "check --wal app.db-wal app.db app.db",
        "check --wal app.db-wal .",
        "check - -",
        "inspect --at yesterday app.db",
        "inspect --at -1 app.db",
        "inspect --at 4294967296 app.db",
        "log app.db app.db",
        "log .",
        "rebuild app.db",
        "rebuild . -o out.db",
        "compact app.db-wal",
        "compact app.db-wal --at 1 --keep 2 --dry-run",
        "compact app.db-wal --keep 1,,2 --dry-run",
        "completions tcl",
        "explain WAL999",
    ] {
        let ran = room.run(line).exits(2);
        assert!(ran.stdout.is_empty() && !ran.stderr.is_empty(), "{ran}");
    }
    run_in::<&str>(room.path(), &[]).exits(2);
    assert_eq!(support::names(room.path()), ["app.db", "app.db-wal"]);
}

#[test]
fn findings_are_1_from_the_threshold_on() {
    for (fixture, counts) in [
        ("good/page-size-65536", [0, 0, 0]),
        ("good/empty-wal", [1, 0, 0]),
        ("bad/WAL104-commit-frame-unverified", [1, 1, 0]),
        ("bad/WAL101-frame-checksum-mismatch", [1, 1, 1]),
    ] {
        let room = Room::with(&[fixture]);
        for (threshold, status) in ["note", "warning", "error"].into_iter().zip(counts) {
            let line = format!("check --fail-on {threshold} fixtures/{fixture}");
            room.run(&line).exits(status).quietly();
        }
        let line = format!("check fixtures/{fixture}");
        room.run(&line).exits(counts[1]);
    }
}

/// What cannot be read is named, each in one line, and the rest is done all the same.
#[cfg(unix)]
#[test]
fn one_unreadable_input_does_not_keep_the_others() {
    let room = Room::live();
    room.copy("good/live-wal", "dangling");
    room.copy("good/live-wal", "folder");
    room.copy("good/live-wal", "pipe");
    for folder in ["dangling", "folder", "pipe"] {
        std::fs::remove_file(room.at(folder).join("app.db-wal")).unwrap();
    }
    std::os::unix::fs::symlink("nowhere", room.at("dangling/app.db-wal")).unwrap();
    std::fs::create_dir(room.at("folder/app.db-wal")).unwrap();
    make_pipe(&room, "pipe/app.db-wal");
    make_pipe(&room, "pipe.db");
    let bad = [
        "missing.db",
        "pipe.db",
        "dangling/app.db",
        "folder/app.db",
        "pipe/app.db",
    ];
    for verb in ["check --format json", "inspect --format json"] {
        for unreadable in bad {
            for line in [
                format!("{verb} app.db {unreadable}"),
                format!("{verb} {unreadable} app.db"),
            ] {
                let ran = room.run(&line).exits(3).complains(&[unreadable]);
                let json = ran.json();
                let list = json.get("reports").or_else(|| json.get("sets"));
                assert_eq!(list.unwrap().as_array().unwrap().len(), 1, "{ran}");
            }
        }
        let ran = room.run(&format!("{verb} app.db {}", bad.join(" ")));
        assert_eq!(ran.exits(3).stderr.lines().count(), bad.len());
    }
    for verb in ["log", "rebuild -o out.db", "compact -o out.db-wal"] {
        for unreadable in bad {
            let ran = room.run(&format!("{verb} {unreadable}"));
            assert_eq!(ran.exits(3).complains(&[unreadable]).stdout, "");
        }
    }
    // Findings in what could be read do not hide that something could not.
    room.copy("bad/WAL101-frame-checksum-mismatch", "bad");
    room.run("check bad missing.db").exits(3);
}

#[cfg(unix)]
fn make_pipe(room: &Room, name: &str) {
    let made = std::process::Command::new("mkfifo")
        .arg(room.at(name))
        .status();
    assert!(made.unwrap().success());
}

#[test]
fn standard_input_is_a_database_or_a_wal() {
    let room = Room::live();
    let (database, wal) = (room.read("app.db"), room.read("app.db-wal"));
    let on = |line: &str, bytes: &[u8]| {
        run_with(
            room.path(),
            &line.split(' ').collect::<Vec<_>>(),
            bytes.to_vec(),
        )
    };
    let ran = on("inspect --format json -", &database).exits(0).quietly();
    assert_eq!(ran.json()["sets"][0]["database"]["name"], "-");
    let ran = on("inspect --format json -", &wal).exits(0).quietly();
    assert_eq!(ran.json()["sets"][0]["wal"]["commits"], 6);
    let ran = on("log --format jsonl -", &wal).exits(0).quietly();
    assert_eq!(ran.json_lines().len(), 6);
    on("log --format jsonl -", &database).exits(0).quietly();
    let ran = on("check --format json -", &database).exits(0).quietly();
    assert_eq!(ran.verdict(), "consistent-completeness-unknown");
    let ran = on("check --format json --wal app.db-wal -", &database).exits(0);
    assert_eq!(ran.verdict(), "complete-with-wal");
    on("check --format json -", &wal).quietly().json();
    on("check -", b"").quietly();

    on("compact - -o small.db-wal", &wal).exits(0).quietly();
    room.run("compact app.db-wal -o same.db-wal").exits(0);
    assert_eq!(room.read("small.db-wal"), room.read("same.db-wal"));
    on("rebuild - --wal app.db-wal -o out.db", &database).exits(0);
    room.run("rebuild app.db -o like.db").exits(0);
    assert_eq!(room.read("out.db"), room.read("like.db"));
}

#[test]
fn a_folder_is_searched_for_sets_and_the_rest_passed_over() {
    let room = Room::new();
    room.copy("good/live-wal", "a/deep/er/and/deeper/still");
    room.copy("good/rollback-mode", "b");
    room.copy("bad/SET102-wal-without-database", "c");
    room.write("readme.txt", "nothing of SQLite's");
    room.write("picture.png", b"\x89PNG\r\n\x1a\n");
    room.write("empty", b"");
    room.write("b/notes-wal", "not a WAL");
    room.write("kind-of", room.read("b/app.db"));
    room.write("by-name.sqlite3", "no database, but called one");
    let ran = room.run("check --format json .").exits(1).quietly();
    assert_eq!(
        databases(&ran),
        [
            "./a/deep/er/and/deeper/still/app.db",
            "./b/app.db",
            "./by-name.sqlite3",
            "./c/app.db",
            "./kind-of",
        ]
    );
    std::fs::create_dir(room.at("none")).unwrap();
    room.run("check none").exits(3).complains(&["no database"]);
    room.write("none/readme.txt", "text");
    room.run("inspect none")
        .exits(2)
        .complains(&["only 1 other file\n"]);
}

/// More sets than a process may have files open.
#[cfg(unix)]
#[test]
fn a_folder_may_hold_more_files_than_can_be_open() {
    let room = Room::new();
    let database = std::fs::read(support::root().join("fixtures/good/rollback-mode/app.db"));
    let mut database = database.unwrap();
    // Long enough that it is not read whole when it is opened.
    database.resize(70_000, 0);
    for number in 0..100 {
        room.write(&format!("{number}.db"), &database);
    }
    for verb in ["check", "inspect"] {
        let limited = format!("ulimit -n 40 && exec {} {verb} .", support::PROGRAM);
        let output = std::process::Command::new("sh")
            .args(["-c", &limited])
            .current_dir(room.path())
            .output();
        Ran::new(limited, output.unwrap()).exits(0).quietly();
    }
}

#[test]
fn a_set_appears_once() {
    let room = Room::live();
    for line in [
        "check --format json app.db app.db",
        "check --format json app.db app.db-wal",
        "check --format json app.db-wal app.db",
    ] {
        let ran = room.run(line).exits(0);
        assert_eq!(databases(&ran), ["app.db"]);
        assert_eq!(ran.verdict(), "complete-with-wal");
    }
    let ran = room.run("check --format json . ./app.db ./app.db-wal");
    assert_eq!(databases(&ran.exits(0)), ["./app.db"]);
    // By whatever path.
    let folder = room.path().display();
    room.write("b.tar", tar(&[("in.db".to_owned(), room.read("app.db"))]));
    for (paths, first) in [
        (format!("app.db ./app.db {folder}/app.db"), ["app.db"]),
        (format!("b.tar ./b.tar {folder}/b.tar"), ["b.tar!in.db"]),
    ] {
        let ran = room.run(&format!("check --format json {paths}"));
        assert_eq!(databases(&ran.exits(0)), first, "{paths}");
    }
    let members = room.run("check --format json b.tar!in.db ./b.tar!in.db b.tar");
    assert_eq!(databases(&members)[0], "b.tar!in.db");
}

#[test]
fn the_wal_may_lie_elsewhere() {
    let room = Room::live();
    std::fs::rename(room.at("app.db-wal"), room.at("elsewhere")).unwrap();
    let ran = room.run("check --format json app.db").exits(0);
    assert_eq!(ran.verdict(), "consistent-completeness-unknown");
    let ran = room.run("check --format json --wal elsewhere app.db");
    assert_eq!(ran.exits(0).verdict(), "complete-with-wal");
    let ran = room.run("log --format jsonl --wal elsewhere app.db");
    assert_eq!(ran.exits(0).json_lines().len(), 6);
    // A WAL by its content, whatever its name.
    let ran = room.run("log --format jsonl elsewhere");
    assert_eq!(ran.exits(0).json_lines().len(), 6);
    room.run("rebuild app.db --wal elsewhere -o out.db")
        .exits(0);
    room.run("check app.db --wal missing")
        .exits(3)
        .complains(&["missing"]);
}

/// By its name, or by another.
#[test]
fn a_database_is_not_its_own_wal() {
    let room = Room::live();
    std::fs::hard_link(room.at("app.db"), room.at("hard")).unwrap();
    let mut names = vec!["app.db", "./app.db", "hard"];
    if cfg!(unix) {
        #[cfg(unix)]
        std::os::unix::fs::symlink("app.db", room.at("soft")).unwrap();
        names.push("soft");
    }
    for wal in names {
        for verb in ["check", "inspect", "log", "rebuild -o out.db"] {
            for path in ["app.db", "app.db-wal"] {
                let ran = room.run(&format!("{verb} {path} --wal {wal}")).exits(2);
                assert_eq!(ran.complains(&[wal, "app.db itself"]).stdout, "");
            }
        }
    }
    assert!(!room.at("out.db").exists());
    room.run("check app.db --wal app.db-wal").exits(0);
}

#[test]
fn a_wal_is_not_read_from_standard_input() {
    let room = Room::live();
    for verb in ["check", "inspect", "log", "rebuild -o out.db"] {
        let ran = room.run(&format!("{verb} app.db --wal -")).exits(2);
        ran.complains(&["--wal", "standard input", "./-"]);
    }
    std::fs::rename(room.at("app.db-wal"), room.at("-")).unwrap();
    let ran = room.run("check --format json app.db --wal ./-").exits(0);
    assert_eq!(ran.verdict(), "complete-with-wal");
}

#[test]
fn a_database_that_is_missing_beside_its_wal_is_spoken_of() {
    let room = Room::with(&["bad/SET102-wal-without-database"]);
    let path = "fixtures/bad/SET102-wal-without-database/app.db";
    let ran = room.run(&format!("check --format json {path}")).exits(1);
    assert_eq!(ran.json()["reports"][0]["findings"][0]["code"], "SET102");
    // The command that the verdict tells to type.
    let next = ran.json()["reports"][0]["verdict"]["next"].clone();
    let next = next.as_str().unwrap().strip_prefix("stillframe ").unwrap();
    room.run(next).exits(1).quietly();
    assert!(room.at("rebuilt.db").exists());
}

/// SQLite looks for the WAL where a link leads to, and for no other than that.
#[test]
fn only_a_wal_that_sqlite_finds_is_said_to_be_deleted() {
    let room = Room::new();
    room.copy("bad/SET101-empty-database-beside-wal", ".");
    let deletes = |ran: Ran| {
        let ran = ran.exits(1).quietly();
        let destroys = ran.stdout.contains("and destroys");
        let unread = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(unread.contains("deletes it unread"), destroys, "{ran}");
        destroys
    };
    assert!(deletes(room.run("check app.db")));
    assert!(deletes(room.run("check app.db --wal ./app.db-wal")));
    #[cfg(unix)]
    {
        std::fs::create_dir(room.at("links")).unwrap();
        std::os::unix::fs::symlink("../app.db", room.at("links/current")).unwrap();
        assert!(deletes(room.run("check links/current")));
    }
    room.write("c.wal", room.read("app.db-wal"));
    room.write("other.db", b"");
    assert!(!deletes(room.run("check c.wal")));
    assert!(!deletes(room.run("check app.db --wal c.wal")));
    assert!(!deletes(room.run("check other.db --wal app.db-wal")));
    let wal = room.read("c.wal");
    assert!(!deletes(run_with(room.path(), &["check", "-"], wal)));
}

#[test]
fn a_commit_that_is_not_there_is_2_and_the_last_one_is_named() {
    let room = Room::live();
    for line in [
        "inspect --at 7 app.db",
        "rebuild --at 7 app.db -o out.db",
        "compact --at 7 app.db-wal -o out.db-wal",
        "compact --keep 1,7 app.db-wal -o out.db-wal",
    ] {
        let ran = room.run(line).exits(2);
        ran.complains(&["app.db", "no commit 7", "1 to 6"]);
    }
    assert_eq!(support::names(room.path()), ["app.db", "app.db-wal"]);
}

/// SQLite follows links: it looks for the WAL beside the file, not beside the link.
#[cfg(unix)]
#[test]
fn a_linked_database_has_the_wal_beside_the_file() {
    use std::os::unix::fs::symlink;

    let room = Room::new();
    room.copy("good/live-wal", "real");
    std::fs::create_dir(room.at("links")).unwrap();
    symlink("../real/app.db", room.at("links/current.db")).unwrap();
    let ran = room.run("check --format json links/current.db").exits(0);
    assert_eq!(ran.verdict(), "complete-with-wal");
    room.run("rebuild links/current.db -o out.db").exits(0);
    room.run("rebuild real/app.db -o same.db").exits(0);
    assert_eq!(room.read("out.db"), room.read("same.db"));
    let line = "compact real/app.db-wal --force -o links/current.db";
    room.run(line).exits(2).complains(&["input"]);

    // In a store of files by content only the links have names.
    room.write("store/1", room.read("real/app.db"));
    room.write("store/2", room.read("real/app.db-wal"));
    symlink("../store/1", room.at("links/kept.db")).unwrap();
    symlink("../store/2", room.at("links/kept.db-wal")).unwrap();
    let ran = room.run("check --format json links/kept.db").exits(0);
    assert_eq!(ran.verdict(), "complete-with-wal");
}

#[cfg(unix)]
#[test]
fn a_link_to_itself_is_called_that() {
    let room = Room::new();
    std::os::unix::fs::symlink("loop.db", room.at("loop.db")).unwrap();
    room.run("check loop.db")
        .exits(3)
        .complains(&["loop.db", "a symbolic link that leads back to itself"]);
}
