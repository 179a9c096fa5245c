//! The documents are true: console blocks print what they show, rows are what SQLite reads, scripts run, links lead
//! somewhere, and the example is one that is compiled.
//!
//! `TRYCMD=overwrite cargo test -p stillframe --test docs` writes what the commands print into the console blocks.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot read its input fails"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use tempfile::TempDir;
use trycmd::schema::Bin;

/// The example that the README quotes.
#[path = "../../stillframe-history/examples/state_after.rs"]
#[allow(dead_code, reason = "its main is not called")]
mod example;

const STILLFRAME: &str = env!("CARGO_BIN_EXE_stillframe");

fn root() -> PathBuf {
    fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap()
}

/// The documents: those of the project and those in `docs`, by their names from the root of the project.
fn documents() -> Vec<PathBuf> {
    let mut names = Vec::new();
    for folder in ["", "docs", "docs/cli", "docs/rules", "fixtures", "fuzz"] {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let name = entry.unwrap().file_name();
            if Path::new(&name).extension().is_some_and(|end| end == "md") {
                names.push(Path::new(folder).join(name));
            }
        }
    }
    names.sort();
    names
}

fn read(document: &Path) -> String {
    fs::read_to_string(root().join(document)).unwrap()
}

/// The bodies of the fenced blocks of a language.
fn blocks<'a>(text: &'a str, language: &str) -> Vec<&'a str> {
    let fence = format!("```{language}\n");
    text.split(&fence)
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect()
}

/// The commands of the console blocks, in order.
fn commands(text: &str) -> Vec<&str> {
    blocks(text, "console")
        .into_iter()
        .flat_map(str::lines)
        .filter_map(|line| line.strip_prefix("$ "))
        .collect()
}

/// A folder with a copy of the fixtures under the name that the documents use.
fn sandbox() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy_fixtures(folder.path());
    folder
}

fn copy_fixtures(to: &Path) {
    let fixtures = root().join("fixtures");
    for file in stillframe_source::walk(&fixtures) {
        let file = file.unwrap().path;
        let copy = to
            .join("fixtures")
            .join(file.strip_prefix(&fixtures).unwrap());
        fs::create_dir_all(copy.parent().unwrap()).unwrap();
        fs::copy(&file, copy).unwrap();
    }
}

/// Nobody finds a recipe that the list at the top leaves out.
#[test]
fn the_cookbook_lists_its_recipes() {
    let text = read(Path::new("docs/cookbook.md"));
    let listed = text.lines().filter_map(|line| line.strip_prefix("- ["));
    let listed: Vec<&str> = listed.filter_map(|line| line.split("](#").next()).collect();
    let recipes = text.lines().filter_map(|line| line.strip_prefix("## "));
    assert_eq!(listed, recipes.collect::<Vec<&str>>());
}

/// Whoever copies the policy has one.
#[test]
fn the_policy_of_the_cookbook_is_one() {
    let text = read(Path::new("docs/cookbook.md"));
    let policies = blocks(&text, "toml");
    assert_eq!(policies.len(), 1);
    let policy = stillframe_policy::Policy::parse(policies[0]).unwrap();
    assert_eq!((policy.expect.len(), policy.severity.len()), (3, 1));
}

/// Each document is run in a folder of its own, which holds nothing but the fixtures.
#[test]
fn console_blocks_print_what_they_show() {
    let folder = tempfile::tempdir().unwrap();
    let cases = trycmd::TestCases::new();
    cases
        .env("COLUMNS", "")
        .register_bin("stillframe", Path::new(STILLFRAME))
        // What it prints is tested by `rows_are_what_sqlite_reads`, on machines that have none, too.
        .register_bin("sqlite3", Bin::Ignore);
    let mut copies = Vec::new();
    for document in documents() {
        let text = read(&document);
        if commands(&text).is_empty() {
            continue;
        }
        let name = document.to_str().unwrap().replace(['/', '\\'], "-");
        let copy = folder.path().join(name);
        fs::write(&copy, text).unwrap();
        copy_fixtures(&copy.with_extension("in"));
        cases.case(&copy);
        copies.push((copy, root().join(document)));
    }
    cases.run();
    if std::env::var_os("TRYCMD").is_some_and(|mode| mode == "overwrite") {
        for (copy, document) in copies {
            fs::write(document, fs::read(copy).unwrap()).unwrap();
        }
    }
}

