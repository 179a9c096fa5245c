//! The folder `fixtures/`: written from [`cases::all`], or compared with it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::cases::{self, Case, Sqlite};

const HEAD: &str = "# Fixtures

Each folder below `bad/` is wrong in exactly one way and triggers exactly the rule that it is named for; those below `good/` only
look wrong, or show what is normal. `sets/` tells stories. Everything random in them is fixed, so that they are the same bytes at
every run of `cargo run -p stillframe-testkit -- fixtures`, which writes this file too. The makers are in
`crates/stillframe-testkit/src/cases/`. `truth/` has schema and rows as the live connections showed them when copies were made, for what
repairs and rebuilds have to give back. What happened in the backups that `sets/` and others stand for, and what to do then, is in
[docs/scenarios.md](../docs/scenarios.md).

*SQLite says* is what SQLite 3.54.1 answers when it opens the set, reads every row and runs `integrity_check`; a test asks it.

| fixture | what is wrong | rules | SQLite says | how it was made |
|---|---|---|---|---|
";

const LINES: &str = "
Those below `lines/` show what only a command line asks for: archives, and what is expected of a set. In the folder,
`stillframe check` with these words finds what the fixture is named for, and nothing worse.

| fixture | what is told | rule | command | exit status | how it was made |
|---|---|---|---|---|---|
";

/// Writes every fixture and the table of them below `folder`, over what is there.
pub fn write(folder: &Path) -> io::Result<()> {
    for (path, bytes) in files() {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("a fixture lies in a folder"))?;
        fs::write(path, bytes)?;
    }
    Ok(())
}

/// What differs between `folder` and the fixtures as they would be written, one line a file; nothing if they are up to
/// date.
pub fn check(folder: &Path) -> io::Result<Vec<String>> {
    let mut differences = Vec::new();
    let wanted = files();
    for (path, bytes) in &wanted {
        match fs::read(folder.join(path)) {
            Ok(found) if found == *bytes => {}
            Ok(_) => differences.push(format!("{}: differs", path.display())),
            Err(error) => differences.push(format!("{}: {error}", path.display())),
        }
    }
    for family in ["bad", "good", "lines", "sets", "truth"] {
        for path in files_below(&folder.join(family))? {
            let path = path
                .strip_prefix(folder)
                .expect("it lies below the folder")
                .to_owned();
            if !wanted.contains_key(&path) {
                differences.push(format!("{}: no case makes this file", path.display()));
            }
        }
    }
    Ok(differences)
}

/// Every file of the folder, by its path in it.
fn files() -> BTreeMap<PathBuf, Vec<u8>> {
    let cases = cases::all();
    let mut files = BTreeMap::from([(PathBuf::from("README.md"), table(&cases).into_bytes())]);
    for (name, content) in cases::truths() {
        let path = Path::new("truth").join(name).with_extension("txt");
        files.insert(path, content.into_bytes());
    }
    for case in cases {
        for (name, bytes) in case.files {
            files.insert(Path::new(case.path).join(name), bytes);
        }
    }
    for line in cases::lines() {
        for (name, bytes) in line.files {
            files.insert(Path::new(line.path).join(name), bytes);
        }
    }
    files
}

fn table(cases: &[Case]) -> String {
    let mut text = HEAD.to_owned();
    for case in cases {
        let rules = if case.expects.is_empty() {
            "none above note".to_owned()
        } else {
            case.expects.join(", ")
        };
        let sqlite = match case.sqlite {
            Sqlite::Content => "ok".to_owned(),
            Sqlite::Refuses(code) => format!("error {code}"),
            Sqlite::Complains => "malformed".to_owned(),
            Sqlite::DeletesWal => "empty, and deletes the WAL".to_owned(),
        };
        writeln!(
            text,
            "| `{}` | {} | {rules} | {sqlite} | {} |",
            case.path, case.what, case.made
        )
        .expect("a String can be written to");
    }
    text += LINES;
    for line in cases::lines() {
        let words: Vec<String> = line.words.iter().map(|word| quoted(word)).collect();
        writeln!(
            text,
            "| `{}` | {} | {} | `check {}` | {} | {} |",
            line.path,
            line.what,
            line.code(),
            words.join(" "),
            line.exit,
            line.made
        )
        .expect("a String can be written to");
    }
    text
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    match word.contains([' ', '>']) {
        true => format!("'{word}'"),
        false => word.to_owned(),
    }
}

fn files_below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let (mut folders, mut files) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path)
            } else {
                files.push(path)
            }
        }
    }
    Ok(files)
}
