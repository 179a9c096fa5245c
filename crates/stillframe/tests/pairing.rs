//! Sidecars whose names tell of no database that is there are paired by what stands in them, and that is said.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot do its work fails"
)]

use std::fs;

use stillframe_testkit::archives::{CompressionMethod, gzip, tar, zip, zstd};
use stillframe_testkit::builder::{Plan, Set, SetBuilder};
use support::{Ran, Room};

mod support;

/// A set whose WAL holds commits that are not checkpointed, of a database of its own for each seed.
fn made(seed: u32) -> Set {
    let mut set = SetBuilder::new("pairing", &Plan::with_page_size(1024));
    set.sql(&format!(
        "CREATE TABLE customer(id INTEGER PRIMARY KEY, name TEXT, note TEXT);
         WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 200)
         INSERT INTO customer SELECT n, hex(n * {} % 1000003), hex(n * {} % 999983) FROM number;",
        7919 + seed * 104_729,
        611_953 + seed * 1299
    ));
    set.checkpoint("PASSIVE");
    set.commit("INSERT INTO customer VALUES(500, 'Ada', 'new')");
    set.commit("UPDATE customer SET note = 'changed' WHERE id = 3");
    set.copy()
}

fn reports(ran: &Ran) -> Vec<serde_json::Value> {
    ran.json()["reports"].as_array().unwrap().clone()
}

/// The names of the files of each set, one after the other.
fn sets(ran: &Ran) -> Vec<String> {
    let names = |report: &serde_json::Value| {
        let inputs = report["inputs"].as_array().unwrap().iter();
        let names: Vec<_> = inputs
            .map(|input| input["name"].as_str().unwrap().to_owned())
            .collect();
        names.join(" + ")
    };
    reports(ran).iter().map(names).collect()
}

