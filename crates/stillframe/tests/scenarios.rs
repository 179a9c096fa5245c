//! What happens to backups: the command says of every scenario what the table says, in every form, and what it rebuilds is
//! what the live connection showed.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot do its work fails"
)]

use std::fs;

use stillframe_testkit::archives::{CompressionMethod, gzip, tar, zip, zstd};
use stillframe_testkit::oracle::Oracle;
use stillframe_testkit::scenarios::{Set, all};
use support::{Room, names, root, run_in};

mod support;

/// A room with the set in a folder, and in archives of four kinds; and the names of these.
fn room(fixture: &str) -> (Room, [&'static str; 5]) {
    let room = Room::new();
    room.copy(fixture, "set");
    let names = names(&room.at("set")).into_iter();
    let files: Vec<(String, Vec<u8>)> = names
        .map(|name| {
            let bytes = room.read(&format!("set/{name}"));
            (name, bytes)
        })
        .collect();
    room.write("a.tar", tar(&files));
    room.write("a.tar.gz", gzip(&tar(&files)));
    room.write("a.tar.zst", zstd(&tar(&files)));
    room.write("a.zip", zip(&files, CompressionMethod::Deflated));
    (room, ["set", "a.tar", "a.tar.gz", "a.tar.zst", "a.zip"])
}

/// What is said of the databases in a form: file, verdict, next command; and the exit status.
fn said(room: &Room, form: &str) -> (Vec<[String; 3]>, Option<i32>) {
    let json = room.run(&format!("check --format json {form}"));
    let full = room.run(&format!("check {form}"));
    assert_eq!(json.status, full.status, "{full}");
    let verdicts: Vec<&str> = full
        .stdout
        .lines()
        .filter_map(|line| line.strip_prefix("  verdict         "))
        .collect();
    let as_in_table = |text: &str| {
        let text = text.replace('\'', "");
        text.replace(&format!("{form}!"), "").replace("set/", "")
    };
    let reports = json.json()["reports"].as_array().unwrap().clone();
    assert_eq!(reports.len(), verdicts.len(), "{full}");
    let said = reports.iter().zip(verdicts).map(|(report, verdict)| {
        let file = report["inputs"][0]["name"].as_str().unwrap();
        let next = report["verdict"]["next"].as_str().unwrap_or_default();
        [as_in_table(file), verdict.to_owned(), as_in_table(next)]
    });
    (said.collect(), json.status)
}

fn expected(set: &Set) -> Vec<[String; 3]> {
    let said = set.says.iter();
    said.map(|said| [said.file, said.verdict, said.next].map(str::to_owned))
        .collect()
}

#[test]
fn every_scenario_is_judged_as_the_table_says_in_every_form() {
    let (mut wrong, mut compared) = (Vec::new(), 0);
    for scenario in all() {
        for set in scenario.sets {
            let (room, forms) = room(set.fixture);
            for form in forms {
                let (said, exit) = said(&room, form);
                if said != expected(set) || exit != Some(set.exit) {
                    let (number, fixture) = (scenario.number, set.fixture);
                    wrong.push(format!(
                        "S{number:02} {fixture}, {form}: {said:?}, {exit:?}"
                    ));
                }
                compared += 1;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 400, "{compared}");
}

#[test]
fn what_is_rebuilt_is_what_there_was_to_see() {
    let mut compared = 0;
    for rows in all().flat_map(|scenario| scenario.rows) {
        let (room, forms) = room(rows.fixture);
        let truth = root().join("fixtures/truth").join(rows.truth);
        let truth = fs::read_to_string(truth.with_extension("txt")).unwrap();
        for form in forms {
            let of = match form {
                "set" => "set/".to_owned(),
                archive => format!("{archive}!"),
            };
            let line = rows.line.replace("set/", &of) + " --force";
            let ran = room.run(&line).exits(rows.exit);
            let oracle = Oracle::new();
            let rebuilt = room.read("out.db");
            assert_eq!(oracle.content(&rebuilt, None).as_ref(), Ok(&truth), "{ran}");
            assert_eq!(oracle.integrity(&rebuilt, None).unwrap(), ["ok"], "{ran}");
            fs::remove_file(room.at("out.db")).unwrap();
            compared += 1;
        }
    }
    assert!(compared > 80, "{compared}");
}

/// Each command of the page does its work on a set of its scenario.
#[test]
fn what_to_type_works() {
    let mut typed = 0;
    for scenario in all() {
        for command in scenario.commands {
            let works = |set: &&Set| {
                let (room, _) = room(set.fixture);
                let words: Vec<&str> = command.split(' ').skip(1).collect();
                let ran = run_in(&room.at("set"), &words);
                let output = words.iter().position(|&word| word == "-o");
                let is_written =
                    output.is_none_or(|at| room.at("set").join(words[at + 1]).exists());
                is_written && matches!(ran.status, Some(0 | 1))
            };
            assert!(scenario.sets.iter().any(|set| works(&set)), "{command}");
            typed += 1;
        }
    }
    assert!(typed > 20, "{typed}");
}
