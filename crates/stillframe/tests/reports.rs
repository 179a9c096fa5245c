//! The reports of `check`: each is what its format says, several come from one check, and none harms anything.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot do its work fails"
)]

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use support::{Ran, Room, fixtures, names, root, run, run_in, run_with, skipped};

mod support;

/// The formats that a report can have, and an ending for each.
const FORMATS: [&str; 8] = [
    "full", "concise", "json", "jsonl", "sarif", "junit", "markdown", "html",
];

/// Runs `check` in the room with a report in every format.
fn check_all(room: &Room, paths: &[&str]) -> Ran {
    let mut args = vec!["check".to_owned(), "--force".to_owned()];
    args.extend(FORMATS.map(|format| format!("--report={format}=all.{format}")));
    args.extend(paths.iter().map(|path| (*path).to_owned()));
    run_in(room.path(), &args)
}

fn text(room: &Room, name: &str) -> String {
    String::from_utf8(room.read(name)).unwrap()
}

/// The published schema; where it is strict, with no other fields than those that it knows.
fn schema(is_strict: bool) -> jsonschema::Validator {
    let schema = fs::read(root().join("docs/schema/check.schema.json")).unwrap();
    let mut schema: Value = serde_json::from_slice(&schema).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    if is_strict {
        let definitions = schema["$defs"].as_object_mut().unwrap();
        for (name, definition) in definitions.iter_mut() {
            if name == "line" {
                definition["unevaluatedProperties"] = json!(false);
            } else if name != "report" && definition["type"] == "object" {
                definition["additionalProperties"] = json!(false);
            }
        }
        let items = &mut definitions["document"]["properties"]["reports"]["items"];
        items["unevaluatedProperties"] = json!(false);
    }
    jsonschema::validator_for(&schema).unwrap()
}

#[track_caller]
fn holds(schema: &jsonschema::Validator, value: &Value, what: &str) {
    let errors: Vec<String> = schema
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{what}: {errors:#?}");
}

/// The official schema of SARIF, where `STILLFRAME_SARIF_SCHEMA` names it: it is not the project's to hand on.
fn sarif_schema() -> Option<jsonschema::Validator> {
    let path = std::env::var_os("STILLFRAME_SARIF_SCHEMA")?;
    let schema = fs::read_to_string(path).unwrap();
    // A bracket too many, in the languages of a run, which makes it no pattern.
    let schema: Value = serde_json::from_str(&schema.replace("{2}]?$", "{2}$")).unwrap();
    Some(jsonschema::validator_for(&schema).unwrap())
}

/// What a reader of SARIF counts on, whatever the schema says: what is referred to by number is there.
fn sarif_holds_together(sarif: &Value, what: &str) {
    assert_eq!(sarif["version"], "2.1.0", "{what}");
    let run = &sarif["runs"][0];
    let artifacts = run["artifacts"].as_array().unwrap();
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for result in run["results"].as_array().unwrap() {
        let rule = &rules[result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"], "{what}");
        assert_eq!(
            rule["defaultConfiguration"]["level"], result["level"],
            "{what}"
        );
        let related = result["relatedLocations"].as_array();
        let places = result["locations"].as_array().unwrap().iter();
        for place in places.chain(related.into_iter().flatten()) {
            let place = &place["physicalLocation"];
            let location = &place["artifactLocation"];
            // What is not there has no number.
            if let Some(index) = location["index"].as_u64() {
                let artifact = &artifacts[index as usize];
                assert_eq!(artifact["location"]["uri"], location["uri"], "{what}");
            }
            assert!(place["region"]["byteOffset"].is_u64(), "{what}");
        }
    }
    for artifact in artifacts {
        if let Some(parent) = artifact["parentIndex"].as_u64() {
            assert!(artifacts[parent as usize]["properties"].is_null(), "{what}");
        }
    }
}

/// Parses XML, with the `<!DOCTYPE html>` of a page.
#[track_caller]
fn xml<'t>(text: &'t str, what: &str) -> roxmltree::Document<'t> {
    let options = roxmltree::ParsingOptions {
        allow_dtd: true,
        ..Default::default()
    };
    roxmltree::Document::parse_with_options(text, options)
        .unwrap_or_else(|error| panic!("{what}: {error}"))
}

/// Elements that do something, or fetch something.
const ACTIVE: [&str; 9] = [
    "script",
    "img",
    "iframe",
    "object",
    "embed",
    "link",
    "form",
    "base",
    "foreignObject",
];

