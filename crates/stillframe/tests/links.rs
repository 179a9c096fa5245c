//! Symbolic links below a folder: the files that they lead to are checked, once; what is none is told.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot do its work fails"
)]

mod support;

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use support::Room;

/// The databases that were checked, and what is left over with its kind.
fn checked(room: &Room, line: &str, status: i32) -> (Vec<String>, Vec<(String, String)>) {
    let json = room
        .run(&format!("check --format json {line}"))
        .exits(status)
        .json();
    let reports = json["reports"].as_array().unwrap().iter();
    let files = json["left_over"]["files"].as_array().unwrap().iter();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    (
        reports.map(|report| text(&report["database"])).collect(),
        files
            .map(|file| (text(&file["name"]), text(&file["kind"])))
            .collect(),
    )
}

#[test]
fn a_linked_database_is_checked_and_never_twice() {
    let room = Room::new();
    room.copy("good/live-wal", "real");
    fs::create_dir(room.at("in")).unwrap();
    symlink("../real/app.db", room.at("in/current.db")).unwrap();
    let only = (vec!["in/current.db".to_owned()], Vec::new());
    assert_eq!(checked(&room, "in", 0), only);
    // Its WAL is read: it lies beside the file.
    let ran = room.run("check in").exits(0);
    assert!(ran.stdout.contains("real/app.db-wal"), "{ran}");
    // By another link, and by one to what is in the folder.
    symlink("../real/app.db", room.at("in/latest.db")).unwrap();
    symlink("current.db", room.at("in/link.db")).unwrap();
    assert_eq!(checked(&room, "in", 0), only);
    fs::remove_file(room.at("in/latest.db")).unwrap();
    fs::remove_file(room.at("in/link.db")).unwrap();
    room.copy("good/rollback-mode", "in/set");
    symlink("set/app.db", room.at("in/other.db")).unwrap();
    symlink(room.at("in/set/app.db"), room.at("in/no-name")).unwrap();
    let both = ["in/current.db", "in/set/app.db"].map(str::to_owned);
    assert_eq!(checked(&room, "in", 0), (both.to_vec(), Vec::new()));
}

/// A damaged one fails, whatever its name is.
#[test]
fn a_link_is_known_by_what_it_leads_to() {
    let room = Room::new();
    room.copy("bad/DB101-size-exceeds-file", "real");
    fs::create_dir(room.at("in")).unwrap();
    symlink("../real/app.db", room.at("in/current")).unwrap();
    room.write("real/notes", "no database");
    symlink("../real/notes", room.at("in/notes")).unwrap();
    let (databases, left_over) = checked(&room, "in", 1);
    assert_eq!(databases, ["in/current"]);
    assert_eq!(left_over, [("in/notes".to_owned(), "text".to_owned())]);
}

/// A WAL that is a link is of the database beside it, wherever it leads.
#[test]
fn a_linked_wal_is_of_the_database_beside_it() {
    let room = Room::new();
    room.copy("good/live-wal", "in");
    fs::create_dir(room.at("wals")).unwrap();
    fs::rename(room.at("in/app.db-wal"), room.at("wals/1")).unwrap();
    symlink("../wals/1", room.at("in/app.db-wal")).unwrap();
    let (databases, left_over) = checked(&room, "in", 0);
    assert_eq!((databases.len(), left_over.len()), (1, 0));
    let ran = room.run("check in").exits(0);
    assert!(ran.stdout.contains("complete with its WAL"), "{ran}");
    // Both are links, out of the folder.
    fs::rename(room.at("in/app.db"), room.at("wals/2")).unwrap();
    symlink("../wals/2", room.at("in/app.db")).unwrap();
    let ran = room.run("check in").exits(0);
    assert!(ran.stdout.contains("complete with its WAL"), "{ran}");
}

#[test]
fn a_link_that_leads_to_no_file_is_left_over() {
    let room = Room::new();
    room.copy("good/rollback-mode", "in");
    fs::create_dir(room.at("in/folder")).unwrap();
    let made = Command::new("mkfifo").arg(room.at("pipe")).status();
    assert!(made.unwrap().success());
    for (link, target) in [
        ("current", "nowhere"),
        ("itself", "itself"),
        ("loop", ".."),
        ("folder.db", "folder"),
        ("pipe.db", "../pipe"),
    ] {
        symlink(target, room.at(format!("in/{link}"))).unwrap();
    }
    let (databases, left_over) = checked(&room, "in", 0);
    assert_eq!(databases, ["in/app.db"]);
    let expected = [
        ("in/current", "link-to-nothing"),
        ("in/folder.db", "link-to-folder"),
        ("in/itself", "link-to-nothing"),
        ("in/loop", "link-to-folder"),
        ("in/pipe.db", "link-to-no-file"),
    ];
    assert_eq!(
        left_over,
        expected.map(|(name, kind)| (name.to_owned(), kind.to_owned()))
    );
    let ran = room.run("check in").exits(0);
    for words in [
        "in/current: a symbolic link that leads nowhere\n",
        "in/folder.db: a symbolic link to a folder, which is not followed\n",
        "in/pipe.db: a symbolic link to what is no file\n",
    ] {
        assert!(ran.stdout.contains(words), "{ran}");
    }
}

/// What is called as a database is, or as a WAL, was not backed up where it leads nowhere: as in an archive.
#[test]
fn a_database_that_leads_nowhere_could_not_be_read() {
    for link in ["shop.db", "shop.db-wal", "app.db-wal"] {
        for target in ["/nowhere/shop.db", link] {
            let room = Room::new();
            room.copy("good/rollback-mode", "in");
            symlink(target, room.at(format!("in/{link}"))).unwrap();
            let name = format!("in/{link}");
            let ran = room.run("check in").exits(3).complains(&[&name]);
            assert!(!ran.stdout.contains("left over"), "{ran}");
        }
    }
}
