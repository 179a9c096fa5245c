//! `stillframe manifest`, and `check --manifest`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot do its work fails"
)]

use std::fs;

use support::Room;

mod support;

/// Where the originals are: two databases in a folder.
fn originals() -> Room {
    let room = Room::new();
    room.copy("good/live-wal", "data/one");
    room.copy("good/rollback-mode", "data/two");
    room.run("manifest data -o data.json").exits(0);
    room
}

fn codes(json: &serde_json::Value) -> Vec<String> {
    let reports = json["reports"].as_array().unwrap().iter();
    let findings = reports.flat_map(|report| report["findings"].as_array().unwrap());
    let codes = findings.map(|finding| finding["code"].as_str().unwrap().to_owned());
    codes.filter(|code| code.starts_with("MF")).collect()
}

#[test]
fn a_copy_is_compared_under_another_name() {
    let room = originals();
    let json: serde_json::Value = serde_json::from_slice(&room.read("data.json")).unwrap();
    let sets = json["sets"].as_array().unwrap();
    let names: Vec<_> = sets
        .iter()
        .map(|set| set["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["one/app.db", "two/app.db"]);
    let wal = room.read("data/one/app.db-wal");
    assert_eq!(sets[0]["members"][1]["bytes"], wal.len());
    fs::rename(room.at("data"), room.at("copy")).unwrap();
    let ran = room
        .run("check copy --manifest data.json --format json")
        .exits(0);
    assert_eq!(codes(&ran.json()), ["MF901", "MF901"]);
    // Each by itself, from a manifest of itself.
    room.run("manifest copy/one/app.db -o one.json").exits(0);
    fs::rename(room.at("copy/one/app.db"), room.at("b.db")).unwrap();
    fs::rename(room.at("copy/one/app.db-wal"), room.at("b.db-wal")).unwrap();
    let ran = room
        .run("check b.db --manifest one.json --format json")
        .exits(0);
    assert_eq!(codes(&ran.json()), ["MF901"]);
}

#[test]
fn what_is_missing_is_said() {
    let room = originals();
    fs::remove_file(room.at("data/one/app.db-wal")).unwrap();
    let ran = room
        .run("check data --manifest data.json --format json")
        .exits(1);
    assert_eq!(codes(&ran.json()), ["MF101", "MF901"]);
    fs::remove_dir_all(room.at("data/two")).unwrap();
    let ran = room.run("check data --manifest data.json").exits(1);
    assert!(
        ran.stderr
            .contains("two/app.db: the manifest records it, and it is not here"),
        "{ran}"
    );
    room.copy("good/utf-16", "data/three");
    let ran = room.run("check data --manifest data.json").exits(1);
    assert!(
        ran.stderr
            .contains("three/app.db: the manifest records nothing of it"),
        "{ran}"
    );
}

#[test]
fn a_manifest_is_no_other_file() {
    let room = originals();
    room.run("manifest data -o data.json").exits(2);
    room.run("manifest data -o data.json --force").exits(0);
    room.run("manifest data -o data/one/app.db-wal --force")
        .exits(2);
    room.run("check data data --manifest data.json").exits(2);
    room.run("check data --manifest data/one/app.db").exits(2);
    room.run("check data --manifest nowhere.json").exits(2);
    room.run("check data --manifest data.json --format pragma")
        .exits(2);
    room.run("manifest nowhere -o n.json").exits(3);
    assert!(!room.at("n.json").exists());
    let ran = room.run("manifest data").exits(0);
    assert_eq!(ran.stdout.as_bytes(), room.read("data.json"));
}

/// Of what SQLite would not have the files are recorded.
#[test]
fn what_is_no_database_is_recorded_as_files() {
    let room = Room::new();
    room.copy("bad/DB003-page-size-invalid", "bad");
    let ran = room.run("manifest bad -o bad.json").exits(1);
    assert!(ran.stderr.contains("only its files are recorded"), "{ran}");
    let json: serde_json::Value = serde_json::from_slice(&room.read("bad.json")).unwrap();
    assert_eq!(json["sets"][0]["image"], serde_json::Value::Null);
}
