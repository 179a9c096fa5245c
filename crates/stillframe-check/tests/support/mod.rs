//! What the tests share: sets from folders, and the codes of what is found in them.
#![allow(dead_code, reason = "no test uses all of it")]

use std::fs;
use std::path::{Path, PathBuf};

use stillframe_check::{Evidence, Report, Severity, Tied};
use stillframe_history::{
    BackupSet, Child, Input, Listing, SuperJournalFile, SuperJournalName, Tie,
};

pub mod counted;
pub mod printed;

/// The set of the files in `folder` whose database is named `database`.
pub fn set(folder: &Path, database: &str) -> BackupSet {
    let input = |suffix: &str| {
        let name = format!("{database}{suffix}");
        let bytes = fs::read(folder.join(&name)).ok()?;
        Some(Input::new(name, bytes))
    };
    BackupSet {
        database: input(""),
        wal: input("-wal"),
        wal_index: input("-shm"),
        journal: input("-journal"),
        ..BackupSet::default()
    }
}

/// What a check says of a set.
pub fn report(set: &BackupSet) -> Report {
    Report::new(&Evidence::gather(set, &()).unwrap())
}

/// What a check of all databases in `folder` says of the one named `database`, as the command does it.
pub fn report_in(folder: &Path, database: &str) -> Report {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| name(&entry.unwrap().path()))
        .filter(|name| name.ends_with(".db"))
        .collect();
    names.sort();
    let child = |name: &String| {
        let journal = folder.join(format!("{name}-journal"));
        let journal = journal.into_os_string().into_encoded_bytes();
        Child::read(&tied_set(folder, name), journal, &()).unwrap()
    };
    let children: Vec<Child> = names.iter().map(child).collect();
    let ties = Tie::all(&children, &listings(folder));
    let set = tied_set(folder, database);
    let mut evidence = Evidence::gather(&set, &()).unwrap();
    let own = names.iter().position(|name| name == database);
    if let Some(own) = own {
        evidence.tied = Tied::of(&ties, &children, own);
    }
    Report::new(&evidence)
}

/// The super-journals in a folder.
fn listings(folder: &Path) -> Vec<Listing> {
    let files = fs::read_dir(folder).unwrap();
    let files = files.map(|file| file.unwrap().path());
    let lists = files.filter(|path| name(path).contains("-mj"));
    let listing = |path: PathBuf| {
        let list = Input::new(name(&path), fs::read(&path).unwrap());
        Listing::read(&list, path.into_os_string().into_encoded_bytes()).unwrap()
    };
    lists.filter_map(listing).collect()
}

/// A set, and the super-journal in the folder that its journal names.
fn tied_set(folder: &Path, database: &str) -> BackupSet {
    let mut set = set(folder, database);
    let named = SuperJournalName::of(&set).unwrap();
    let Some((named, beside)) = named.and_then(|name| Some((name.name, name.database?))) else {
        return set;
    };
    let last = |path: &[u8]| {
        let path = std::str::from_utf8(path).unwrap();
        path.rsplit('/').next().unwrap().to_owned()
    };
    set.super_journal = match fs::read(folder.join(last(&named))) {
        Ok(bytes) if bytes.is_empty() => SuperJournalFile::Empty,
        Ok(bytes) => {
            set.super_journal_list = Some(Input::new(last(&named), bytes));
            SuperJournalFile::Present
        }
        Err(_) if folder.join(last(&beside)).exists() => SuperJournalFile::Missing,
        Err(_) => SuperJournalFile::Unknown,
    };
    set
}

/// The codes of the findings of this severity or a worse one, in order.
pub fn codes(report: &Report, at_least: Severity) -> Vec<&'static str> {
    let findings = report.findings.iter();
    let mut codes: Vec<_> = findings
        .filter(|finding| finding.rule.severity >= at_least)
        .map(|finding| finding.rule.code)
        .collect();
    codes.sort_unstable();
    codes
}

/// The folders in `folder`, sorted by name; none where it is not there.
pub fn folders(folder: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

/// The last part of a path.
pub fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

/// The folder of the corpora, where one is named; else it is said that there is none.
pub fn corpora() -> Option<PathBuf> {
    let folder = std::env::var_os("STILLFRAME_CORPORA").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: STILLFRAME_CORPORA does not name the corpora");
    }
    folder
}

/// The damaged databases of the corpora, by name; beside each is what SQLite says of it.
pub fn damaged_databases(corpora: &Path) -> Vec<PathBuf> {
    let folders = ["sqlite-fuzzdata/extracted", "sqlite-hexdb"];
    let entries = folders.map(|folder| fs::read_dir(corpora.join(folder)).unwrap());
    let entries = entries.into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "db"));
    paths.sort();
    paths
}

/// All databases of the corpora, by name.
pub fn databases(corpora: &Path) -> Vec<PathBuf> {
    let mut paths = damaged_databases(corpora);
    for kind in ["wal", "jrnl", "jrnl0", "db"] {
        let folders = folders(&corpora.join("sqlite-testsuite").join(kind));
        let databases = folders.iter().map(|folder| folder.join("t.db"));
        paths.extend(databases.filter(|path| path.exists()));
    }
    paths.sort();
    paths
}

/// The set of a database file alone.
pub fn database_alone(path: &Path) -> BackupSet {
    BackupSet {
        database: Some(Input::new("app.db", fs::read(path).unwrap())),
        ..BackupSet::default()
    }
}
