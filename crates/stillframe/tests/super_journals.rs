//! Journals that name a super-journal: what is made of it is what SQLite makes of it, and whatever the name is, nothing is
//! opened but what lies beside the inputs.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot do its work fails"
)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use stillframe_testkit::archives::{CompressionMethod, gzip, tar, zip};
use stillframe_testkit::recorder::{self, Device, Disk};
use stillframe_testkit::{naive, oracle};
use support::{Ran, Room};

mod support;

const FIXTURE: &str = "sets/two-databases";
const WITHOUT_JOURNALS: &str = "sets/two-databases-without-journals";
/// Where the name of the super-journal begins in the journals of the fixture.
const NAME_FROM: usize = 0xa00;
const NAME: &str = "app.db-mj5711F49A3";

/// The databases of the fixture, without the super-journal, in a folder of their own below the room; the journals name
/// another one.
fn room(name: impl AsRef<[u8]>) -> Room {
    let room = Room::new();
    room.copy(FIXTURE, "set");
    fs::remove_file(room.at("set").join(NAME)).unwrap();
    for journal in ["set/app.db-journal", "set/archive.db-journal"] {
        let mut bytes = room.read(journal);
        bytes.truncate(NAME_FROM);
        bytes.extend(naive::super_journal(name.as_ref(), 512));
        room.write(journal, bytes);
    }
    room
}

/// A room whose journals name the super-journal by the path that it would have there.
fn settled() -> Room {
    let room = Room::new();
    let folder = fs::canonicalize(room.path()).unwrap().join("set");
    let named = self::room(folder.join(NAME).into_os_string().into_encoded_bytes());
    fs::rename(named.at("set"), room.at("set")).unwrap();
    room
}

fn fifo(path: &Path) {
    let made = std::process::Command::new("mkfifo").arg(path).status();
    assert!(made.unwrap().success());
}

fn state(room: &Room, database: &str) -> String {
    let ran = room
        .run(&format!("inspect --format json set/{database}"))
        .exits(0);
    let text = ran.json().to_string();
    let (_, state) = text.split_once("\"state\":\"").unwrap();
    state.split('"').next().unwrap().to_owned()
}

fn codes(ran: &Ran, report: usize) -> Vec<String> {
    let json = ran.json();
    let findings = json["reports"][report]["findings"].as_array().unwrap();
    let codes = findings.iter().filter(|it| it["severity"] != "note");
    codes
        .map(|it| it["code"].as_str().unwrap().to_owned())
        .collect()
}

/// Puts something in the place of a super-journal.
type Put = fn(&Path);

/// What SQLite takes for there, and what not (`unixAccess`).
#[test]
fn a_super_journal_is_there_where_sqlite_finds_it() {
    let put: [(&str, Put, &str); 8] = [
        ("nothing", |_| {}, "super-journal-gone"),
        (
            "an empty file",
            |at| fs::write(at, "").unwrap(),
            "super-journal-gone",
        ),
        ("a file", |at| fs::write(at, "x").unwrap(), "hot"),
        ("zeros", |at| fs::write(at, [0; 700]).unwrap(), "hot"),
        ("a folder", |at| fs::create_dir(at).unwrap(), "hot"),
        (
            "a link to nothing",
            |at| symlink("nowhere", at).unwrap(),
            "super-journal-gone",
        ),
        (
            "a link to a file",
            |at| symlink("archive.db", at).unwrap(),
            "hot",
        ),
        (
            "a link to itself",
            |at| symlink(at, at).unwrap(),
            "super-journal-gone",
        ),
    ];
    for (what, put, expected) in put {
        let room = settled();
        put(&room.at("set").join(NAME));
        assert_eq!(state(&room, "app.db"), expected, "{what}");
        // Without it the transaction counts as committed, and the file looks as it left it; the other one does not.
        let checked = room.run("check --format json set/app.db").exits(1);
        let (code, status) = match expected {
            "hot" => ("SET202", 0),
            _ => ("SJ201", 1),
        };
        assert_eq!(codes(&checked, 0), [code], "{what}");
        // It is where SQLite looks, so nothing is said of another place.
        assert!(!checked.stdout.contains("looks for"), "{checked}");
        room.run("rebuild set/app.db -o ours.db").exits(status);
        let ours = room.read("ours.db");
        // SQLite fails for a folder and for a link once it has rolled back, as it opens neither.
        let theirs = oracle::open(&room.at("set/app.db")).unwrap();
        let read = theirs.query_row("PRAGMA schema_version", [], |row| row.get::<_, i64>(0));
        let is_opened = !matches!(what, "a folder" | "a link to a file");
        assert_eq!(read.is_ok(), is_opened, "{what}: {read:?}");
        drop(theirs);
        assert!(room.read("set/app.db") == ours, "{what}");
        assert!(!room.at("set/app.db-journal").exists(), "{what}");
    }
}