fn codes(report: &serde_json::Value) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| finding["code"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_set_that_was_renamed_file_by_file_is_one_set() {
    let room = Room::new();
    let set = made(1);
    let files = [
        ("app.db.bak", set.database.clone()),
        ("app.db-wal.bak", set.wal.clone()),
        ("app.db-shm.bak", set.shm.clone().unwrap()),
    ];
    for (name, bytes) in &files {
        room.write(&format!("f/{name}"), bytes);
    }
    room.write("plain/app.db", &set.database);
    room.write("plain/app.db-wal", &set.wal);
    room.write("b.tar", tar(&files));
    room.write("b.tar.gz", gzip(&tar(&files)));
    room.write("b.tar.zst", zstd(&tar(&files)));
    room.write("b.zip", zip(&files, CompressionMethod::Deflated));
    room.run("rebuild plain/app.db -o expected.db").exits(0);
    for (named, prefix) in [
        ("f", "f/"),
        ("b.tar", "b.tar!"),
        ("b.tar.gz", "b.tar.gz!"),
        ("b.tar.zst", "b.tar.zst!"),
        ("b.zip", "b.zip!"),
    ] {
        let ran = room.run(&format!("check --format json {named}")).exits(1);
        let all = ["app.db.bak", "app.db-wal.bak", "app.db-shm.bak"]
            .map(|name| format!("{prefix}{name}"));
        assert_eq!(sets(&ran), [all.join(" + ")], "{ran}");
        let report = &reports(&ran)[0];
        assert_eq!(report["verdict"]["kind"], "complete-with-wal", "{ran}");
        assert!(codes(report).contains(&"SET208".to_owned()), "{ran}");
        // What is to be typed next does it.
        let next = report["verdict"]["next"].as_str().unwrap();
        let line = next.strip_prefix("stillframe ").unwrap().replace('\'', "");
        room.run(&format!("{line} --force")).exits(0);
        assert!(
            room.read("rebuilt.db") == room.read("expected.db"),
            "{line}"
        );
        // The other verbs say it beside what they print.
        room.run(&format!("inspect {named}")).exits(0).complains(&[
            "app.db-wal.bak was paired with",
            "would not look for it",
            "--wal",
        ]);
    }
    for archive in ["b.tar", "b.tar.gz", "b.zip"] {
        let ran = room
            .run(&format!("rebuild {archive} -o o.db --force"))
            .exits(1);
        let words: Vec<_> = ran.stdout.split_whitespace().collect();
        assert!(
            words
                .join(" ")
                .contains("although SQLite would not look for it under that name"),
            "{ran}"
        );
        for verb in ["log", "dump"] {
            let ran = room.run(&format!("{verb} {archive}"));
            assert!(
                ran.stderr
                    .contains("although SQLite would not look for it under that name"),
                "{ran}"
            );
        }
        room.run(&format!(
            "rebuild {archive}!app.db.bak --wal {archive}!app.db-wal.bak -o o.db --force"
        ))
        .exits(0);
        assert!(room.read("o.db") == room.read("expected.db"));
    }
}

/// Among the files of ten databases each WAL finds its own, whatever it is called.
#[test]
fn each_wal_finds_its_own_database() {
    let room = Room::new();
    for seed in 0..10 {
        let set = made(seed);
        room.write(&format!("f/{seed}.db"), &set.database);
        room.write(&format!("f/saved/{}", 97 - seed), &set.wal);
    }
    let ran = room.run("check --format json f").exits(1);
    let expected: Vec<_> = (0..10)
        .map(|seed| format!("f/{seed}.db + f/saved/{}", 97 - seed))
        .collect();
    assert_eq!(sets(&ran), expected);
    // Named one by one.
    let all: Vec<_> = (0..10)
        .map(|seed| format!("f/{seed}.db f/saved/{}", 97 - seed))
        .collect();
    let ran = room
        .run(&format!("check --format json {}", all.join(" ")))
        .exits(1);
    assert_eq!(sets(&ran), expected);
}

/// Its database is not there, and those of the same application are.
#[test]
fn a_wal_of_another_database_is_paired_with_none() {
    let room = Room::new();
    for seed in 0..10 {
        room.write(&format!("f/{seed}.db"), made(seed).database);
    }
    for seed in 10..20 {
        room.write(&format!("f/saved-{seed}"), made(seed).wal);
    }
    // Neither where the name would fit.
    for seed in 0..10 {
        room.write(&format!("f/{seed}.db.bak"), made(seed).database);
        room.write(&format!("f/{seed}.db-wal.bak"), made(20 + seed).wal);
    }
    let ran = room.run("check --format json f").exits(1);
    assert_eq!(sets(&ran).len(), 40);
    for report in reports(&ran) {
        assert!(
            codes(&report)
                .iter()
                .all(|code| code != "SET208" && code != "SET907"),
            "{report}"
        );
    }
}

#[test]
fn a_pair_by_name_stays_one() {
    let room = Room::new();
    let (own, other) = (made(1), made(2));
    room.write("f/app.db", &own.database);
    // Of another database, but of its name.
    room.write("f/app.db-wal", &other.wal);
    room.write("f/saved", &own.wal);
    let ran = room.run("check --format json f").exits(1);
    assert_eq!(sets(&ran), ["f/app.db + f/app.db-wal", "f/saved"]);
    let saved = &reports(&ran)[1];
    assert!(codes(saved).contains(&"SET907".to_owned()));
}

#[test]
fn where_two_fit_none_is_paired() {
    let room = Room::new();
    let set = made(1);
    room.write("copies/monday.db", &set.database);
    room.write("copies/tuesday.db", &set.database);
    room.write("copies/saved", &set.wal);
    let ran = room.run("check --format json copies").exits(1);
    assert_eq!(sets(&ran).len(), 3);
    let saved = &reports(&ran)[1];
    let finding = saved["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["code"] == "SET907");
    let message = finding.unwrap()["message"].as_str().unwrap();
    assert!(
        message.contains("copies/monday.db (") && message.contains("copies/tuesday.db ("),
        "{message}"
    );
    // The other way round: two WALs of one database.
    room.write("wals/app.db", &set.database);
    room.write("wals/first", &set.wal);
    room.write("wals/second", &set.wal);
    let ran = room.run("check --format json wals").exits(1);
    assert_eq!(sets(&ran), ["wals/app.db", "wals/first", "wals/second"]);
    // One of which has the name.
    room.write("wals/app.db.wal", &set.wal);
    let ran = room.run("check --format json wals").exits(1);
    assert_eq!(
        sets(&ran),
        ["wals/app.db + wals/app.db.wal", "wals/first", "wals/second"]
    );
    // And names decide between copies.
    for day in ["mon", "tue"] {
        room.write(&format!("named/app.db.{day}"), &set.database);
        room.write(&format!("named/app.db-wal.{day}"), &set.wal);
    }
    let ran = room.run("check --format json named").exits(1);
    assert_eq!(
        sets(&ran),
        ["mon", "tue"].map(|day| format!("named/app.db.{day} + named/app.db-wal.{day}"))
    );
}

/// Copies of one database, each in a folder with its WAL under some name.
#[test]
fn a_folder_decides_between_copies() {
    let room = Room::new();
    let set = made(1);
    let mut files = Vec::new();
    for day in ["mon", "tue"] {
        for (name, bytes) in [("app.db", &set.database), ("saved", &set.wal)] {
            room.write(&format!("copies/{day}/{name}"), bytes);
            files.push((format!("copies/{day}/{name}"), bytes.clone()));
        }
    }
    room.write("b.tar", tar(&files));
    for (named, prefix) in [("copies", ""), ("b.tar", "b.tar!")] {
        let ran = room.run(&format!("check --format json {named}")).exits(1);
        let pair = |day| format!("{prefix}copies/{day}/app.db + {prefix}copies/{day}/saved");
        assert_eq!(sets(&ran), ["mon", "tue"].map(pair));
    }
}

#[test]
fn the_wal_index_beside_a_database_knows_its_wal() {
    let room = Room::new();
    let set = made(1);
    room.write("f/app.db", &set.database);
    room.write("f/app.db-shm", set.shm.as_ref().unwrap());
    room.write("f/copy.db", &set.database);
    room.write("f/saved", &set.wal);
    let ran = room.run("check --format json f").exits(1);
    assert_eq!(
        sets(&ran),
        ["f/app.db + f/saved + f/app.db-shm", "f/copy.db"]
    );
}

/// The database alone, and the WAL of a folder that was named with it, are what was named.
#[test]
fn what_is_named_alone_is_paired_with_nothing() {
    let room = Room::new();
    let set = made(1);
    room.write("f/app.db.bak", &set.database);
    room.write("f/app.db-wal.bak", &set.wal);
    for line in [
        "check --format json f/app.db.bak",
        "rebuild f/app.db.bak -o o.db",
        "log f/app.db.bak",
    ] {
        room.run(line).exits(0).complains(&[
            "f/app.db.bak: f/app.db-wal.bak lies beside it",
            "left aside",
            "--wal",
        ]);
    }
    let ran = room.run("check --format json f/app.db.bak");
    assert_eq!(sets(&ran), ["f/app.db.bak"]);
    // One of another database, and what is no WAL.
    room.write("other/app.db.bak", &set.database);
    room.write("other/app.db-wal.bak", made(2).wal);
    room.write("other/app.db.bak.wal", b"no WAL");
    room.run("rebuild other/app.db.bak -o p.db").exits(0);
    assert_eq!(room.run("log other/app.db.bak").stderr, "");
    let ran = room
        .run("check --format json f/app.db.bak --wal f/app.db-wal.bak")
        .exits(0);
    assert_eq!(sets(&ran), ["f/app.db.bak + f/app.db-wal.bak"]);
}

#[test]
fn what_is_of_no_database_is_listed() {
    let room = Room::new();
    let set = made(1);
    let files = [
        ("app.db", set.database.clone()),
        ("app.db-wal", set.wal.clone()),
        (
            "dump.sql",
            b"BEGIN TRANSACTION;\nCREATE TABLE t(x);\n".to_vec(),
        ),
        ("notes.txt", b"hello".to_vec()),
        ("nothing", Vec::new()),
    ];
    for (name, bytes) in &files {
        room.write(&format!("f/{name}"), bytes);
    }
    room.write("b.tar", tar(&files));
    for (named, prefix) in [("f", "f/"), ("b.tar", "b.tar!")] {
        let ran = room.run(&format!("check --format json {named}")).exits(0);
        let left_over = &ran.json()["left_over"];
        assert_eq!(left_over["count"], 3);
        let file = |number: usize| {
            (
                left_over["files"][number]["name"].clone(),
                left_over["files"][number]["kind"].clone(),
            )
        };
        assert_eq!(
            file(0),
            (format!("{prefix}dump.sql").into(), "sql-dump".into())
        );
        assert_eq!(left_over["files"][0]["cut_off"], true);
        assert!(left_over["files"][1].get("cut_off").is_none());
        assert_eq!(
            file(1),
            (format!("{prefix}notes.txt").into(), "text".into())
        );
        assert_eq!(file(2), (format!("{prefix}nothing").into(), "empty".into()));
        let ran = room.run(&format!("check {named}")).exits(0);
        let end = format!(
            "left over: 3 files of no database\n  {prefix}dump.sql: SQL text, cut off: the transaction that it begins is not committed at its end\n  {prefix}notes.txt: text\n  {prefix}nothing: an empty file\n"
        );
        assert!(ran.stdout.ends_with(&end), "{ran}");
    }
    for number in 0..20 {
        room.write(&format!("f/{number}.txt"), b"x");
    }
    let ran = room.run("check f").exits(0);
    assert!(ran.stdout.ends_with("\n  and 13 more\n"), "{ran}");
    let count = ran
        .stdout
        .lines()
        .filter(|line| line.ends_with(".txt: text"))
        .count();
    assert_eq!(count, 10, "{ran}");
    let json = room.run("check --format json f").exits(0).json();
    assert_eq!(json["left_over"]["files"].as_array().unwrap().len(), 23);
    fs::remove_dir_all(room.at("f")).unwrap();
}
