//! What `inspect` says of pages holds in the files: every page is listed once, and the bytes of a value are where they are
//! said to be.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot do its work fails"
)]

use std::fs;

use rusqlite::Connection;
use serde_json::Value;
use support::{Room, fixtures, root, run};

mod support;

/// The runs of pages in a list follow one another from page 1 to `last`.
fn covers(list: &Value, last: u64) -> bool {
    let mut next = 1;
    for run in list.as_array().unwrap() {
        if run["first"] != next {
            return false;
        }
        next = run["last"].as_u64().unwrap() + 1;
    }
    next == last + 1
}

#[test]
fn every_page_is_listed_once() {
    let mut lists = 0;
    for fixture in fixtures() {
        for at in ["0", "1", "2", "last"] {
            let line = "inspect --pages --map --sizes --format json --at";
            let ran = run(&format!("{line} {at} fixtures/{fixture}"));
            if ran.status != Some(0) {
                continue;
            }
            let set = &ran.json()["sets"][0];
            let image = &set["image"];
            assert!(
                covers(&set["pages"], image["stored_pages"].as_u64().unwrap()),
                "{ran}"
            );
            let sizes = &set["sizes"];
            let pages = sizes["pages"].as_u64().unwrap();
            assert!(covers(&set["map"], pages), "{ran}");
            let trees = sizes["trees"].as_array().unwrap();
            let in_trees: u64 = trees
                .iter()
                .map(|tree| tree["pages"].as_u64().unwrap())
                .sum();
            let others = ["freelist", "pointer_map", "lock_byte", "unused"];
            let others = others.map(|kind| sizes[format!("{kind}_pages")].as_u64().unwrap());
            assert_eq!(in_trees + others.iter().sum::<u64>(), pages, "{ran}");
            lists += 1;
        }
    }
    assert!(lists > 100, "{lists}");
}

#[test]
fn the_bytes_of_a_value_are_where_they_are_said_to_be() {
    let mut values = 0;
    for (fixture, pages) in [
        ("good/auto-vacuum", &[1, 3, 4][..]),
        ("good/vacuum-shrinks", &[1, 2, 3, 4, 5, 6, 7]),
        ("sets/orders", &[1, 2, 3, 4]),
    ] {
        for page in pages {
            for cell in 0..12 {
                let line = format!("inspect --format json --cell {page}/{cell} fixtures/{fixture}");
                let ran = run(&line);
                let json = ran.json();
                let record = &json["sets"][0]["cell"]["record"];
                for value in record["values"].as_array().into_iter().flatten() {
                    values += u32::from(stands_there(value));
                }
            }
        }
    }
    assert!(values > 150, "{values}");
}

/// Reads a value where it is said to be; false where it takes no bytes.
fn stands_there(value: &Value) -> bool {
    let mut bytes: Vec<u8> = Vec::new();
    for at in value["at"].as_array().unwrap() {
        let file = fs::read(root().join(at["input"].as_str().unwrap())).unwrap();
        let [start, end] = ["start", "end"].map(|key| at[key].as_u64().unwrap() as usize);
        bytes.extend(&file[start..end]);
    }
    assert_eq!(bytes.len() as u64, value["bytes"].as_u64().unwrap());
    match &value["value"] {
        Value::String(text) => assert_eq!(bytes, text.as_bytes(), "{value}"),
        Value::Number(number) if !bytes.is_empty() => {
            let sign = (bytes[0] as i8 >> 7) as i64;
            let found = bytes
                .iter()
                .fold(sign, |sum, &byte| sum << 8 | i64::from(byte));
            assert_eq!(Some(found), number.as_i64(), "{value}");
        }
        _ => {}
    }
    !bytes.is_empty()
}

/// What JSON has no value for is there all the same.
#[test]
fn a_cell_holds_what_is_no_number_and_no_text_of_json() {
    let room = Room::new();
    Connection::open(room.at("app.db"))
        .unwrap()
        .execute_batch(
            "CREATE TABLE t(a, b, c); INSERT INTO t VALUES(9e999, -9e999, CAST(x'61ff' AS TEXT))",
        )
        .unwrap();
    let ran = room.run("inspect --format json --cell 2/0 app.db");
    let values = ran.json()["sets"][0]["cell"]["record"]["values"].clone();
    assert_eq!(values[0]["value"]["real"], "Infinity", "{ran}");
    assert_eq!(values[1]["value"]["real"], "-Infinity", "{ran}");
    assert_eq!(values[2]["value"]["text"], "61ff", "{ran}");
}
