//! What is done with a warning, and what it says.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot do its work fails"
)]

use std::fs;

use stillframe_testkit::builder::{Plan, SetBuilder};
use stillframe_testkit::naive::Writer;
use stillframe_testkit::oracle::Oracle;
use support::{Room, fixtures, root, run};

mod support;

/// Fixtures, their file, and what is warned of.
const WARNED: [(&str, &str, &str); 17] = [
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
    (
        "bad/RJ108-record-misplaced",
        "app.db",
        "record 3 before all, cannot be SQLite's",
    ),
    (
        "bad/SHM210-backfilled-pages-hidden",
        "app.db",
        "hides 1 page of them behind older ones",
    ),
    ("bad/SET204-stale-wal", "app.db", "older than the database"),
    (
        "bad/SET205-checkpoint-missed",
        "app.db",
        "of different moments",
    ),
    (
        "bad/SET209-file-of-other-moment",
        "app.db",
        "hardly of the moment of the WAL",
    ),
    (
        "bad/SET206-page-1-unexplained",
        "app.db",
        "of another database, or of another time",
    ),
    ("bad/WAL001-header-truncated", "app.db", "within its header"),
    ("bad/WAL002-magic-invalid", "app.db", "SQLite ignores"),
    (
        "bad/WAL106-unexplained-slots",
        "app.db",
        "commits may have been there",
    ),
    ("bad/WAL101-frame-checksum-mismatch", "app.db", "lost"),
    (
        "bad/SHM209-checkpointed-pages-missing",
        "app.db",
        "the files are of different moments",
    ),
    (
        "bad/WAL107-newer-generation",
        "app.db",
        "its front is older than the rest",
    ),
];

