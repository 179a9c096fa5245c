//! Archives are read as the folders are that they were made of.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot do its work fails"
)]

use std::fs;

use stillframe_testkit::archives::{CompressionMethod, gzip, tar, zip, zstd};
use support::{Ran, Room, fixtures, names, run_with};

mod support;

/// Files, in the order in which they stand in an archive.
type Files = Vec<(String, Vec<u8>)>;

/// The files of a folder of the room.
fn files(room: &Room, folder: &str) -> Files {
    let paths = names(&room.at(folder)).into_iter();
    paths
        .map(|name| {
            let bytes = room.read(&format!("{folder}/{name}"));
            (name, bytes)
        })
        .collect()
}

/// A report, with the names as they are in the folder `set`, and unquoted.
fn report(text: &str, archive: &str) -> String {
    let text = text.replace(&format!("{archive}!"), "set/");
    text.replace('\'', "")
}

/// The reports without what they say of an archive that has no checksum, which they say where it is not summed, and only there.
fn with_all_checked(ran: &Ran, is_summed: bool) -> String {
    let mut json = ran.json();
    for report in json["reports"].as_array_mut().unwrap() {
        let said = report["not_checked"].as_array_mut().unwrap();
        let told = said.extract_if(.., |it| *it == stillframe_check::WITHOUT_CHECKSUM);
        assert_eq!(told.count(), usize::from(!is_summed), "{ran}");
    }
    json.to_string()
}

/// An archive of the live set, and what is in it.
fn live() -> (Room, Files) {
    let room = Room::new();
    room.copy("good/live-wal", "set");
    let files = files(&room, "set");
    room.write("b.tar", tar(&files));
    (room, files)
}

#[test]
fn every_fixture_is_judged_alike_in_every_archive() {
    let mut compared = 0;
    for fixture in fixtures() {
        let room = Room::new();
        room.copy(&fixture, "set");
        let files = files(&room, "set");
        let mut last_first = files.clone();
        last_first.reverse();
        let packed = [
            ("b.tar", tar(&last_first)),
            ("b.tar.gz", gzip(&tar(&files))),
            ("b.tar.zst", zstd(&tar(&last_first))),
            ("s.zip", zip(&files, CompressionMethod::Stored)),
            ("d.zip", zip(&last_first, CompressionMethod::Deflated)),
        ];
        let expected = room.run("check --format json set");
        for (name, bytes) in packed {
            room.write(name, bytes);
            let ran = room.run(&format!("check --format json {name}"));
            assert_eq!(ran.status, expected.status, "{fixture}: {ran}");
            let found = with_all_checked(&ran, name != "b.tar");
            let expected = expected.json().to_string();
            let (found, expected) = (report(&found, name), report(&expected, name));
            assert_eq!(found, expected, "{fixture} in {name}");
            compared += 1;
        }
    }
    assert!(compared > 500, "{compared}");
}

#[test]
fn every_verb_takes_a_member() {
    let (room, _) = live();
    room.write("b.tar.gz", gzip(&room.read("b.tar")));
    for archive in ["b.tar", "b.tar.gz"] {
        for verb in ["inspect", "log", "dump", "check --format pragma"] {
            let expected = room.run(&format!("{verb} set/app.db")).exits(0);
            let ran = room.run(&format!("{verb} {archive}!app.db")).exits(0);
            assert_eq!(
                report(&ran.stdout, archive),
                expected.stdout.replace('\'', "")
            );
            // The one database that is in it.
            let ran = room.run(&format!("{verb} {archive}")).exits(0);
            let name = if verb.starts_with("check") {
                "set/app.db:\n"
            } else {
                ""
            };
            assert_eq!(
                report(&ran.stdout, archive),
                format!("{name}{}", expected.stdout.replace('\'', ""))
            );
        }
        for (verb, output) in [("rebuild", "o.db"), ("compact", "o.wal")] {
            let of = if verb == "compact" {
                "app.db-wal"
            } else {
                "app.db"
            };
            room.run(&format!("{verb} set/{of} -o expected-{output} --force"))
                .exits(0);
            room.run(&format!("{verb} {archive}!{of} -o {output} --force"))
                .exits(0);
            assert!(
                room.read(output) == room.read(&format!("expected-{output}")),
                "{verb}"
            );
        }
    }
}

#[test]
fn archives_in_archives_have_long_names() {
    let (room, files) = live();
    let inner = ("data/homeassistant.tar.gz".to_owned(), gzip(&tar(&files)));
    room.write(
        "backup.tar",
        tar(&[("note.txt".to_owned(), b"hello".to_vec()), inner]),
    );
    let name = "backup.tar!data/homeassistant.tar.gz!app.db";
    let ran = room.run("check --format json backup.tar").exits(0);
    assert_eq!(ran.json()["reports"][0]["database"], name);
    room.run(&format!("log {name}")).exits(0);
}

