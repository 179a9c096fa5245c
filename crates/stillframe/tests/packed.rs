//! Files of a set that are compressed each for itself are judged together.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot do its work fails"
)]

use stillframe_testkit::archives::{COMPRESSIONS, CompressionMethod, gzip, tar, zip, zstd};
use support::{Ran, Room};

mod support;

/// A room with the live set in `set`.
fn live() -> Room {
    let room = Room::new();
    room.copy("good/live-wal", "set");
    room
}

/// The verdicts of a run, with the databases.
fn verdicts(ran: &Ran) -> Vec<(String, String)> {
    let json = ran.json();
    let reports = json["reports"].as_array().unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or("-").to_owned();
    let both = |report| {
        let report: &serde_json::Value = report;
        (text(&report["database"]), text(&report["verdict"]["kind"]))
    };
    reports.iter().map(both).collect()
}

fn assert_one(ran: &Ran, database: &str) {
    let expected = (database.to_owned(), "complete-with-wal".to_owned());
    assert_eq!(verdicts(ran), [expected], "{ran}");
}

#[test]
fn a_pair_in_a_folder_is_one_set() {
    for (ending, compress) in COMPRESSIONS {
        let room = live();
        let (database, wal) = (
            format!("f/app.db.{ending}"),
            format!("f/app.db-wal.{ending}"),
        );
        room.write(&database, compress(&room.read("set/app.db")));
        room.write(&wal, compress(&room.read("set/app.db-wal")));
        let name = format!("{database}!app.db");
        for named in ["f", &database, &wal, &format!("{database} {wal}")] {
            let ran = room.run(&format!("check --format json {named}")).exits(0);
            assert_one(&ran, &name);
        }
        for named in [&database, &wal] {
            room.run(&format!("rebuild {named} -o {ending}.db --force"))
                .exits(0);
            room.run("rebuild set/app.db -o expected.db --force")
                .exits(0);
            assert!(room.read(&format!("{ending}.db")) == room.read("expected.db"));
        }
    }
}

#[test]
fn a_pair_in_an_archive_is_one_set() {
    let room = live();
    let pair = [
        ("data/app.db-wal.gz", gzip(&room.read("set/app.db-wal"))),
        ("data/app.db.gz", gzip(&room.read("set/app.db"))),
    ];
    room.write("b.tar", tar(&pair));
    room.write("b.tar.zst", zstd(&tar(&pair)));
    room.write("b.zip", zip(&pair, CompressionMethod::Stored));
    room.run("rebuild set/app.db -o expected.db").exits(0);
    for archive in ["b.tar", "b.tar.zst", "b.zip"] {
        let name = format!("{archive}!data/app.db.gz!app.db");
        let other = format!("{archive}!data/app.db-wal.gz!app.db-wal");
        let compressed = format!("{archive}!data/app.db.gz");
        for named in [archive, &name, &other, &compressed] {
            let ran = room.run(&format!("check --format json {named}")).exits(0);
            assert_one(&ran, &name);
            room.run(&format!("rebuild {named} -o o.db --force"))
                .exits(0);
            assert!(room.read("o.db") == room.read("expected.db"));
        }
    }
}

#[test]
fn what_is_compressed_beside_what_is_not_belongs_to_it() {
    // The WAL alone, or the database alone, is compressed; or each otherwise.
    for (database, wal) in [("", ".gz"), (".gz", ""), (".zst", ".gz")] {
        let room = live();
        let pack = |ending: &str, bytes: Vec<u8>| match ending {
            ".gz" => gzip(&bytes),
            ".zst" => zstd(&bytes),
            _ => bytes,
        };
        let files = [
            (
                format!("app.db{database}"),
                pack(database, room.read("set/app.db")),
            ),
            (
                format!("app.db-wal{wal}"),
                pack(wal, room.read("set/app.db-wal")),
            ),
        ];
        for (name, bytes) in &files {
            room.write(&format!("f/{name}"), bytes);
        }
        room.write("b.tar", tar(&files));
        for named in [
            "f".to_owned(),
            "b.tar".into(),
            format!("f/{}", files[0].0),
            format!("f/{}", files[1].0),
        ] {
            let ran = room.run(&format!("check --format json {named}")).exits(0);
            let found = verdicts(&ran);
            assert_eq!(found.len(), 1, "{ran}");
            assert_eq!(found[0].1, "complete-with-wal", "{ran}");
        }
    }
}

