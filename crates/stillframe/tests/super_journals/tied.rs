//! Databases that one transaction changed, in one folder and in several.

use std::fs;

use stillframe_testkit::archives::tar;
use stillframe_testkit::recorder::{self, Device, Disk};

use super::{FIXTURE, NAME, NAME_FROM, WITHOUT_JOURNALS, codes};
use crate::support::Room;

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
        ("bad/SJ201-journal-not-synced", "SJ202"),
    ] {
        let room = Room::new();
        room.copy(set, "set");
        if set.starts_with("bad") && code == "SJ202" {
            // It lost its journal, and that of the other one names the super-journal that was made beside it.
            fs::remove_file(room.at("set/app.db-journal")).unwrap();
        }
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