/// Nothing in a page does or fetches anything.
fn is_inert(page: &roxmltree::Document<'_>, what: &str) {
    for node in page.descendants().filter(roxmltree::Node::is_element) {
        let name = node.tag_name().name();
        assert!(!ACTIVE.contains(&name), "{what}: {name}");
        for attribute in node.attributes() {
            let name = attribute.name();
            assert!(
                !name.starts_with("on") && name != "style" && name != "src",
                "{what}"
            );
            assert!(
                name != "href" || attribute.value().starts_with('#'),
                "{what}"
            );
        }
    }
}

/// Every report of a run is what its format says.
fn all_hold(room: &Room, ran: &Ran, schemas: &Schemas, what: &str) {
    let json: Value = serde_json::from_str(&text(room, "all.json")).unwrap();
    holds(&schemas.json, &json, what);
    let databases = json["reports"].as_array().unwrap();
    let lines = text(room, "all.jsonl");
    assert_eq!(lines.lines().count(), databases.len(), "{what}");
    for line in lines.lines() {
        holds(&schemas.json, &serde_json::from_str(line).unwrap(), what);
    }
    let sarif: Value = serde_json::from_str(&text(room, "all.sarif")).unwrap();
    sarif_holds_together(&sarif, what);
    if let Some(schema) = &schemas.sarif {
        holds(schema, &sarif, what);
    }
    let findings = databases
        .iter()
        .map(|it| it["findings"].as_array().unwrap().len());
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), findings.sum::<usize>(), "{what}");
    let status = ran.status.unwrap();
    let invocation = &sarif["runs"][0]["invocations"][0];
    assert_eq!(invocation["exitCode"], status, "{what}");
    assert_eq!(invocation["executionSuccessful"], status != 3, "{what}");

    let junit = text(room, "all.junit");
    let junit = xml(&junit, what);
    let suite = junit
        .descendants()
        .find(|node| node.has_tag_name("testsuite"));
    let count = |name: &str| {
        junit
            .descendants()
            .filter(|node| node.has_tag_name(name))
            .count()
    };
    for (attribute, element) in [
        ("tests", "testcase"),
        ("failures", "failure"),
        ("errors", "error"),
    ] {
        let counted = suite.unwrap().attribute(attribute).unwrap();
        assert_eq!(counted, count(element).to_string(), "{what}");
    }
    assert_eq!(count("failure") > 0, status == 1, "{what}");

    let page = text(room, "all.html");
    let page = xml(&page, what);
    is_inert(&page, what);
    let shown = |class: &str| {
        let of = |node: &roxmltree::Node<'_, '_>| node.attribute("class") == Some(class);
        page.descendants().filter(of).count()
    };
    assert_eq!(shown("databases"), 1, "{what}");
    assert!(shown("hex") <= results.len(), "{what}");
    let markdown = text(room, "all.markdown");
    assert!(markdown.starts_with("### stillframe check: "), "{what}");
    let opened = markdown.matches("<details>").count();
    assert_eq!(opened, markdown.matches("</details>").count(), "{what}");
    // What is printed is the text.
    assert_eq!(
        text(room, "all.full").is_empty(),
        ran.stdout.is_empty(),
        "{what}"
    );
}

struct Schemas {
    json: jsonschema::Validator,
    sarif: Option<jsonschema::Validator>,
}

impl Schemas {
    fn new() -> Self {
        let sarif = sarif_schema();
        if sarif.is_none() {
            skipped("STILLFRAME_SARIF_SCHEMA does not name the schema of SARIF 2.1.0");
        }
        Self {
            json: schema(true),
            sarif,
        }
    }
}

#[test]
fn every_report_of_every_fixture_holds() {
    let schemas = Schemas::new();
    let room = Room::new();
    for fixture in fixtures() {
        let folder = root().join("fixtures").join(&fixture);
        let ran = check_all(&room, &[folder.to_str().unwrap()]);
        all_hold(&room, &ran, &schemas, &fixture);
    }
    let folder = root().join("fixtures");
    let ran = check_all(&room, &[folder.to_str().unwrap()]);
    all_hold(&room, &ran, &schemas, "all fixtures");
}

#[test]
fn the_schema_knows_what_it_forbids() {
    let document = |bytes: Value| {
        json!({"schema_version": 1, "not_read": [], "reports": [{
            "database": "a", "level": null, "not_checked": [], "findings": [],
            "inputs": [{"name": "a", "role": "database", "bytes": bytes}],
            "counts": {"errors": 0, "warnings": 0, "notes": 0},
            "verdict": {"kind": "torn", "sqlite_shows": "", "sqlite_destroys": null,
                "rebuildable": "", "next": null}
        }]})
    };
    for is_strict in [true, false] {
        let schema = schema(is_strict);
        assert!(schema.is_valid(&document(json!(7))));
        assert!(!schema.is_valid(&document(json!("7"))));
        let mut longer = document(json!(7));
        longer["reports"][0]["later"] = json!(1);
        assert_eq!(schema.is_valid(&longer), !is_strict);
        let mut shorter = document(json!(7));
        shorter["reports"][0]
            .as_object_mut()
            .unwrap()
            .remove("counts");
        assert!(!schema.is_valid(&shorter));
    }
}