#[test]
fn an_archive_comes_on_standard_input() {
    let (room, _) = live();
    let expected = room.run("check --format json set").exits(0);
    for (packed, is_summed) in [
        (room.read("b.tar"), false),
        (gzip(&room.read("b.tar")), true),
    ] {
        let ran = run_with(room.path(), &["check", "--format", "json", "-"], packed).exits(0);
        let found = with_all_checked(&ran, is_summed);
        assert_eq!(
            report(&found, "-"),
            report(&expected.json().to_string(), "-")
        );
    }
}

#[test]
fn a_compressed_database_is_a_set() {
    let room = Room::new();
    room.copy("good/rollback-mode", "set");
    room.write("app.db.gz.bak", gzip(&room.read("set/app.db")));
    room.run("check app.db.gz.bak").exits(0);
    // Under the name of a database it is judged as one.
    room.write("copy.db", gzip(&room.read("set/app.db")));
    let ran = room.run("check --format json copy.db").exits(1);
    assert_eq!(ran.verdict(), "not-sqlite");
}

#[test]
fn archives_below_a_folder_are_found() {
    let (room, files) = live();
    room.write("below/one.tar", tar(&files));
    room.write(
        "below/deeper/two.zip",
        zip(&files, CompressionMethod::Deflated),
    );
    room.write(
        "below/papers.zip",
        zip(&[("a.txt", b"a")], CompressionMethod::Stored),
    );
    let ran = room.run("check --format concise below").exits(0).quietly();
    let count = room.run("check --format json below").exits(0).json()["reports"]
        .as_array()
        .unwrap()
        .len();
    assert_eq!(count, 2, "{ran}");
}

#[test]
fn what_an_archive_does_not_have_is_told() {
    let (room, mut files) = live();
    let ran = room.run("log b.tar!other.db");
    ran.exits(2)
        .complains(&["b.tar has no b.tar!other.db", "stillframe check b.tar"]);
    room.write("papers.tar", tar(&[("a.txt", b"a")]));
    let ran = room.run("check papers.tar");
    ran.exits(3)
        .complains(&["no database and no WAL in papers.tar", "1 file"]);
    files.push(("second.db".into(), files[0].1.clone()));
    room.write("two.tar", tar(&files));
    let ran = room.run("log two.tar");
    ran.exits(2).complains(&[
        "two.tar holds 2 databases",
        "'two.tar!app.db', 'two.tar!second.db'",
    ]);
    room.run("check --wal set/app.db-wal b.tar")
        .exits(3)
        .complains(&["is not in b.tar"]);
    room.run("log set/app.db!app.db")
        .exits(2)
        .complains(&["no archive"]);
}

#[test]
fn what_is_there_of_an_archive_cut_short_is_judged() {
    let (room, files) = live();
    let mut cut = tar(&[files[0].clone(), ("later.db".into(), files[0].1.clone())]);
    cut.truncate(cut.len() - 2000);
    for (name, bytes) in [
        ("cut.tar", cut.clone()),
        ("cut.tar.gz", {
            let mut packed = gzip(&cut);
            packed.truncate(packed.len() - 100);
            packed
        }),
    ] {
        room.write(name, bytes);
        let ran = room.run(&format!("check --format json {name}")).exits(3);
        assert!(
            !ran.json()["reports"].as_array().unwrap().is_empty(),
            "{ran}"
        );
        assert!(ran.stderr.contains("is cut short"), "{ran}");
    }
}

/// What was cut off or damaged may be the WAL of what was named: nothing is made of it that looks whole.
#[test]
fn nothing_is_made_of_a_member_of_an_archive_that_cannot_be_read_whole() {
    let (room, files) = live();
    let whole = tar(&files);
    let cut = &whole[..whole.len() - 4000];
    let mut packed = gzip(&whole);
    packed.truncate(packed.len() - 100);
    let mut flipped = zip(&files, CompressionMethod::Stored);
    let at = 700;
    flipped[at] ^= 1;
    let archives = [
        ("cut.tar", cut.to_vec()),
        ("cut.tar.gz", packed),
        ("flipped.zip", flipped),
    ];
    for (name, bytes) in archives {
        room.write(name, bytes);
        room.run(&format!("check {name}")).exits(3);
        room.run(&format!("inspect {name}")).exits(3);
        for verb in ["rebuild -o o.db", "dump", "log", "compact -o o.wal"] {
            for member in ["", "!app.db"] {
                let ran = room.run(&format!("{verb} {name}{member}")).exits(3);
                assert!(ran.stderr.contains(name), "{ran}");
            }
        }
        assert!(!room.at("o.db").exists() && !room.at("o.wal").exists());
    }
}

