//! What super-journals list.

use stillframe_testkit::archives::{CompressionMethod, gzip, tar, zip};

use super::{FIXTURE, NAME, WITHOUT_JOURNALS, codes, fifo, runs_to_its_end};
use crate::support::Room;

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

/// A list that is damaged, so that it names folders and what is no journal: that is said, and none of it looked at.
#[test]
fn a_super_journal_that_lists_what_is_no_journal() {
    for (list, says) in [
        (&b"/dev\0"[..], Some("/dev; 1 of these names is none")),
        (
            b"/dev\0/etc\0",
            Some("/dev, /etc; 2 of these names are none"),
        ),
        (
            b"/srv/shop/app.db-journal\0..\0",
            Some("..; 1 of these names is none"),
        ),
        (b"/srv/shop/other.db-journal\0", None),
        (b"C:\\shop\\OTHER.NAL\0", None),
    ] {
        let room = Room::new();
        room.copy(FIXTURE, "set");
        room.write(&format!("set/{NAME}"), list);
        let checked = room.run("check set/app.db").exits(1);
        let words: Vec<&str> = checked.stdout.split_whitespace().collect();
        let words = words.join(" ");
        assert!(
            words.contains("databases that are not among the inputs"),
            "{checked}"
        );
        assert_eq!(
            words.contains("the super-journal is damaged"),
            says.is_some(),
            "{checked}"
        );
        assert!(words.contains(says.unwrap_or_default()), "{checked}");
    }
}