/// A report without the command line, which differs from run to run.
fn without_command(format: &str, report: &str) -> String {
    match format {
        "sarif" => {
            let lines = report
                .lines()
                .filter(|line| !line.starts_with("\"invocations\""));
            lines.collect()
        }
        "html" => {
            let lines = report
                .lines()
                .filter(|line| !line.contains("<dt>command</dt>"));
            lines.collect()
        }
        _ => report.to_owned(),
    }
}

fn each_alone_is_the_same(room: &Room, paths: &[&str]) {
    check_all(room, paths);
    for format in FORMATS {
        let mut args = vec![
            "check".to_owned(),
            format!("--report={format}=alone.{format}"),
        ];
        args.extend(paths.iter().map(|path| (*path).to_owned()));
        let ran = run_in(room.path(), &args);
        let alone = text(room, &format!("alone.{format}"));
        let all = text(room, &format!("all.{format}"));
        assert_eq!(
            without_command(format, &alone),
            without_command(format, &all),
            "{ran}"
        );
        fs::remove_file(room.at(format!("alone.{format}"))).unwrap();
        // And as it is printed.
        args[1] = format!("--format={format}");
        let printed = run_in(room.path(), &args);
        let printed = without_command(format, &printed.stdout);
        assert!(
            without_command(format, &all).starts_with(&printed),
            "{format}: {printed}"
        );
        args[1] = format!("--report={format}=-");
        let dashed = run_in(room.path(), &args);
        assert_eq!(without_command(format, &dashed.stdout), printed);
    }
}

#[test]
fn several_reports_are_what_each_is_alone() {
    let room = Room::with(&["sets/wal-hole", "good/live-wal", "bad/DB001-not-a-database"]);
    each_alone_is_the_same(&room, &["fixtures"]);
    each_alone_is_the_same(&room, &["fixtures", "missing.db"]);
}

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

fn sha256(bytes: &[u8]) -> String {
    let sum = Sha256::digest(bytes);
    sum.iter().map(|byte| format!("{byte:02x}")).collect()
}

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

#[test]
fn a_report_replaces_nothing_unless_it_is_told_to() {
    let room = Room::live();
    let line = "check app.db --report json=out.json";
    room.run(line).exits(0).quietly();
    let first = room.read("out.json");
    room.run(line)
        .exits(2)
        .complains(&["out.json exists", "--force"]);
    room.write("out.json", "older");
    room.run(&format!("{line} --force")).exits(0);
    assert_eq!(room.read("out.json"), first);
}

#[test]
fn a_report_is_never_an_input_or_beside_one() {
    let room = Room::live();
    room.copy("good/live-wal", "folder");
    let before = room.state();
    for line in [
        "check app.db --force --report json=app.db",
        "check app.db --force --report json=app.db-wal",
        "check app.db --force --report json=app.db-journal",
        "check folder --force --report json=folder/app.db",
        "check folder --force --report json=folder/app.db-shm",
        "check . --force --report json=folder/../app.db-wal",
        "check --wal folder/app.db-wal app.db --force --report json=folder/app.db-wal",
        "check app.db --report json=missing/out.json",
        "check app.db --report json=out --report sarif=out",
        "check app.db --report json=- --report sarif=-",
        "check app.db --format json --report sarif=-",
        "check app.db --format pragma --report json=out",
        "check app.db --fail-on never,error",
    ] {
        let ran = room.run(line).exits(2);
        assert_eq!(ran.stderr.lines().count(), 1, "{ran}");
    }
    for (line, says) in [
        ("check app.db --report json", "FORMAT=FILE"),
        ("check app.db --report json=", "no FILE"),
        ("check app.db --report pragma=out", "no format of a report"),
        ("check app.db --report xlsx=out", "sarif"),
    ] {
        let ran = room.run(line).exits(2);
        assert!(ran.stderr.contains(says), "{ran}");
    }
    assert_eq!(before.changes(&room.state()), Vec::<&Path>::new());
}