/// A symbolic link is the file of the archive that it leads to; one that leads out of it, and is called as a database is, was
/// not backed up.
#[test]
fn a_symbolic_link_is_no_file() {
    let room = Room::new();
    room.copy("good/rollback-mode", "set");
    let database = room.read("set/app.db");
    for (link, target, status, names) in [
        (
            "set/shop.db",
            "app.db",
            0,
            &["set/app.db", "set/shop.db"][..],
        ),
        ("set/shop.db", "/srv/shop.db", 3, &["set/app.db"]),
        ("set/app.db-wal", "/srv/app.db-wal", 3, &["set/app.db"]),
        ("set/current", "/srv/releases/7", 0, &["set/app.db"]),
    ] {
        let mut builder = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_size(database.len() as u64);
        builder
            .append_data(&mut header, "set/app.db", &database[..])
            .unwrap();
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Symlink);
        header.set_size(0);
        builder.append_link(&mut header, link, target).unwrap();
        let packed = builder.into_inner().unwrap();
        for (name, bytes) in [("b.tar", packed.clone()), ("b.tar.gz", gzip(&packed))] {
            room.write(name, bytes);
            let ran = room
                .run(&format!("check --format json {name}"))
                .exits(status);
            let json = ran.json();
            let judged: Vec<&str> = json["reports"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(|report| report["database"].as_str())
                .collect();
            for database in names {
                assert!(
                    judged.contains(&&*format!("{name}!{database}")),
                    "{judged:?}"
                );
            }
            assert_eq!(status == 3, ran.stderr.contains(target), "{ran}");
            assert_eq!(json["left_over"]["count"], 0, "{ran}");
        }
    }
}

#[test]
fn a_hard_link_is_the_file_that_it_leads_to() {
    let (room, files) = live();
    let mut builder = tar::Builder::new(Vec::new());
    for folder in ["monday", "tuesday"] {
        for (name, bytes) in &files {
            let mut header = tar::Header::new_gnu();
            let path = format!("./{folder}/{name}");
            if folder == "tuesday" && name == "app.db" {
                header.set_entry_type(tar::EntryType::Link);
                header.set_size(0);
                builder
                    .append_link(&mut header, path, "./monday/app.db")
                    .unwrap();
            } else {
                header.set_size(bytes.len() as u64);
                header.set_cksum();
                builder.append_data(&mut header, path, &bytes[..]).unwrap();
            }
        }
    }
    let packed = builder.into_inner().unwrap();
    for (name, bytes) in [("b.tar", packed.clone()), ("b.tar.gz", gzip(&packed))] {
        room.write(name, bytes);
        let ran = room.run(&format!("check --format json {name}")).exits(0);
        let json = ran.json();
        let reports = json["reports"].as_array().unwrap();
        let names: Vec<_> = reports
            .iter()
            .map(|report| report["database"].as_str().unwrap())
            .collect();
        assert_eq!(
            names,
            [
                format!("{name}!monday/app.db"),
                format!("{name}!tuesday/app.db")
            ]
        );
        for report in reports {
            assert_eq!(report["verdict"]["kind"], "complete-with-wal");
        }
    }
}

#[test]
fn an_archive_is_never_written_over() {
    let (room, _) = live();
    let before = room.state();
    let ran = room.run("rebuild b.tar!app.db -o b.tar --force");
    assert_ne!(ran.status, Some(0), "{ran}");
    assert_eq!(room.state(), before);
}

#[test]
fn names_in_archives_are_shown_safely() {
    let (room, files) = live();
    let name = "a\u{1b}[2J\n.db".to_owned();
    room.write("b.tar", tar(&[(name, &files[0].1)]));
    for verb in ["check", "inspect", "log", "check --format concise"] {
        let ran = room.run(&format!("{verb} b.tar"));
        assert!(
            !ran.stdout.contains('\u{1b}') && !ran.stderr.contains('\u{1b}'),
            "{ran}"
        );
    }
    assert!(
        fs::read_dir(room.path()).unwrap().count() == 2,
        "nothing appeared beside it"
    );
}

#[test]
fn files_of_one_name_are_told_apart() {
    let (room, files) = live();
    let database = files[0].1.clone();
    let twice: Files = vec![
        ("app.db".into(), vec![1; 4096]),
        ("app.db".into(), database),
    ];
    room.write("b.tar", tar(&twice));
    let ran = room.run("check --format json b.tar");
    assert!(ran.stderr.contains("more than once"), "{ran}");
    let json = ran.json();
    let reports = json["reports"].as_array().unwrap();
    assert_eq!(reports.len(), 2);
    room.run("log b.tar!app.db").exits(0);
    room.run("inspect b.tar!app.db#1").exits(0);
    // A file can have such a name itself.
    let mut three = twice;
    three.push(("app.db#1".into(), files[0].1.clone()));
    room.write("c.tar", tar(&three));
    let count = room.run("check --format json c.tar").json()["reports"]
        .as_array()
        .unwrap()
        .len();
    assert_eq!(count, 3);
}

#[test]
fn memory_is_a_number_of_bytes() {
    let (room, _) = live();
    room.write("b.tar.gz", gzip(&room.read("b.tar")));
    for bytes in ["0", "1000", "4K", "1M", "2GB", "2gib"] {
        room.run(&format!("check --max-memory {bytes} b.tar.gz"))
            .exits(0);
    }
    for bytes in ["", "many", "5X", "99999999999G", "-1"] {
        room.run(&format!("check --max-memory={bytes} b.tar.gz"))
            .exits(2);
    }
}