/// Where its path leads into the folder of the database, and it is not there, it is gone, whatever else is not there.
#[test]
fn a_super_journal_is_gone_where_its_path_leads_here() {
    let other = "stock.db-mj5711F49A3";
    let elsewhere = room(format!("/nowhere/at/all/{other}"));
    assert_eq!(state(&elsewhere, "app.db"), "super-journal-unknown");
    let room = Room::new();
    let folder = fs::canonicalize(room.path()).unwrap().join("set");
    let named = self::room(folder.join(other).into_os_string().into_encoded_bytes());
    fs::rename(named.at("set"), room.at("set")).unwrap();
    assert_eq!(state(&room, "app.db"), "super-journal-gone");
    let before = room.read("set/app.db");
    let theirs = oracle::open(&room.at("set/app.db")).unwrap();
    let read = theirs.query_row("PRAGMA schema_version", [], |row| row.get::<_, i64>(0));
    assert!(read.is_ok());
    drop(theirs);
    assert!(room.read("set/app.db") == before, "nothing is rolled back");
    assert!(!room.at("set/app.db-journal").exists());
}

/// SQLite goes by the path in the journal, and so finds nothing of a copy that lies elsewhere.
#[test]
fn of_a_copy_it_is_said_where_sqlite_looks() {
    let room = room(format!("/nowhere/at/all/{NAME}"));
    room.write(
        &format!("set/{NAME}"),
        "/nowhere/at/all/app.db-journal\0/nowhere/at/all/archive.db-journal\0",
    );
    let checked = room.run("check --format json set").exits(1);
    for report in 0..2 {
        assert_eq!(codes(&checked, report), ["SET202"]);
    }
    assert!(
        checked
            .stdout
            .contains("looks for the super-journal at /nowhere/at/all/")
    );
    assert!(
        checked
            .stdout
            .contains("all come out as they were before it")
    );
    let theirs = oracle::open(&room.at("set/app.db")).unwrap();
    let read = theirs.query_row("PRAGMA schema_version", [], |row| row.get::<_, i64>(0));
    assert!(read.is_ok() && !room.at("set/app.db-journal").exists());
    let copied = Room::new();
    copied.copy(FIXTURE, "set");
    assert!(
        room.read("set/app.db") == copied.read("set/app.db"),
        "it was rolled back"
    );
}

/// Databases of two folders know of the super-journal that lies beside one of them, where both are named.
#[test]
fn databases_in_several_folders_are_tied() {
    let room = Room::new();
    room.copy(FIXTURE, "one");
    for name in ["archive.db", "archive.db-journal"] {
        room.write(&format!("two/{name}"), room.read(&format!("one/{name}")));
        fs::remove_file(room.at("one").join(name)).unwrap();
    }
    let alone = room.run("check --format json two").exits(1);
    assert_eq!(codes(&alone, 0), ["SJ102"]);
    let together = room.run("check --format json two one").exits(1);
    assert_eq!(
        [codes(&together, 0), codes(&together, 1)],
        [["SET202"], ["SET202"]]
    );
    assert_eq!(
        together
            .stdout
            .matches("all come out as they were before it")
            .count(),
        2
    );
    // The one that does not have the super-journal beside it is rolled back without.
    let next = together.json()["reports"][0]["verdict"]["next"].clone();
    assert_eq!(
        next,
        "stillframe rebuild two/archive.db --at journal -o rebuilt.db"
    );
    room.run("rebuild two/archive.db --at journal -o rebuilt.db")
        .exits(0);
    // Copies of two days are two pairs: what the one lacks, the other does not make up for.
    room.copy("sets/two-databases-without-super-journal", "day-1");
    room.copy(FIXTURE, "day-2");
    let days = room.run("check --format json day-1 day-2").exits(1);
    for (report, code) in ["SJ201", "SJ201", "SET202", "SET202"]
        .into_iter()
        .enumerate()
    {
        assert_eq!(codes(&days, report), [code]);
    }
}