/// One that cannot be had leaves nothing of the others behind, either.
#[test]
fn nothing_is_made_where_there_is_nothing_to_check() {
    let room = Room::new();
    room.write("in/notes.txt", "no database");
    let before = names(room.path());
    let ran = room
        .run("check in --report json=a.json --report html=b.html")
        .exits(2);
    assert!(ran.stderr.contains("no database"), "{ran}");
    assert_eq!(names(room.path()), before);
}

#[test]
fn what_is_not_read_is_in_every_report() {
    let room = Room::live();
    let ran = check_all(&room, &["app.db", "missing.db"]).exits(3);
    all_hold(&room, &ran, &Schemas::new(), "missing");
    for format in FORMATS.into_iter().filter(|format| *format != "jsonl") {
        let text = text(&room, &format!("all.{format}"));
        assert!(text.contains("missing.db"), "{format}: {text}");
    }
}

#[test]
fn the_exit_status_says_what_was_asked_for() {
    let room = Room::with(&[
        "good/rollback-mode",
        "good/three-generations",
        "bad/WAL104-commit-frame-unverified",
        "sets/wal-hole",
    ]);
    room.copy("good/live-wal", "alone");
    fs::remove_file(room.at("alone/app.db-wal")).unwrap();
    for (path, what, status) in [
        ("fixtures/good/rollback-mode", "note", 1),
        ("fixtures/good/rollback-mode", "incomplete", 0),
        ("fixtures/good/three-generations", "warning", 0),
        ("fixtures/good/three-generations", "note", 1),
        ("fixtures/bad/WAL104-commit-frame-unverified", "warning", 1),
        ("fixtures/bad/WAL104-commit-frame-unverified", "error", 0),
        // Nothing but a note tells that a WAL may be missing.
        ("alone/app.db", "warning", 0),
        ("alone/app.db", "incomplete", 1),
        ("alone/app.db", "error,incomplete", 1),
        ("fixtures/sets/wal-hole", "incomplete", 1),
        ("fixtures/sets/wal-hole", "never", 0),
        ("missing.db", "never", 3),
    ] {
        room.run(&format!("check {path} --fail-on {what}"))
            .exits(status);
    }
    for (line, status) in [
        ("check fixtures/sets/wal-hole", 1),
        ("check missing.db", 3),
        ("check --format pragma fixtures/sets/wal-hole missing.db", 3),
    ] {
        room.run(line).exits(status);
        room.run(&format!("{line} --exit-zero")).exits(0);
    }
    let ran = room
        .run("check --exit-zero --format sarif fixtures/sets/wal-hole")
        .exits(0);
    assert_eq!(ran.json()["runs"][0]["invocations"][0]["exitCode"], 0);
    // Not what was wrongly asked for.
    room.run("check --exit-zero --format nothing x").exits(2);
    room.run("check --exit-zero fixtures/good --report json=missing/x")
        .exits(2);
    let bad = root().join("fixtures/bad/BT108-rowid-out-of-order/app.db");
    let bad = bad.to_str().unwrap();
    room.run(&format!("check --format pragma {bad}")).exits(1);
    room.run(&format!("check --format pragma --fail-on never {bad}"))
        .exits(0);
}

#[test]
fn the_time_is_said_where_it_is_asked_for() {
    let room = Room::live();
    for format in ["sarif", "junit", "html"] {
        let line = format!("check app.db --format {format}");
        let without = room.run(&line).exits(0).stdout;
        assert_eq!(without, room.run(&line).stdout);
        let with = room.run(&format!("{line} --timestamp")).exits(0).stdout;
        assert_ne!(with, without);
    }
    let ran = room.run("check app.db --format sarif --timestamp");
    let time = ran.json()["runs"][0]["invocations"][0]["startTimeUtc"].clone();
    let time = time.as_str().unwrap();
    assert_eq!((time.len(), time.ends_with('Z')), (20, true), "{time}");
    if let Some(schema) = sarif_schema() {
        holds(&schema, &ran.json(), "with a time");
    }
}

/// The page of a CI job takes a mebibyte.
#[test]
fn markdown_stays_short() {
    let room = Room::new();
    for number in 0..300 {
        room.copy("bad/BT108-rowid-out-of-order", &format!("in/{number:03}"));
    }
    let ran = room.run("check in --format markdown").exits(1);
    assert!(ran.stdout.len() < 200_000, "{}", ran.stdout.len());
    assert!(
        ran.stdout.contains("300 databases, **300 failed**"),
        "{ran}"
    );
    assert!(ran.stdout.contains("and 100 more databases"), "{ran}");
    assert_eq!(ran.stdout.matches("<details>").count(), 50);
    let well = run("check fixtures/good/rollback-mode --format markdown").exits(0);
    assert!(!well.stdout.contains("<details>"), "{well}");
}
