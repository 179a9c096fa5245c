//! The reports of `check`: each is what its format says, several come from one check, and none harms anything.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot do its work fails"
)]

use std::fs;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use support::{Ran, Room, fixtures, root, run, run_in, skipped};

#[path = "../support/mod.rs"]
mod support;

mod files;
mod hostile;
mod inputs;

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
    // Where something could not be read, what was read may have failed or not.
    if status != 3 {
        assert_eq!(count("failure") > 0, status == 1, "{what}");
    }

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
        json!({"schema_version": 1, "not_read": [], "left_over": {"count": 0, "files": []}, "reports": [{
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

fn sha256(bytes: &[u8]) -> String {
    let sum = Sha256::digest(bytes);
    sum.iter().map(|byte| format!("{byte:02x}")).collect()
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

/// One is one, and those that fail stand first where there are many.
#[test]
fn the_page_counts_as_people_do_and_has_what_fails_on_top() {
    let room = Room::new();
    for name in ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"] {
        room.copy("sets/orders", &format!("in/{name}"));
    }
    let rows = || {
        let page = room.run("check in --format html").stdout;
        let rows = page.split("class=\"name\" href=\"#database-").skip(1);
        let rows = rows.map(|row| row.split(['<', '>']).nth(1).unwrap().to_owned());
        (page.clone(), rows.collect::<Vec<_>>())
    };
    let (page, in_order) = rows();
    assert_eq!(in_order.len(), 10);
    assert!(in_order.is_sorted());
    let mut counted = (0, 0);
    for title in page.split("<title>").skip(2) {
        let title = title.split('<').next().unwrap();
        for part in title.split([':', ',']).map(str::trim) {
            let (what, numbers) = part.split_once(' ').unwrap_or((part, ""));
            if ["commits", "frames", "slots"].contains(&what) {
                assert!(numbers.contains(" to "), "{title}");
                counted.0 += 1;
            } else if ["commit", "frame", "slot"].contains(&what) {
                assert!(!numbers.contains(" to "), "{title}");
                counted.1 += 1;
            }
        }
    }
    assert!(counted.0 > 0 && counted.1 > 0, "{counted:?}");
    room.copy("bad/DB101-size-exceeds-file", "in/z");
    let (page, failed_first) = rows();
    assert_eq!(failed_first.len(), 11);
    assert_eq!(failed_first[0], "in/z/app.db");
    assert_eq!(failed_first[1..], in_order);
    assert!(page.contains("id=\"database-11\""));
}