/// What the database of another folder tells is not known to `rebuild` of this one: the command is given that needs it not.
#[test]
fn what_another_folder_tells_is_not_needed_to_rebuild() {
    let room = Room::new();
    room.copy("good/committed-journal", "one");
    for name in ["archive.db", "archive.db-journal"] {
        room.write(&format!("two/{name}"), room.read(&format!("one/{name}")));
        fs::remove_file(room.at("one").join(name)).unwrap();
    }
    let together = room.run("check --format json one two").exits(0);
    let rebuildable = |report: usize| {
        let verdict = &together.json()["reports"][report]["verdict"];
        verdict["rebuildable"].as_str().unwrap().to_owned()
    };
    assert_eq!(rebuildable(0), "the database file as it is");
    assert_eq!(
        rebuildable(1),
        "the database file as it is, with --ignore-journal"
    );
    let refused = room.run("rebuild two/archive.db -o rebuilt.db").exits(1);
    assert!(refused.stderr.contains("--ignore-journal"), "{refused}");
    room.run("rebuild two/archive.db --ignore-journal -o rebuilt.db")
        .exits(0);
    assert_eq!(room.read("rebuilt.db"), room.read("two/archive.db"));
}

/// Databases of one name in several folders are no copies of one another where the super-journal lists them both.
#[test]
fn databases_of_one_name_in_several_folders_are_tied() {
    let room = Room::new();
    room.copy(FIXTURE, "one");
    for (name, other) in [
        ("archive.db", "app.db"),
        ("archive.db-journal", "app.db-journal"),
    ] {
        room.write(&format!("two/{other}"), room.read(&format!("one/{name}")));
        fs::remove_file(room.at("one").join(name)).unwrap();
    }
    let list = b"/data/one/app.db-journal\0/data/two/app.db-journal\0";
    room.write(&format!("one/{NAME}"), list);
    let together = room.run("check one two").exits(1);
    let before = together.stdout.replace('\n', " ");
    let words: Vec<&str> = before.split_whitespace().collect();
    let before = words.join(" ");
    let all = "all come out as they were before it";
    assert_eq!(before.matches(all).count(), 2, "{together}");
    assert!(
        before.contains("see two/app.db at 0x0 (file): rolled back"),
        "{together}"
    );
    assert!(
        !before.contains("SJ903") && !before.contains("SJ204"),
        "{together}"
    );
}

/// In a copy of one database alone nothing shows that the super-journal is gone and was not left out; other databases of its
/// folder do, named or not, and to `check` and to `rebuild`.
#[test]
fn a_copy_of_one_database_shows_no_commit() {
    let room = Room::new();
    let app = ["app.db", "app.db-journal"];
    let both = [app[0], app[1], "archive.db", "archive.db-journal"];
    room.copy("good/committed-journal", "both");
    for (folder, names, doubt) in [
        ("both", &both[..], None),
        ("shop", &app, Some("SJ204")),
        ("other", &both[2..], Some("SJ102")),
    ] {
        let files = names.iter().map(|name| {
            let bytes = room.read(&format!("both/{name}"));
            room.write(&format!("{folder}/{name}"), &bytes);
            (format!("{folder}/{name}"), bytes)
        });
        let archive = tar(&files.collect::<Vec<_>>());
        room.write(&format!("{folder}.tar"), archive);
        let database = format!("{folder}/{}", names[0]);
        for form in [folder, &format!("{folder}.tar"), &database] {
            let ran = room.run(&format!("check --format json {form}"));
            assert_eq!(codes(&ran, 0), Vec::from_iter(doubt), "{form}: {ran}");
        }
        let rebuild = format!("rebuild {database} -o {folder}.db");
        room.run(&rebuild).exits(i32::from(doubt.is_some()));
    }
}

/// What `check` says of a folder it says of each database that is named alone, and `rebuild` warns of it.
#[test]
fn others_of_the_folder_tell_of_a_database_that_is_named_alone() {
    for (set, code) in [
        ("bad/SJ201-left-at-different-moments", "SJ201"),
        (WITHOUT_JOURNALS, "SJ202"),
        ("good/committed-journal", "SJ204"),
    ] {
        let room = Room::new();
        room.copy(set, "set");
        if code == "SJ204" {
            // Another database, whose journal was never synced and names no super-journal yet.
            room.copy("bad/SJ201-journal-not-synced", "unsynced");
            let journal = room.read("unsynced/archive.db-journal");
            room.write("set/other.db-journal", &journal[..NAME_FROM]);
            room.write("set/other.db", room.read("unsynced/archive.db"));
        }
        let together = room.run("check --format json set").exits(1);
        let alone = room.run("check --format json set/app.db").exits(1);
        assert_eq!(codes(&alone, 0), [code], "{set}");
        assert_eq!(codes(&alone, 0), codes(&together, 0), "{set}");
        room.run("rebuild set/app.db -o app.db").exits(1);
    }
}