/// `sqlite3` in a console block: its rows are those that SQLite finds in what the commands before it have made.
#[test]
fn rows_are_what_sqlite_reads() {
    let mut queries = 0;
    for document in documents() {
        let text = read(&document);
        if !text.contains("\n$ sqlite3 ") {
            continue;
        }
        let sandbox = sandbox();
        for command in commands(&text) {
            let Some(query) = command.strip_prefix("sqlite3 ") else {
                let words: Vec<&str> = command.split_whitespace().collect();
                assert_eq!(words[0], "stillframe", "{command}");
                let mut run = Command::new(STILLFRAME);
                run.args(&words[1..]).current_dir(sandbox.path());
                run.output().unwrap();
                continue;
            };
            let (database, sql) = query.split_once(" \"").unwrap();
            let shown = text.split(&format!("$ {command}\n")).nth(1).unwrap();
            let shown: Vec<&str> = shown
                .lines()
                .take_while(|line| !line.starts_with("$ ") && !line.starts_with("```"))
                .filter(|line| !line.is_empty())
                .collect();
            let found = rows(&sandbox.path().join(database), sql.trim_end_matches('"'));
            assert_eq!(found, shown, "{}: {command}", document.display());
            queries += 1;
        }
    }
    assert!(queries > 0);
}

/// Rows as `sqlite3` prints them.
fn rows(database: &Path, sql: &str) -> Vec<String> {
    let connection = Connection::open(database).unwrap();
    let mut statement = connection.prepare(sql).unwrap();
    let columns = statement.column_count();
    let line = |row: &Row<'_>| {
        let values = (0..columns).map(|column| match row.get_ref(column).unwrap() {
            ValueRef::Null => String::new(),
            ValueRef::Integer(number) => number.to_string(),
            ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
            other => panic!("the documents show no {other:?}"),
        });
        Ok(values.collect::<Vec<_>>().join("|"))
    };
    let rows = statement.query_map((), line).unwrap();
    rows.map(Result::unwrap).collect()
}

