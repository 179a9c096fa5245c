//! Names that want to be more than names.

use std::fs;

use serde_json::Value;

use super::support::Room;
use super::*;

/// A name of marks, with a change of direction, a line break and a colour where there can be some.
#[cfg(all(unix, not(target_vendor = "apple")))]
const HOSTILE: &str =
    "a\nb <img src=x onerror=alert(1)> \"&amp;' | [x](http:\u{1b}[31m\u{202e}) `*_.db";

#[cfg(all(unix, not(target_vendor = "apple")))]
#[test]
fn hostile_names_are_text() {
    let room = Room::new();
    room.copy("sets/wal-hole", "in");
    for ending in ["", "-wal"] {
        let to = room.at(format!("in/{HOSTILE}{ending}"));
        fs::rename(room.at(format!("in/app.db{ending}")), to).unwrap();
    }
    each_alone_is_the_same(&room, &["in"]);
    let ran = check_all(&room, &["in"]).exits(1);
    all_hold(&room, &ran, &Schemas::new(), "hostile");
    let is_active = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
    for format in FORMATS {
        let text = text(&room, &format!("all.{format}"));
        // JSON has it as it is, but for what is a mark in it.
        let is_json = ["json", "jsonl", "sarif"].contains(&format);
        assert!(is_json || !text.contains(is_active), "{format}: {text}");
        assert!(!text.contains('\u{1b}'), "{format}: {text}");
        assert!(
            !text.lines().any(|line| line.starts_with("b <img")),
            "{format}"
        );
    }
    let markdown = text(&room, "all.markdown");
    // In a block of code everything is text.
    let blocks = markdown.split("\n```");
    let outside: String = blocks.step_by(2).collect();
    assert!(
        markdown.contains("<img") && !outside.contains("<img"),
        "{markdown}"
    );
    // And in a line of HTML no mark is one.
    let is_link = |line: &str| line.contains("[x](") && !line.starts_with("<details>");
    assert!(!outside.lines().any(is_link), "{markdown}");
    let row = markdown
        .lines()
        .find(|line| line.starts_with("| ❌"))
        .unwrap();
    let bars = row.replace(r"\|", "").matches('|').count();
    assert_eq!(bars, 7, "{row}");
    let sarif: Value = serde_json::from_str(&text(&room, "all.sarif")).unwrap();
    let uri = &sarif["runs"][0]["artifacts"][0]["location"]["uri"];
    assert_eq!(
        uri,
        "in/a%0Ab%20%3Cimg%20src%3Dx%20onerror%3Dalert%281%29%3E%20%22%26amp%3B%27%20%7C%20%5Bx%5D%28http%3A%1B%5B31m%E2%80%AE%29%20%60%2A_.db"
    );
}

/// Names of members can have what no name of a file can.
#[test]
fn hostile_members_are_text() {
    let room = Room::live();
    let mut archive = tar::Builder::new(Vec::new());
    for ending in ["", "-wal"] {
        let name = format!("<script>alert(1)</script>\u{7}/app.db{ending}");
        let bytes = room.read(&format!("app.db{ending}"));
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        archive.append_data(&mut header, &name, &*bytes).unwrap();
    }
    room.write("backup.tar", archive.into_inner().unwrap());
    let ran = check_all(&room, &["backup.tar"]).exits(0);
    all_hold(&room, &ran, &Schemas::new(), "members");
    let sarif: Value = serde_json::from_str(&text(&room, "all.sarif")).unwrap();
    let artifacts = sarif["runs"][0]["artifacts"].as_array().unwrap();
    assert_eq!(artifacts.len(), 3);
    assert_eq!(artifacts[0]["location"]["uri"], "backup.tar");
    assert_eq!(
        artifacts[0]["hashes"]["sha-256"],
        sha256(&room.read("backup.tar"))
    );
    for artifact in &artifacts[1..] {
        assert_eq!(artifact["parentIndex"], 0);
    }
    let uri = artifacts[1]["location"]["uri"].as_str().unwrap();
    assert_eq!(uri, "%3Cscript%3Ealert%281%29%3C/script%3E%07/app.db");
}