#[test]
fn a_copy_that_is_compressed_is_a_set_of_its_own() {
    let room = live();
    let (database, wal) = (room.read("set/app.db"), room.read("set/app.db-wal"));
    room.write("set/app.db.gz", gzip(&database));
    let ran = room.run("check --format json set");
    let found = verdicts(&ran);
    assert_eq!(found.len(), 2, "{ran}");
    assert_eq!(found[0], ("set/app.db".into(), "complete-with-wal".into()));
    assert_ne!(found[1].1, "complete-with-wal");
    room.write("set/app.db-wal.gz", gzip(&wal));
    let ran = room.run("check --format json set").exits(0);
    let kinds: Vec<_> = verdicts(&ran).into_iter().map(|(_, kind)| kind).collect();
    assert_eq!(kinds, ["complete-with-wal"; 2]);
}

/// The WAL is there by its name, and cannot be had: nothing is said as if it were not there.
#[test]
fn a_compressed_wal_that_cannot_be_read_is_not_passed_over() {
    for (name, bytes) in [
        ("empty", Vec::new()),
        ("other", b"no archive".to_vec()),
        ("cut", {
            let room = live();
            let mut packed = gzip(&room.read("set/app.db-wal"));
            packed.truncate(packed.len() / 2);
            packed
        }),
    ] {
        for database in ["app.db", "app.db.gz"] {
            let room = live();
            let plain = room.read("set/app.db");
            let packed = if database == "app.db" {
                plain
            } else {
                gzip(&plain)
            };
            room.write(&format!("f/{database}"), packed);
            room.write("f/app.db-wal.gz", &bytes);
            for line in [
                "check f".to_owned(),
                format!("check f/{database}"),
                format!("rebuild f/{database} -o o.db"),
            ] {
                let ran = room.run(&line).exits(3);
                assert!(ran.stderr.contains("app.db-wal.gz"), "{name}: {ran}");
            }
        }
    }
}

#[test]
fn a_wal_of_any_name_is_named_in_its_archive() {
    let room = live();
    let files = [
        ("app.db", room.read("set/app.db")),
        ("moved.wal", room.read("set/app.db-wal")),
    ];
    room.write("b.tar", tar(&files));
    room.run("rebuild set/app.db -o expected.db").exits(0);
    room.run("rebuild b.tar!app.db --wal b.tar!moved.wal -o o.db")
        .exits(0);
    assert!(room.read("o.db") == room.read("expected.db"));
    room.run("rebuild b.tar!app.db --wal b.tar!none.wal -o p.db")
        .exits(2)
        .complains(&["there is no b.tar!none.wal"]);
    room.run("rebuild b.tar!app.db --wal set/app.db-wal -o p.db")
        .exits(2)
        .complains(&["--wal set/app.db-wal is not in b.tar"]);
    room.run("rebuild set/app.db --wal b.tar!moved.wal -o p.db")
        .exits(2)
        .complains(&["--wal b.tar!moved.wal is in an archive"]);
}

/// What pzstd writes begins with a frame that is to be skipped, which holds the length of the one behind it.
#[test]
fn what_pzstd_writes_is_read() {
    let room = live();
    for name in ["app.db", "app.db-wal"] {
        let packed = zstd(&room.read(&format!("set/{name}")));
        let length = packed.len() as u32;
        let skipped = [b"\x50*M\x18\x04\0\0\0", &length.to_le_bytes()[..]].concat();
        room.write(&format!("f/{name}.zst"), [skipped, packed].concat());
    }
    let ran = room.run("check f --format json").exits(0);
    assert_one(&ran, "f/app.db.zst!app.db");
}

/// There is an error that says what to do, and no empty database is made up.
#[test]
fn nothing_is_said_of_a_database_of_which_no_byte_was_decoded() {
    let room = Room::new();
    // A Zstandard frame that looks back 2 GiB, as `zstd --long=31` writes it.
    room.write("f/w.db.zst", b"\x28\xb5\x2f\xfd\0\xa8\x01\0\0");
    for named in ["f", "f/w.db.zst", "f/w.db.zst!w.db"] {
        let ran = room.run(&format!("check {named} --format json")).exits(3);
        let verdicts = verdicts(&ran);
        let databases: Vec<&str> = verdicts.iter().map(|(name, _)| &**name).collect();
        assert_eq!(databases, ["f/w.db.zst"], "{ran}");
        assert!(ran.stdout.contains("AR"), "{ran}");
        assert!(!ran.stdout.contains("DB207"), "{ran}");
        let said = "unpack it with the program that made it";
        assert!(ran.stderr.contains(said), "{ran}");
    }
    room.run("rebuild f/w.db.zst -o o.db").exits(3);
}