/// The last commit is not what it seems: it is written, and the status says that there is something to read, unless it
/// was asked for by its name.
#[test]
fn what_is_written_with_a_warning_is_1_unless_it_was_asked_for() {
    for (fixture, file, warning) in WARNED {
        let room = Room::new();
        room.copy(fixture, ".");
        let json = format!("rebuild --format json {file}");
        let ran = room.run(&format!("{json} -o out.db")).exits(1).quietly();
        let said = ran.json()["warnings"].to_string();
        assert!(said.contains(warning), "{ran}");
        // What is damaged is said to be, whatever was asked for.
        let is_corrupt = ran.json()["problems"].as_u64() > Some(0);
        let asked = format!("{json} --at last -o asked.db");
        let ran = room.run(&asked).exits(i32::from(is_corrupt));
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
    // Cut short in the middle of a commit, or damaged there.
    room.copy("good/commit-half-written", "half");
    let ran = room.run("rebuild half/app.db -o half.db").exits(1);
    let text = "it was being written, or a last commit was damaged";
    assert!(
        ran.stdout
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .contains(text),
        "{ran}"
    );
}

/// Pages of frames that the WAL has lost are later ones where they are written, and where older frames stand for all of them
/// the file is newer, and what is written is not.
#[test]
fn what_a_cut_wal_hides_is_not_denied_as_later() {
    let room = Room::new();
    room.copy("bad/SHM210-backfilled-pages-hidden", ".");
    let exact = |room: &Room| {
        let json = room.run("rebuild --format json app.db -o json.db").exits(1);
        let ran = room.run("rebuild app.db -o out.db").exits(1);
        let words: Vec<&str> = ran.stdout.split_whitespace().collect();
        let words = words.join(" ");
        let (_, exact) = words.split_once(" exact ").unwrap();
        (json.json()["later_pages"].to_string(), exact.to_owned())
    };
    let (pages, words) = exact(&room);
    assert!(pages.contains('9'), "{pages}");
    assert!(words.starts_with("not certain 1 page may be"), "{words}");

    let mut set = SetBuilder::new("hidden", &Plan::with_page_size(512));
    set.commit("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'a')");
    set.checkpoint("TRUNCATE");
    set.commit("UPDATE t SET v = 'b'")
        .commit("UPDATE t SET v = 'c'");
    set.checkpoint("PASSIVE");
    let room = Room::new();
    let wal = set.file("-wal");
    for (name, bytes) in [("app.db", set.file("")), ("app.db-shm", set.file("-shm"))] {
        room.write(name, bytes);
    }
    room.write("app.db-wal", &wal[..wal.len() - 536]);
    let (pages, words) = exact(&room);
    assert_eq!(pages, "[]");
    assert_eq!(
        words,
        "nothing shows a later page in it; app.db itself is newer"
    );
    let json = room.run("rebuild app.db -o newer.db --format json").json();
    assert_eq!(json["file_is_newer"], true);
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
            let json = ran.json();
            let warnings = json["warnings"].as_array().unwrap();
            let may_be_damaged = fixture.ends_with("commit-half-written");
            assert_eq!(warnings.len(), usize::from(may_be_damaged), "{ran}");
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

/// SQLite opens a file like this, and goes no further or reads zeros: nobody should find that out later.
#[test]
fn a_page_1_that_sqlite_does_not_read_is_spoken_of() {
    let whole = Room::new();
    whole.copy("good/rollback-mode", ".");
    let whole = whole.read("app.db");
    let oracle = Oracle::new();
    let but = |change: fn(&mut Vec<u8>)| {
        let mut file = whole.clone();
        change(&mut file);
        file
    };
    for (file, warning) in [
        (but(|_| {}), None),
        (
            but(|file| file.truncate(162)),
            Some("page 1 is cut off: 162 of its 512 bytes"),
        ),
        (
            but(|file| file.truncate(file.len() - 1)),
            Some("511 of its 512 bytes"),
        ),
        (but(|file| file[100] = 0), Some("malformed for its page 1")),
        (but(|file| file[100] = 0x0a), Some("a tree of an index")),
        (
            but(|file| file[103] = 0xff),
            Some("malformed for its page 1"),
        ),
    ] {
        let mut file = file;
        if file.len() == 162 {
            // One page is counted, or SQLite would refuse it for that.
            file[28..32].copy_from_slice(&[0, 0, 0, 1]);
        }
        let room = Room::new();
        room.write("app.db", &file);
        let status = i32::from(warning.is_some());
        let ran = room
            .run("rebuild --format json app.db -o out.db")
            .exits(status);
        let said = ran.json()["warnings"].to_string();
        assert!(said.contains(warning.unwrap_or("[]")), "{ran}");
        assert_eq!(room.read("out.db"), file);
        if said.contains("refuses") {
            assert!(oracle.content(&file, None).is_err(), "{ran}");
        }
        if file.len() == 162 {
            let found = oracle.integrity(&file, None);
            assert!(found.is_err() || found.unwrap() != ["ok"], "{ran}");
        }
    }
}

/// The compacted WAL is written, and it is said that SQLite reads it and cannot checkpoint it.
#[test]
fn a_wal_that_sqlite_cannot_checkpoint_is_spoken_of() {
    let room = Room::new();
    room.copy("bad/WAL202-growth-refused", ".");
    for line in [
        "compact app.db-wal -o out.db-wal",
        "compact app.db --dry-run",
    ] {
        let ran = room.run(line).exits(1);
        assert!(ran.stdout.contains("  warning   "), "{ran}");
        let ran = room.run(&format!("{line} --force --format json")).exits(1);
        let said = ran.json()["warnings"].to_string();
        assert!(said.contains("fails as corrupt, as one of"), "{ran}");
    }
    // Nothing is known of the database that a WAL alone is of.
    fs::remove_file(room.at("app.db")).unwrap();
    room.run("compact app.db-wal --dry-run").exits(0);
}

/// Where something can be written in place of what is refused, the refusal says how.
#[test]
fn a_refusal_says_what_can_be_had() {
    for (fixture, advice) in [
        ("bad/WAL203-page-missing", "--at 5"),
        ("bad/WAL201-page-size-mismatch", "--at 0"),
    ] {
        let room = Room::new();
        room.copy(fixture, ".");
        let ran = room.run("rebuild app.db -o out.db").exits(1);
        ran.complains(&[&format!("({advice} writes")]);
        room.run(&format!("rebuild {advice} app.db -o out.db"))
            .exits(0);
    }
    let room = Room::new();
    room.copy("bad/DB101-size-exceeds-file", ".");
    let ran = room.run("rebuild app.db -o out.db").exits(1);
    assert!(!ran.stderr.contains("--at"), "{ran}");
    room.run("rebuild --at 0 app.db -o out.db").exits(1);
}

/// What a damaged journal leaves is of no moment, and neither is what lies in the file while a journal is not played back.
#[test]
fn nothing_is_called_exact_beside_a_journal_that_is_not_played_back_whole() {
    let room = Room::new();
    room.copy("bad/SET202-hot-journal", ".");
    let exact = |line: &str, status| room.run(line).exits(status).json()["exact"].clone();
    assert_eq!(exact("rebuild --format json app.db -o 1.db", 0), true);
    let null = serde_json::Value::Null;
    for (status, moment) in [(0, "--at 0"), (1, "--ignore-journal")] {
        let line = format!("rebuild --format json {moment} app.db -o other-{status}.db");
        assert_eq!(exact(&line, status), null);
    }
    // The second record is of page 0.
    let mut journal = room.read("app.db-journal");
    journal[0x408..0x40c].fill(0);
    room.write("app.db-journal", &journal);
    assert_eq!(exact("rebuild --format json app.db -o 2.db", 1), null);
    let ran = room.run("rebuild app.db -o 3.db").exits(1);
    assert!(
        ran.stdout.contains("leaves it, which ends in damage"),
        "{ran}"
    );
    assert!(
        ran.stdout
            .contains("unknown: the rollback journal is damaged"),
        "{ran}"
    );
}

/// That a WAL is not of the database is said beside a hot journal, too, of what that leaves.
#[test]
fn a_foreign_wal_is_told_beside_a_hot_journal() {
    let room = Room::new();
    room.copy("good/live-wal", ".");
    room.copy("bad/SET202-hot-journal", ".");
    let ran = room.run("rebuild app.db -o out.db").exits(1);
    let words: Vec<&str> = ran.stdout.split_whitespace().collect();
    let text = "not of this database: --at journal writes the file alone";
    assert!(words.join(" ").contains(text), "{ran}");
    room.run("rebuild --at journal app.db -o alone.db").exits(0);
    room.write("app.db-wal", []);
    room.run("rebuild app.db -o rolled.db").exits(0);
    assert_eq!(room.read("alone.db"), room.read("rolled.db"));
    let ran = room.run("check --format json app.db").exits(1).stdout;
    assert!(!ran.contains("SET201"), "{ran}");
    room.copy("good/live-wal", "live");
    room.write("app.db-wal", room.read("live/app.db-wal"));
    let ran = room.run("check --format json app.db").exits(1).stdout;
    assert!(ran.contains("SET201") && ran.contains("SET202"), "{ran}");
    let ran = room.run("check app.db").exits(1).stdout;
    assert!(
        ran.contains("foreign WAL") && ran.contains("--at journal -o rebuilt.db"),
        "{ran}"
    );
}

/// A commit that is kept beside a database file that holds pages of later ones is none that there was.
#[test]
fn compact_says_which_kept_commits_are_no_true_states() {
    let room = Room::new();
    room.copy("good/partial-checkpoint", ".");
    let warnings = |line: &str, status| room.run(line).exits(status).json()["warnings"].clone();
    for keep in ["--at 1", "--keep 1,last"] {
        let line = format!("compact --format json app.db-wal --dry-run {keep}");
        let said = warnings(&line, 1).to_string();
        assert!(
            said.contains("commit 1 is no true state over app.db"),
            "{said}"
        );
    }
    let line = "compact --format json app.db-wal --dry-run --keep 3,last";
    assert_eq!(warnings(line, 0), serde_json::json!([]));
    fs::remove_file(room.at("app.db")).unwrap();
    let line = "compact --format json app.db-wal --dry-run --at 1";
    assert_eq!(warnings(line, 0), serde_json::json!([]));
}

/// Who cannot have what was asked for is told of the commit nearest to it that can be had, and it can.
#[test]
fn a_commit_that_is_refused_names_one_that_is_not() {
    let room = Room::new();
    let (database, _) = support::long_set(1);
    let page = |number: usize| database[(number - 1) * 4096..][..4096].to_vec();
    let mut wal = Writer::new(4096, (1, 2), 0);
    wal.frame(1, &page(1), 3);
    wal.frame(2, &page(2), 3);
    // From here on pages are missing.
    let mut larger = page(1);
    larger[28..32].copy_from_slice(&9u32.to_be_bytes());
    wal.frame(1, &larger, 9);
    wal.frame(2, &page(2), 9);
    // And the last commit leaves no database.
    wal.frame(1, &[7; 4096], 3);
    room.write("app.db", &database);
    room.write("app.db-wal", wal.into_bytes());
    for line in [
        "rebuild app.db -o out.db",
        "rebuild app.db -o out.db --at 4",
        "rebuild app.db -o out.db --at 3",
        "dump app.db",
    ] {
        let ran = room.run(line).exits(1);
        ran.complains(&["stillframe: app.db (--at 2 writes commit 2): "]);
    }
    room.run("rebuild app.db -o out.db --at 2").exits(0);
    room.run("dump app.db --at 2").exits(0);
    // Where none of them can be, the file alone may be.
    let mut wal = Writer::new(4096, (1, 2), 0);
    wal.frame(1, &larger, 9);
    wal.frame(2, &page(2), 9);
    room.write("app.db-wal", wal.into_bytes());
    room.run("rebuild app.db -o out2.db")
        .exits(1)
        .complains(&["app.db with its WAL (--at 0 writes the file alone): "]);
    fs::remove_file(room.at("app.db")).unwrap();
    room.run("rebuild app.db-wal -o out2.db")
        .exits(1)
        .complains(&["stillframe: app.db-wal: "]);
}

/// A checkpoint has cut the file as a VACUUM asked for: pages that only commits before it had are lost, unless the WAL has
/// them.
#[test]
fn commits_that_lost_their_pages_are_not_promised() {
    let room = Room::new();
    room.copy("good/vacuum-shrinks", ".");
    let promised = room.run("check --format json app.db").json();
    let words = |json: &serde_json::Value| {
        let verdict = &json["reports"][0]["verdict"]["rebuildable"];
        verdict.as_str().unwrap().to_owned()
    };
    assert!(!words(&promised).contains("whose pages are all here"));
    room.run("rebuild app.db -o cut.db").exits(0);
    fs::rename(room.at("cut.db"), room.at("app.db")).unwrap();
    let cut = room.run("check --format json app.db").json();
    assert!(words(&cut).contains("whose pages are all here"), "{cut}");
    room.run("rebuild --at 1 app.db -o one.db").exits(1);
}

/// Commits that were read later stand behind the log of a copy: a compacted WAL would be without them.
#[test]
fn what_was_written_while_a_wal_was_copied_is_not_dropped() {
    let room = Room::new();
    room.copy("sets/wal-copied-while-appended", ".");
    let ran = room.run("compact app.db-wal -o less-wal").exits(1);
    assert!(ran.stderr.contains("commit frames lie behind it"), "{ran}");
    assert!(ran.stderr.contains("--at 1"), "{ran}");
    assert!(!room.at("less-wal").exists());
}

/// What stands behind the pages that SQLite counts is written as it is, and said not to be among them.
#[test]
fn pages_that_sqlite_does_not_count_are_told_from_those_that_it_does() {
    let room = Room::with(&["bad/DB204-trailing-pages"]);
    let ran = room.run("rebuild fixtures/bad/DB204-trailing-pages/app.db -o out.db");
    assert!(
        ran.to_string().contains(", of which SQLite counts "),
        "{ran}"
    );
}
