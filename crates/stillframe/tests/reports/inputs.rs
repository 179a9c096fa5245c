//! What is said of the inputs: their sums, and where they are.

use serde_json::Value;

use super::support::{Ran, Room, run_with};
use super::{check_all, sha256, text};

#[test]
fn sums_are_those_of_the_files() {
    let room = Room::live();
    check_all(&room, &["app.db"]).exits(0);
    let sarif: Value = serde_json::from_str(&text(&room, "all.sarif")).unwrap();
    let page = text(&room, "all.html");
    for (at, name) in ["app.db", "app.db-wal"].into_iter().enumerate() {
        let artifact = &sarif["runs"][0]["artifacts"][at];
        let sum = sha256(&room.read(name));
        assert_eq!(artifact["location"]["uri"], name);
        assert_eq!(artifact["length"], room.read(name).len());
        assert_eq!(artifact["hashes"]["sha-256"], sum);
        assert!(page.contains(&format!(
            "before and after</span> <code class=\"sum\">{sum}"
        )));
    }
    assert!(page.contains("svg class=\"pages\"") && page.contains("svg class=\"commits\""));
}

/// An archive in an archive, and one on standard input.
#[test]
fn members_stand_below_their_archives() {
    let room = Room::live();
    let tar = |members: &[(&str, Vec<u8>)]| {
        let mut archive = tar::Builder::new(Vec::new());
        for (name, bytes) in members {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            archive.append_data(&mut header, name, &**bytes).unwrap();
        }
        archive.into_inner().unwrap()
    };
    let inner = tar(&[
        ("data/app.db", room.read("app.db")),
        ("data/app.db-wal", room.read("app.db-wal")),
    ]);
    let outer = tar(&[("inner.tar", inner)]);
    room.write("outer.tar", &outer);
    let artifacts = |ran: &Ran| {
        ran.json()["runs"][0]["artifacts"]
            .as_array()
            .unwrap()
            .clone()
    };
    let uris = |artifacts: &[Value]| -> Vec<(String, Option<u64>)> {
        let of = |it: &Value| {
            (
                it["location"]["uri"].as_str().unwrap().to_owned(),
                it["parentIndex"].as_u64(),
            )
        };
        artifacts.iter().map(of).collect()
    };
    let of_file = artifacts(&room.run("check --format sarif outer.tar").exits(0));
    let expected = |outer: &str| {
        let names = [outer, "inner.tar", "data/app.db", "data/app.db-wal"].map(str::to_owned);
        let parents = [None, Some(0), Some(1), Some(1)];
        names.into_iter().zip(parents).collect::<Vec<_>>()
    };
    assert_eq!(uris(&of_file), expected("outer.tar"));
    assert_eq!(
        of_file[2]["hashes"]["sha-256"],
        sha256(&room.read("app.db"))
    );
    let ran = run_with(room.path(), &["check", "--format", "sarif", "-"], outer).exits(0);
    let of_stdin = artifacts(&ran);
    assert_eq!(uris(&of_stdin), expected("-"));
    assert!(of_stdin[0]["hashes"].is_null(), "{ran}");
}
