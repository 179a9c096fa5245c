//! The whole check of thousands of damaged databases, printed as SQLite prints it: row for row, word for word.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read its input fails"
)]

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use stillframe_check::content::{
    Counted, Level, content, content_in_order, read_schema, roots, unchecked,
};
use stillframe_check::pragma::{MOST_ROWS, Pragma, PragmaError, pragma};
use stillframe_check::walk::structure;
use stillframe_history::Image;
use support::printed::{compared_words, is_part};
use support::{corpora, damaged_databases, database_alone, databases};

mod support;

/// The lines of a section of what SQLite said.
fn section<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let head = format!("\n[{name}]\n");
    let (_, rest) = text.split_once(&head)?;
    Some(rest.split("\n[").next().unwrap().trim_end_matches('\n'))
}

/// What is printed, as the corpora keep it.
fn printed(found: &Pragma) -> String {
    let mut lines: Vec<String> = found.rows.iter().map(|row| escaped(row)).collect();
    lines.extend(
        found
            .error
            .as_ref()
            .map(|error| escaped(&format!("!error {error}"))),
    );
    lines.join("\n")
}

fn escaped(text: &str) -> String {
    let escape = |character: char| match character {
        '\n' => "\\n".to_owned(),
        '\0'..' ' => format!("\\x{:02x}", u32::from(character)),
        _ => character.to_string(),
    };
    text.chars().map(escape).collect()
}