/// A copy that leaves out what ends in `-journal`: what shows it is the super-journal, in a folder and in archives, beside one
/// database that is named alone, and named itself.
#[test]
fn a_super_journal_tells_of_a_copy_without_journals() {
    let room = Room::new();
    room.copy(WITHOUT_JOURNALS, "set");
    let names = ["app.db", "archive.db", NAME];
    let files = names.map(|name| (name.to_owned(), room.read(&format!("set/{name}"))));
    room.write("b.tar", tar(&files));
    let inner = ("day/b.tar.gz".to_owned(), gzip(&tar(&files)));
    room.write("b.zip", zip(&[inner], CompressionMethod::Deflated));
    for named in [
        "set",
        "b.tar",
        "b.zip",
        "set/app.db set/archive.db",
        &format!("set/{NAME}"),
    ] {
        let checked = room.run(&format!("check --format json {named}")).exits(1);
        let reports = checked.json()["reports"].as_array().unwrap().len();
        assert_eq!(reports, 2, "{named}");
        for report in 0..2 {
            assert_eq!(codes(&checked, report), ["SJ202"], "{named}");
        }
        assert_eq!(
            checked
                .stdout
                .matches("and this database may hold a part of it")
                .count(),
            2
        );
    }
    for alone in ["set/app.db", "set/archive.db", "b.tar!app.db"] {
        let checked = room.run(&format!("check --format json {alone}")).exits(1);
        assert_eq!(codes(&checked, 0), ["SJ202"], "{alone}");
        assert!(
            checked
                .stdout
                .contains("1 journal of databases that are not among"),
            "{alone}"
        );
    }
    // Named twice it is one set.
    let twice = room
        .run(&format!("check --format json set/{NAME} set/app.db"))
        .exits(1);
    assert_eq!(twice.json()["reports"].as_array().unwrap().len(), 2);
}

/// Of two databases of one name only one lies beside the super-journal.
#[test]
fn a_namesake_that_is_listed_is_not_beside_the_super_journal() {
    let room = Room::new();
    room.copy(FIXTURE, "set");
    let list = b"/srv/shop/app.db-journal\0/srv/other/app.db-journal\0";
    room.write(&format!("set/{NAME}"), list);
    let ran = room.run(&format!("inspect --format json set/{NAME}"));
    let journals = ran.exits(0).json()["super_journals"][0]["journals"].clone();
    assert_eq!(journals[0]["has_journal"], true);
    assert_eq!(journals[1]["has_journal"], false);
    assert_eq!(journals[1]["has_database"], false);
    // In an archive it is read with its databases.
    room.write("a.tar", tar(&[(NAME, list)]));
    let named = room.run(&format!("check a.tar!{NAME}"));
    named
        .exits(3)
        .complains(&["read with the databases that they tie"]);
}

#[test]
fn what_a_super_journal_lists_is_inspected() {
    let room = Room::new();
    room.copy(WITHOUT_JOURNALS, "set");
    let named = format!("set/{NAME}");
    let mut shown = room.run(&format!("inspect {named}")).exits(0);
    assert!(shown.stdout.contains("set/app.db\n"), "{shown}");
    shown.stdout = shown
        .stdout
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    assert!(
        shown
            .stdout
            .contains("a super-journal of SQLite's, 54 bytes: the journals of 2 databases"),
        "{shown}"
    );
    assert_eq!(
        shown.stdout.matches("not here; its database is").count(),
        2,
        "{shown}"
    );
    for line in [
        format!("inspect --format json {named}"),
        "inspect --format json set".to_owned(),
    ] {
        let json = room.run(&line).exits(0).json();
        assert_eq!(json["sets"].as_array().unwrap().len(), 2);
        let list = &json["super_journals"][0];
        assert_eq!(list["kind"], "super-journal");
        let journal = &list["journals"][1];
        assert_eq!(journal["path"], "/srv/shop/archive.db-journal");
        assert_eq!(
            [&journal["has_database"], &journal["has_journal"]],
            [true, false]
        );
    }
    // Alone.
    room.write(&format!("alone/{NAME}"), room.read(&named));
    let alone = room.run(&format!("inspect alone/{NAME}")).exits(0);
    assert_eq!(
        alone
            .stdout
            .matches("not here, nor is its database")
            .count(),
        2
    );
    room.run(&format!("check alone/{NAME}"))
        .exits(3)
        .complains(&[
            "is a super-journal",
            "2 databases",
            "none of these is beside it",
        ]);
    room.run(&format!("check alone/{NAME} set/app.db")).exits(3);
    // In a folder it is one of those files that are no part of a set.
    room.run("check alone")
        .exits(3)
        .complains(&["only 1 other file"]);
}

