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
    for format in ["sarif", "junit", "html", "markdown", "jsonl", "concise"] {
        let line = format!("check data --manifest data.json --format {format}");
        let ran = room.run(&line).exits(1);
        assert!(ran.stdout.contains("MF103"), "{ran}");
    }
    // A run that fails for nothing that is found fails for what is not there.
    fs::remove_dir_all(room.at("data/one")).unwrap();
    room.copy("good/live-wal", "data/one");
    let never = "check data --manifest data.json --fail-on never";
    room.run(never).exits(1);
    room.run(&format!("{never} --severity MF103=note")).exits(0);
    room.run(&format!("{never} --exit-zero")).exits(0);
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
    // Why it is none is said once.
    room.write("no.json", b"{}");
    for option in ["--manifest", "--baseline"] {
        let ran = room.run(&format!("check data {option} no.json")).exits(2);
        assert_eq!(ran.stderr.matches("missing field").count(), 1, "{ran}");
    }
    // With one that records nothing there is nothing to compare.
    let mut nothing: serde_json::Value = serde_json::from_slice(&room.read("data.json")).unwrap();
    nothing["sets"] = serde_json::Value::Array(Vec::new());
    room.write("none.json", nothing.to_string().into_bytes());
    let ran = room.run("check data --manifest none.json").exits(2);
    assert!(ran.stderr.contains("it records no database"), "{ran}");
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

/// Where only files are recorded, the same files are as recorded; a byte of any that is another, or one that is not here, is
/// told. What is wrong with them is a finding of its own all the same.
#[test]
fn files_alone_are_compared_as_files() {
    let kinds = [
        ("sets/encrypted", "DB007"),
        ("sets/encrypted-with-wal", "DB007"),
        ("bad/DB007-header-in-clear", "DB007"),
        ("sets/web-page", "DB001"),
        ("bad/DB003-page-size-invalid", "DB003"),
        ("bad/DB101-size-exceeds-file", "DB101"),
        ("bad/SET103-sidecar-without-database", "SET103"),
    ];
    for (kind, own) in kinds {
        let room = Room::new();
        room.copy(kind, "data");
        compared_as_files(&room, own);
    }
    let room = Room::new();
    room.copy("good/rollback-mode", "data");
    let mut zeroed = room.read("data/app.db");
    zeroed[..100].fill(0);
    room.write("data/app.db", zeroed);
    compared_as_files(&room, "DB001");
    // A WAL alone that has not all pages.
    let room = Room::new();
    room.copy("good/page-1-not-in-wal", "data");
    fs::remove_file(room.at("data/app.db")).unwrap();
    compared_as_files(&room, "SET102");
}

fn compared_as_files(room: &Room, own: &str) {
    room.run("manifest data -o data.json").exits(1);
    let manifest: serde_json::Value = serde_json::from_slice(&room.read("data.json")).unwrap();
    assert_eq!(manifest["sets"][0]["image"], serde_json::Value::Null);
    if ["DB001", "DB003", "DB007"].contains(&own) {
        // What stands where the fields of a header would is no number of a database.
        assert_eq!(manifest["sets"][0]["database"], serde_json::Value::Null);
    }
    let check = "check data --manifest data.json --format json";
    let ran = room.run(check).exits(1);
    assert_eq!(codes(&ran.json()), ["MF901"], "{ran}");
    assert!(ran.stdout.contains(own), "{ran}");
    assert!(
        ran.stdout
            .contains("the files are those that the manifest records"),
        "{ran}"
    );
    let told = |what: &str| {
        let ran = room.run(check).exits(1);
        let codes = codes(&ran.json());
        assert_eq!(codes.len(), 1, "{what}: {ran}");
        assert!(codes[0].starts_with("MF1"), "{what}: {ran}");
    };
    let names: Vec<String> = fs::read_dir(room.at("data"))
        .unwrap()
        .map(|entry| format!("data/{}", entry.unwrap().file_name().to_str().unwrap()))
        .collect();
    for name in &names {
        let bytes = room.read(name);
        let mut other = bytes.clone();
        *other.last_mut().unwrap() ^= 1;
        room.write(name, other);
        told(name);
        fs::remove_file(room.at(name)).unwrap();
        told(name);
        room.write(name, bytes);
    }
    let more = ["data/app.db-shm", "data/app.db-wal"];
    let more = more.iter().find(|more| !names.iter().any(|it| it == *more));
    if let Some(more) = more {
        room.write(more, [7; 40]);
        told(more);
    }
}

/// Names that are no text, or that a terminal would act upon, are told apart, and found again.
#[cfg(unix)]
#[test]
fn names_of_any_bytes_are_kept_apart() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    use std::path::Path;

    let room = Room::new();
    fs::create_dir(room.at("data")).unwrap();
    let database = room.at("data");
    let good = support::root().join("fixtures/good");
    let names: [&[u8]; 5] = [
        b"a\xff.db",
        b"b\xff.db",
        b"\x1b[31mred\x07.db",
        b"a\\b.db",
        b"c!d.db",
    ];
    for (name, fixture) in
        names
            .iter()
            .zip(["rollback-mode", "utf-16", "utf-16", "auto-vacuum", "utf-16"])
    {
        let from = good.join(fixture).join("app.db");
        fs::copy(from, database.join(Path::new(OsStr::from_bytes(name)))).unwrap();
    }
    room.run("manifest data -o data.json").exits(0);
    let ran = room
        .run("check data --manifest data.json --format json")
        .exits(0);
    assert_eq!(codes(&ran.json()), ["MF901"; 5]);
    fs::remove_file(database.join(Path::new(OsStr::from_bytes(b"a\xff.db")))).unwrap();
    let ran = room
        .run("check data --manifest data.json --format json")
        .exits(1);
    let expected = ["MF901", "MF901", "MF901", "MF901", "MF103"];
    assert_eq!(codes(&ran.json()), expected);
    let place = &ran.json()["reports"][4]["findings"][0]["place"];
    let manifest = room.read("data.json");
    let start = place["start"].as_u64().unwrap() as usize;
    let end = place["end"].as_u64().unwrap() as usize;
    let named = String::from_utf8_lossy(&manifest[start..end]);
    assert_eq!(named, r#""$'a\\377.db'""#);
    assert_eq!(ran.stderr.lines().count(), 1, "{ran}");
}

/// The folder that was recorded is in the archive, or what is in it; and nothing is left of it.
#[test]
fn an_archive_of_the_folder_is_compared() {
    let room = originals();
    let mut with_folder = Vec::new();
    let mut flat = Vec::new();
    for name in ["one/app.db", "one/app.db-wal", "two/app.db"] {
        let bytes = room.read(&format!("data/{name}"));
        with_folder.push((format!("data/{name}"), bytes.clone()));
        flat.push((name.to_owned(), bytes));
    }
    for (name, files) in [("with.tar", with_folder), ("flat.tar", flat)] {
        let mut tar = tar::Builder::new(Vec::new());
        for (path, bytes) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            tar.append_data(&mut header, path, &bytes[..]).unwrap();
        }
        room.write(name, tar.into_inner().unwrap());
        let ran = room
            .run(&format!("check {name} --manifest data.json --format json"))
            .exits(0);
        assert_eq!(codes(&ran.json()), ["MF901", "MF901"], "{ran}");
    }
    fs::create_dir(room.at("empty")).unwrap();
    let ran = room.run("check empty --manifest data.json").exits(1);
    assert_eq!(ran.stderr.lines().count(), 2, "{ran}");
}