/// The scripts of the cookbook end well, in a folder that holds nothing but the fixtures.
#[cfg(unix)]
#[test]
fn scripts_run() {
    let text = read(Path::new("docs/cookbook.md"));
    let scripts = blocks(&text, "sh");
    assert!(!scripts.is_empty());
    for script in scripts {
        let sandbox = sandbox();
        let own = Path::new(STILLFRAME).parent().unwrap().to_owned();
        let path = std::env::var_os("PATH").unwrap();
        let folders = [own].into_iter().chain(std::env::split_paths(&path));
        let output = Command::new("sh")
            .args(["-euc", script])
            .env("PATH", std::env::join_paths(folders).unwrap())
            .current_dir(sandbox.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{script}\n{said}");
    }
}

/// Every verb that the help names has a page, and no other.
#[test]
fn every_verb_has_a_page() {
    let help = Command::new(STILLFRAME).arg("-h").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let (_, verbs) = help.split_once("Commands:\n").unwrap();
    let verbs = verbs.lines().take_while(|line| !line.is_empty());
    let mut wanted: BTreeSet<String> = verbs
        .filter_map(|line| line.split_whitespace().next())
        .filter(|&verb| verb != "help")
        .map(|verb| format!("{verb}.md"))
        .collect();
    wanted.insert("README.md".to_owned());
    let pages = fs::read_dir(root().join("docs/cli")).unwrap();
    let pages: BTreeSet<String> = pages
        .map(|page| page.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(pages, wanted);
}

/// A link is to a file that is there, and to a heading that is in it.
#[test]
fn links_lead_somewhere() {
    let mut dead = Vec::new();
    for document in documents() {
        let text = prose(&read(&document));
        let links = text.split("](").skip(1);
        for link in links.filter_map(|rest| rest.split([')', ' ']).next()) {
            if link.contains("://") {
                continue;
            }
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() {
                document.clone()
            } else {
                document.parent().unwrap().join(file)
            };
            let there = root().join(&target).exists();
            if !there || !(heading.is_empty() || headings(&target).contains(heading)) {
                dead.push(format!("{}: {link}", document.display()));
            }
        }
    }
    assert!(dead.is_empty(), "{}", dead.join("\n"));
}

/// A document without its fenced blocks and its code.
fn prose(text: &str) -> String {
    let outside = text.split("```").step_by(2).collect::<String>();
    outside.split('`').step_by(2).collect()
}

/// The names of a document's headings in links.
fn headings(document: &Path) -> BTreeSet<String> {
    let text = read(document);
    let lines = text.split("```").step_by(2).flat_map(str::lines);
    lines
        .filter_map(|line| line.strip_prefix('#'))
        .map(|heading| {
            let kept = |c: &char| c.is_alphanumeric() || " -_".contains(*c);
            let name = heading.trim_start_matches('#').trim().to_lowercase();
            name.chars()
                .filter(kept)
                .collect::<String>()
                .replace(' ', "-")
        })
        .collect()
}

/// What the README says that SQLite does to fixtures when it opens and closes them.
#[test]
fn sqlite_does_what_the_readme_says() {
    let sandbox = sandbox();
    let open = |fixture: &str, sql: &str| {
        let folder = sandbox.path().join("fixtures").join(fixture);
        let rows = rows(&folder.join("app.db"), sql);
        assert!(!folder.join("app.db-wal").exists(), "{fixture}");
        (rows, fs::metadata(folder.join("app.db")).unwrap().len())
    };
    let sound = |fixture| open(fixture, "PRAGMA integrity_check").0 == ["ok"];

    let count = "SELECT count(*) FROM readings";
    assert_eq!(open("sets/wal-hole", count).0, ["8"]);
    assert!(sound("sets/wal-hole"));
    assert!(sound("bad/WAL004-header-checksum-mismatch"));
    let (tables, bytes) = open(
        "bad/SET101-empty-database-beside-wal",
        "SELECT name FROM sqlite_schema",
    );
    assert!(tables.is_empty() && bytes == 0);
    assert_eq!(
        open("sets/foreign-page-size", "SELECT 1 FROM sqlite_schema").1,
        3072
    );
}

#[test]
fn the_readme_quotes_an_example_that_runs() {
    let file = root().join("crates/stillframe-history/examples/state_after.rs");
    let source = fs::read_to_string(file).unwrap();
    let (_, quoted) = source.split_once("\n\n").unwrap();
    let (quoted, _) = quoted.split_once("\nfn main").unwrap();
    let readme = read(Path::new("README.md"));
    assert_eq!(blocks(&readme, "rust"), [quoted]);

    let sandbox = sandbox();
    let [ours, theirs] = ["library.db", "command.db"].map(|name| sandbox.path().join(name));
    let backup = sandbox.path().join("fixtures/sets/orders");
    assert!(example::state_after(5, &backup, &ours).unwrap());
    let mut command = Command::new(STILLFRAME);
    command.args(["rebuild", "--at", "5", "-o"]).arg(&theirs);
    let output = command.arg(backup.join("app.db")).output().unwrap();
    assert!(output.status.success());
    assert!(fs::read(ours).unwrap() == fs::read(theirs).unwrap());
}

#[test]
fn the_readme_names_the_command_that_runs_the_tests() {
    let readme = read(Path::new("README.md"));
    let run = fs::read_to_string(root().join(".ci/run")).unwrap();
    let tests = blocks(&readme, "sh")
        .into_iter()
        .flat_map(str::lines)
        .find(|line| line.starts_with("cargo test"));
    let tests = tests.expect("the README says how to run the tests");
    assert!(run.lines().any(|line| line == tests), "{tests}");
}

/// The rule that CONTRIBUTING.md adds is not there yet, and its code is free.
#[test]
fn the_worked_example_takes_a_free_code() {
    let text = read(Path::new("CONTRIBUTING.md"));
    let declared = text
        .lines()
        .find(|line| line.ends_with("Warning since \"0.1.0\""));
    let mut words = declared
        .unwrap()
        .split('"')
        .filter(|word| !word.trim().is_empty());
    for word in [words.next().unwrap(), words.next().unwrap()] {
        let word = word.trim();
        assert!(
            stillframe_check::rule_with_code(word).is_none(),
            "{word} is taken"
        );
    }
}