/// A super-journal lists databases in WAL mode, too, which have no journal; and what is no list of journals is none.
#[test]
fn what_is_listed_without_having_a_journal_is_not_missed() {
    let room = Room::new();
    room.copy("good/wal-mode-closed", "set");
    room.write(
        &format!("set/{NAME}"),
        "/srv/shop/app.db-journal\0/srv/shop/archive.db-journal\0",
    );
    let checked = room.run("check --format json set");
    assert!(
        !codes(&checked, 0).contains(&"SJ202".to_owned()),
        "{checked}"
    );
    for list in ["/srv/shop/app.db-wal\0", "\0\0", "text\n", ""] {
        let room = Room::new();
        room.copy("good/rollback-mode", "set");
        room.write(&format!("set/{NAME}"), list);
        let checked = room.run("check set").exits(0);
        assert!(!checked.stdout.contains("SJ"), "{checked}");
    }
    // Nor is anything followed that is called so.
    let room = Room::new();
    room.copy("good/rollback-mode", "set");
    fifo(&room.at("set").join(NAME));
    runs_to_its_end(room, "a pipe that nothing names".to_owned());
}

/// That one database is damaged by half the transaction is said of the other one, too.
#[test]
fn what_damages_one_database_is_said_of_the_others() {
    let moment = damaged();
    for place in ["set", "b.tar"] {
        let room = Room::new();
        let files = moment.iter().map(|(name, bytes)| {
            room.write(&format!("set/{name}"), bytes);
            (name.clone(), bytes.clone())
        });
        room.write("b.tar", tar(&files.collect::<Vec<_>>()));
        let checked = room.run(&format!("check --format json {place}")).exits(1);
        for report in 0..2 {
            let codes = codes(&checked, report);
            assert!(codes.contains(&"SJ201".to_owned()), "{place}: {codes:?}");
        }
        assert!(
            checked
                .stdout
                .contains("damaged by it and sound without it"),
            "{place}"
        );
    }
}

/// Two databases whose super-journal is lost: the first one looks as the transaction left it, and the second one is damaged,
/// as its cache was too small for the transaction.
fn damaged() -> Vec<(String, Vec<u8>)> {
    let names = ["app.db", "second.db"];
    let before = recorder::record(&Disk::default(), Device::default(), || {
        for name in names {
            let sql = "PRAGMA page_size=512; CREATE TABLE t (id INTEGER PRIMARY KEY, a, b); CREATE INDEX ta ON t (a);
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n LIMIT 60)
                INSERT INTO t SELECT i, i * 7919 % 1000, printf('%.*c', 40, 'x') FROM n";
            recorder::open(name).unwrap().execute_batch(sql).unwrap();
        }
    });
    let after = recorder::record(&before.after, Device::default(), || {
        let database = recorder::open("app.db").unwrap();
        let sql = "ATTACH 'second.db' AS second; PRAGMA second.cache_size=3; BEGIN;
            UPDATE main.t SET a = a + 1000 WHERE id % 7 = 0;
            UPDATE second.t SET a = a + 1000 WHERE id % 7 = 0; COMMIT";
        database.execute_batch(sql).unwrap();
    });
    let lost = |moment: &Disk| {
        let mut files = moment.files.clone();
        files.retain(|name, _| !name.contains("-mj"));
        files.into_iter().collect::<Vec<_>>()
    };
    let found = after.moments().find(|moment| {
        let room = Room::new();
        let files = lost(moment).into_iter();
        for (name, bytes) in files.filter(|(name, _)| name != "app.db-journal") {
            room.write(&name, bytes);
        }
        let has_list = moment.files.keys().any(|name| name.contains("-mj"));
        let is_first = moment.files["app.db"] == after.after.files["app.db"];
        has_list
            && is_first
            && room
                .run("check --format json second.db")
                .stdout
                .contains("sound once the journal is played back")
    });
    lost(&found.expect("half a transaction damages a database that has an index"))
}