/// Of an error the corpora keep the number, too.
fn expected(text: &str, found: Option<&PragmaError>) -> String {
    let lines = text.lines().map(|line| {
        let Some(error) = line.strip_prefix("!error ") else {
            return line.to_owned();
        };
        let (_, words) = error.split_once(' ').unwrap();
        let words = compared_words(words, found);
        format!("!error {words}")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Why a database is left out, if it is: SQLite's words for what takes an SQL evaluator.
fn left_out(image: &Image<'_>, expected: &str) -> Option<&'static str> {
    let header = image.header().copied()?;
    if expected.contains("attached databases must use") {
        return Some("the error is one of a second statement");
    }
    let schema = read_schema(image, &header).unwrap().ok()?;
    let is_virtual = |table: &stillframe_schema::Table| {
        matches!(table.kind, stillframe_schema::TableKind::Virtual(_))
    };
    if schema.tables.iter().any(is_virtual) {
        return Some("a virtual table");
    }
    None
}

#[test]
fn damaged_databases_are_checked_as_sqlite_checks_them() {
    let Some(corpora) = corpora() else {
        return;
    };
    let levels = [
        (Level::Full, "integrity_check"),
        (Level::Quick, "quick_check"),
    ];
    let mut counts: BTreeMap<&'static str, [usize; 2]> = BTreeMap::new();
    for path in damaged_databases(&corpora) {
        for (place, (level, name)) in levels.into_iter().enumerate() {
            let outcome = compare(&path, level, name);
            counts.entry(outcome).or_default()[place] += 1;
        }
    }
    println!("{counts:#?}");
    assert_eq!(counts.get("wrong"), None);
    documented(&counts);
}

/// What is left out, and why, stands with its counts in the document.
fn documented(counts: &BTreeMap<&'static str, [usize; 2]>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/pragma.md");
    let text = fs::read_to_string(&path).unwrap();
    let head = "| outcome | full | quick |\n|---|---:|---:|\n";
    let (before, behind) = text.split_once(head).unwrap();
    let (_, behind) = behind.split_once("\n\n").unwrap();
    let mut sorted: Vec<_> = counts.iter().collect();
    sorted.sort_by_key(|&(outcome, [full, quick])| (std::cmp::Reverse(full + quick), *outcome));
    let row = |(outcome, [full, quick]): (&&str, &[usize; 2])| {
        assert!(
            behind.contains(&format!("- *{outcome}")),
            "{outcome}: what is that?"
        );
        format!("| {outcome} | {full} | {quick} |\n")
    };
    let rows: String = sorted.into_iter().map(row).collect();
    let expected = format!("{before}{head}{rows}\n{behind}");
    if std::env::var_os("STILLFRAME_BLESS").is_some() {
        fs::write(path, expected).unwrap();
        return;
    }
    assert!(
        text == expected,
        "docs/pragma.md is stale: run this test with STILLFRAME_BLESS=1"
    );
}

fn compare(path: &Path, level: Level, name: &str) -> &'static str {
    let text = fs::read(path.with_extension("db.expected")).unwrap();
    let text = String::from_utf8_lossy(&text);
    let expected_as = |found| expected(section(&text, name).unwrap(), found);
    let set = database_alone(path);
    let image = Image::read(&set, None, &()).unwrap().1.unwrap();
    if image.refusal().is_some() {
        return "refused by both";
    }
    if let Some(why) = left_out(&image, &expected_as(None)) {
        return why;
    }
    let header = image.header().copied().unwrap();
    let result = pragma(&image, &header, level, MOST_ROWS, &()).unwrap();
    let found = printed(&result);
    let expected = expected_as(result.error.as_ref());
    if found == expected {
        return "equal";
    }
    if result.error == Some(PragmaError::PastPage) {
        return "SQLite read past the end of a page";
    }
    let is_real = |name: &str| name.parse::<f64>().is_ok();
    let schema = read_schema(&image, &header).unwrap();
    let refused = schema
        .as_ref()
        .ok()
        .and_then(|schema| schema.refused.first());
    match (refused, &result.error) {
        (Some(refused), Some(PragmaError::MalformedSchema { .. })) if is_real(&refused.name) => {
            return "a name is a floating-point number";
        }
        (Some(_), Some(PragmaError::MalformedSchema { name, .. }))
            if expected.starts_with(&format!("!error malformed database schema ({name}) - ")) =>
        {
            return "refused for another reason";
        }
        (_, Some(PragmaError::NotUnderstood(_)))
            if expected.contains("malformed database schema") =>
        {
            return "a statement is not understood here, and refused by SQLite";
        }
        (_, Some(PragmaError::NotUnderstood(_))) => return "a statement is not understood here",
        _ => {}
    }
    let rows: Vec<String> = expected
        .lines()
        .filter(|line| !line.starts_with("!error"))
        .map(str::to_owned)
        .collect();
    let error = expected
        .lines()
        .find_map(|line| line.strip_prefix("!error "));
    let escaped = Pragma {
        rows: result.rows.iter().map(|row| escaped(row)).collect(),
        error: result.error.clone(),
    };
    let takes_evaluator = schema.is_ok_and(|schema| !unchecked(&schema, level).is_empty());
    if takes_evaluator && is_part(&escaped, &rows, error) {
        return "it takes an SQL evaluator";
    }
    println!(
        "{} {name}\n  found    {found}\n  expected {expected}",
        path.display()
    );
    "wrong"
}

/// What several threads find in no order is what is found row after row.
#[test]
fn side_by_side_is_as_in_order() {
    let Some(corpora) = corpora() else {
        return;
    };
    let (mut compared, mut with_problems) = (0, 0);
    for path in databases(&corpora) {
        let set = database_alone(&path);
        let Ok(image) = Image::read(&set, None, &()).unwrap().1 else {
            continue;
        };
        let accepted = image.header().filter(|_| image.refusal().is_none());
        let Some(header) = accepted else { continue };
        let Ok(schema) = read_schema(&image, header).unwrap() else {
            continue;
        };
        let structure = structure(&image, header, &roots(&schema), 100, &()).unwrap();
        if !structure.problems.is_empty() {
            continue;
        }
        let counted = Counted {
            is_sound: true,
            counts: &structure.rows,
            damaged: &BTreeSet::new(),
        };
        for level in [Level::Quick, Level::Full] {
            let fast = content(&image, header, &schema, &counted, level, 100, &()).unwrap();
            let slow = content_in_order(&image, header, &schema, &counted, level, 100).unwrap();
            assert_eq!(fast, slow, "{}", path.display());
            compared += 1;
            with_problems += usize::from(!fast.problems.is_empty());
        }
    }
    println!("{compared} compared, {with_problems} of them with problems");
    assert!(compared > 0 && with_problems > 0);
}
