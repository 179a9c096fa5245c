//! Every WAL set of the corpora that `STILLFRAME_CORPORA` names, against what SQLite 3.54.1 says of it.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read its input fails"
)]

mod common;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use stillframe_history::{
    BackupSet, Image, Input, JournalState, Refusal, Rollback, SuperJournalFile, Timeline,
};

/// The corpora, or a visible line that they are skipped.
fn corpora() -> Option<PathBuf> {
    let folder = std::env::var_os("STILLFRAME_CORPORA").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: STILLFRAME_CORPORA does not name the corpora");
    }
    folder
}

/// The sections of an EXPECTED file.
fn expected(folder: &Path) -> HashMap<String, String> {
    let text = fs::read_to_string(folder.join("EXPECTED")).unwrap();
    let mut sections = HashMap::new();
    let mut name = String::new();
    for line in text.lines() {
        match line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'))
        {
            Some(section) => name = section.to_owned(),
            None => {
                let section: &mut String = sections.entry(name.clone()).or_default();
                section.push_str(line);
                section.push('\n');
            }
        }
    }
    sections
}

/// The sets of one kind.
fn folders(corpora: &Path, kind: &str) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir(corpora.join("sqlite-testsuite").join(kind))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    folders
}

fn input(folder: &Path, name: &str) -> Option<Input> {
    let bytes = fs::read(folder.join(name)).ok()?;
    Some(Input::new(name, bytes))
}

fn set(folder: &Path) -> BackupSet {
    BackupSet {
        database: input(folder, "t.db"),
        wal: input(folder, "t.db-wal"),
        wal_index: input(folder, "t.db-shm"),
        journal: input(folder, "t.db-journal"),
        // They were recorded far from where a super-journal would be.
        super_journal: SuperJournalFile::Missing,
        ..BackupSet::default()
    }
}

/// `mxFrame=.. nPage=.. szPage=.. bigEnd=.. cksum=..,.. salt=..,.. nBackfill=..` as we see it.
fn wal_index(timeline: &Timeline) -> String {
    let commit = timeline.last_commit();
    let header = timeline.header().filter(|_| commit.is_some());
    let (big, salts) = header.map_or((0, Default::default()), |header| {
        (header.magic & 1, header.salts)
    });
    let sum = commit.map_or(Default::default(), |commit| commit.checksum);
    format!(
        "mxFrame={} nPage={} szPage={} bigEnd={big} cksum={:08x},{:08x} salt={:08x},{:08x} nBackfill=0",
        timeline.mx_frame(),
        commit.map_or(0, |commit| commit.size_after),
        timeline
            .page_size()
            .filter(|_| commit.is_some())
            .map_or(0, |size| size.get()),
        sum.s0,
        sum.s1,
        salts.salt1,
        salts.salt2,
    )
}

#[test]
fn every_wal_set_is_what_sqlite_says() {
    let Some(corpora) = corpora() else { return };
    let folders = folders(&corpora, "wal");
    assert!(folders.len() >= 361, "{} sets", folders.len());
    let (mut images, mut indexes, mut files) = (0, 0, 0);
    for folder in &folders {
        let name = folder.file_name().unwrap().to_string_lossy();
        let expected = expected(folder);
        let set = set(folder);
        let (timeline, image) = Image::read(&set, None, &()).unwrap();
        if let Some(index) = expected.get("wal_index") {
            let ours = wal_index(&timeline);
            if timeline.mx_frame() > 0 {
                assert_eq!(ours, index.trim_end(), "{name}");
            } else {
                assert!(index.starts_with("mxFrame=0 nPage=0 "), "{name}: {index}");
            }
            indexes += 1;
        }
        if expected["image"].trim() == "none" {
            assert!(set.wal_would_be_deleted(), "{name}");
            continue;
        }
        let image = image.unwrap();
        if let Some(refusal) = image.refusal() {
            assert!(
                matches!(refusal, Refusal::Growth { .. }),
                "{name}: {refusal}"
            );
            continue;
        }
        let read = |file: &str| fs::read(folder.join(file)).ok();
        let logical = read("expected.img").or_else(|| read("t.db")).unwrap();
        let ours = common::shown(&image);
        assert!(
            ours == logical,
            "{name}: {} and {} bytes",
            ours.len(),
            logical.len()
        );
        images += 1;
        if expected["after_close"].starts_with("rc=0 wal=-1") {
            let left = read("after_close.db").unwrap_or(logical);
            let ours = common::rebuilt(&set, &image);
            assert!(
                ours == left,
                "{name}: {} and {} bytes",
                ours.len(),
                left.len()
            );
            files += 1;
        }
    }
    println!(
        "{} sets: {indexes} wal-indexes, {images} images and {files} files equal SQLite's",
        folders.len()
    );
}

/// The length of a file as EXPECTED has it: -1 where it is gone.
fn length_of(line: &str, file: &str) -> i64 {
    let value = line
        .split(' ')
        .find_map(|word| word.strip_prefix(file)?.strip_prefix('='));
    value.unwrap().trim_end().parse().unwrap()
}

#[test]
fn every_journal_set_is_what_sqlite_says() {
    let Some(corpora) = corpora() else { return };
    let folders: Vec<PathBuf> = ["jrnl", "jrnl0"]
        .into_iter()
        .flat_map(|kind| folders(&corpora, kind))
        .collect();
    assert!(folders.len() >= 553, "{} sets", folders.len());
    let (mut images, mut files, mut refused, mut kept, mut rolled_back) = (0, 0, 0, 0, 0);
    for folder in &folders {
        let name = folder.file_name().unwrap().to_string_lossy();
        let expected = expected(folder);
        let set = set(folder);
        let read = |file: &str| fs::read(folder.join(file)).ok();
        let after = &expected["after_close"];

        // The journal is kept or deleted.
        let rollback = Rollback::read(&set, &()).unwrap();
        let is_kept = match rollback.state() {
            JournalState::NotHot => rollback.length() as i64,
            JournalState::SuperJournalUnknown => unreachable!("it is known"),
            _ => -1,
        };
        assert_eq!(length_of(after, "journal"), is_kept, "{name}: {rollback:?}");
        kept += u32::from(is_kept > 0);

        // The file that SQLite leaves.
        let image = Image::read(&set, None, &()).unwrap().1.unwrap();
        rolled_back += u32::from(image.rollback().is_some());
        assert_eq!(image.bytes() as i64, length_of(after, "db"), "{name}");
        let is_none = expected["image"].starts_with("none");
        if let Some(refusal) = image.refusal() {
            assert!(is_none, "{name}: {refusal}");
            refused += 1;
            continue;
        }
        // An empty one is none, too.
        let logical = match is_none {
            true => Vec::new(),
            false => read("expected.img").or_else(|| read("t.db")).unwrap(),
        };
        assert!(common::shown(&image) == logical, "{name}");
        images += 1;
        let left = [read("after_close.db"), Some(logical), read("t.db")]
            .into_iter()
            .flatten()
            .find(|left| left.len() as i64 == length_of(after, "db"));
        assert!(common::rebuilt(&set, &image) == left.unwrap(), "{name}");
        files += 1;
    }
    println!(
        "{} sets: {rolled_back} are rolled back, {kept} journals kept, {images} images and {files} files equal SQLite's, {refused} are refused",
        folders.len()
    );
    assert!(rolled_back > 300);
}