/// Runs every verb that reads a set. A pipe that is opened is waited for, and that is too long.
fn runs_to_its_end(room: Room, what: String) -> Room {
    let (done, is_done) = mpsc::channel();
    thread::spawn(move || {
        for line in [
            "check set",
            "check --format json set",
            "check --format pragma set/app.db",
            "inspect set/app.db",
            "log set/app.db",
            "rebuild set/app.db -o out.db",
            "rebuild set/app.db --at journal -o out-2.db",
            "dump set/app.db",
        ] {
            let ran = room.run(line);
            assert!(matches!(ran.status, Some(0..=3)), "{ran}");
            assert!(!ran.stderr.contains("panicked"), "{ran}");
        }
        done.send(room).unwrap();
    });
    let longest = Duration::from_secs(60);
    is_done
        .recv_timeout(longest)
        .unwrap_or_else(|error| panic!("{what}: {error}"))
}

#[test]
fn nothing_is_opened_that_a_journal_names_elsewhere() {
    let canary = Room::new();
    let outside = fs::canonicalize(canary.path()).unwrap();
    fifo(&outside.join(NAME));
    fifo(&outside.join("app.db-journal"));
    let path = |name: &str| outside.join(name).into_os_string().into_encoded_bytes();
    let long = [b"x".repeat(490), NAME.as_bytes().to_vec()].concat();
    let names: [(&str, Vec<u8>); 10] = [
        ("elsewhere", path(NAME)),
        ("climbs", format!("../{NAME}").into_bytes()),
        (
            "climbs and leads back",
            format!("../set/../{NAME}").into_bytes(),
        ),
        ("itself", b"app.db-journal".to_vec()),
        ("that of the other", b"archive.db-journal".to_vec()),
        ("a database", b"archive.db".to_vec()),
        ("with a zero", [NAME.as_bytes(), b"\0/x"].concat()),
        (
            "no text",
            [&b"/\xff\xfe\x1b[31m/"[..], NAME.as_bytes()].concat(),
        ),
        ("as long as can be", long),
        ("too long", b"x".repeat(65_536)),
    ];
    for (what, name) in names {
        let room = room(&name);
        // Were it followed, one of these would be opened.
        fifo(&room.at(NAME));
        let room = runs_to_its_end(room, what.to_owned());
        let checked = room.run("check --format json set/app.db");
        let codes = codes(&checked, 0);
        let is_told = match what {
            "climbs" | "climbs and leads back" | "itself" | "that of the other" | "a database" => {
                codes.contains(&"SJ203".to_owned())
            }
            "too long" => codes == ["SET202"],
            _ => codes == ["SJ201"] || codes == ["SJ102"],
        };
        assert!(is_told, "{what}: {codes:?}");
        assert!(!checked.stdout.contains('\u{1b}'));
    }
}

/// Neither is a pipe beside the database, nor what a super-journal lists.
#[test]
fn nothing_is_opened_that_a_super_journal_is_or_lists() {
    let canary = Room::new();
    let outside = fs::canonicalize(canary.path()).unwrap();
    fifo(&outside.join("app.db-journal"));
    let room = settled();
    fifo(&room.at("set").join(NAME));
    runs_to_its_end(room, "a pipe".to_owned());
    for list in [
        format!("{}/app.db-journal\0../app.db-journal\0", outside.display()).into_bytes(),
        vec![0; 1 << 20],
        vec![b'x'; 1 << 20],
        b"app.db-journal".repeat(3),
        b"\0\0\x1b[31m\xff\0".to_vec(),
        b"a\0".repeat(20_000),
    ] {
        let room = settled();
        fifo(&room.at("app.db-journal"));
        room.write(&format!("set/{NAME}"), &list);
        let room = runs_to_its_end(room, format!("{} bytes", list.len()));
        let checked = room.run("check set");
        assert!(!checked.stdout.contains('\u{1b}'), "{checked}");
        assert_eq!(state(&room, "archive.db"), "hot");
    }
}
