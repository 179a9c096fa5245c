//! Pages into which others than SQLite write: sums in the bytes that it reserves, and encryption.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

use std::fs;

use stillframe_database::page_checksum::holds;
use stillframe_format::{PageNumber, Pages as _};
use stillframe_history::rebuild::{Start, rebuild};
use stillframe_history::{
    BackupSet, Image, Input, Missed, Overtaken, Refusal, Residue, Timeline, exactness,
};
use stillframe_testkit::builder::{Plan, Set, SetBuilder};
use stillframe_testkit::{naive, rewrite};
use stillframe_wal::CommitNumber;

fn set(set: &Set) -> BackupSet {
    BackupSet {
        database: Some(Input::new("app.db", set.database.clone())),
        wal: Some(Input::new("app.db-wal", set.wal.clone())),
        ..BackupSet::default()
    }
}

fn rebuilt(set: &BackupSet, at: CommitNumber) -> Vec<u8> {
    let timeline = Timeline::read(set, &()).unwrap();
    let image = Image::at(set, &timeline, at, &()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.db");
    let mut output = fs::File::create(&path).unwrap();
    rebuild(&image, &mut output, Start::Empty, None, &()).unwrap();
    fs::read(path).unwrap()
}

/// Thirteen commits, and a checkpoint: behind the last, or before it so that the WAL was begun anew.
fn story(page_size: u32, reserved: u8, checkpoint: &str) -> Set {
    let plan = Plan {
        page_size,
        reserved,
        ..Plan::default()
    };
    let mut set = SetBuilder::new("others-bytes", &plan);
    set.commit("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT); CREATE INDEX tv ON t(v)");
    for id in 1..=12 {
        set.commit(&format!(
            "INSERT INTO t VALUES({id}, printf('%.300c', {id} % 10)); UPDATE t SET v = v || 'x' WHERE id = 1"
        ));
        if id == if checkpoint == "PASSIVE" { 12 } else { 6 } {
            set.checkpoint(checkpoint);
        }
    }
    set.copy()
}

/// Sums that only the database file has are no difference between a page and the frame that a checkpoint took it from:
/// what is known of a set is the same with them and without.
#[test]
fn sums_in_reserved_bytes_are_no_difference() {
    for checkpoint in ["PASSIVE", "RESTART"] {
        for page_size in [512, 4096] {
            let plain = story(page_size, 8, checkpoint);
            let mut summed = plain.clone();
            rewrite::stamp(&mut summed.database);
            assert_ne!(summed.database, plain.database);
            let known = [plain, summed].map(|files| {
                let set = set(&files);
                let (timeline, image) = Image::read(&set, None, &()).unwrap();
                let image = image.unwrap();
                let residue = Residue::read(set.wal.as_ref(), &timeline, &()).unwrap();
                let missed = Missed::of(&set, &timeline, &residue, &image, &()).unwrap();
                let exactness = exactness(&set, &timeline).unwrap();
                let overtaken = Overtaken::of(&set, &timeline, &exactness, &image).unwrap();
                assert_eq!(missed, None, "{checkpoint} {page_size}");
                (exactness, overtaken)
            });
            assert_eq!(known[0], known[1], "{checkpoint} {page_size}");
            // Were nothing the same there, the test would show nothing.
            let copied = known[0].0.backfilled_pages();
            assert_eq!(copied > 0, checkpoint == "PASSIVE", "{copied}");
        }
    }
}

/// What a checkpoint with `cksumvfs` writes: the pages that SQLite's own leaves, all with their sums.
#[test]
fn a_rebuilt_database_has_its_sums() {
    let mut files = story(512, 8, "PASSIVE");
    let commits = naive::commits(&files.wal).len() as u32;
    let plain: Vec<Vec<u8>> = (1..=commits)
        .map(|at| rebuilt(&set(&files), CommitNumber::new(at)))
        .collect();
    rewrite::stamp(&mut files.database);
    for (at, mut expected) in (1..).zip(plain) {
        let database = rebuilt(&set(&files), CommitNumber::new(at));
        assert!(database.chunks(512).all(holds), "commit {at}");
        rewrite::stamp(&mut expected);
        assert_eq!(database, expected, "commit {at}");
    }
    // Where the file has none, none are written.
    files
        .database
        .chunks_mut(512)
        .for_each(|page| page[508] ^= 1);
    let database = rebuilt(&set(&files), CommitNumber::new(commits));
    assert!(!database.chunks(512).any(holds));
}

/// The pages of a commit are put together without the key: they are the encrypted pages of the same commit in clear.
#[test]
fn encrypted_pages_are_put_together() {
    for in_clear in [0..0, 16..24, 0..32] {
        let plain = story(1024, 48, "PASSIVE");
        let files = rewrite::encrypt(plain.clone(), in_clear.clone());
        let encrypted = set(&files);
        let timeline = Timeline::read(&encrypted, &()).unwrap();
        let commits = naive::commits(&plain.wal).len() as u32;
        assert_eq!(timeline.last(), CommitNumber::new(commits));
        for at in 0..=commits {
            let at = CommitNumber::new(at);
            let image = Image::at(&encrypted, &timeline, at, &()).unwrap();
            assert!(matches!(image.refusal(), Some(Refusal::Encrypted(_))));
            let database = rebuilt(&set(&plain), at);
            let expected = rewrite::encrypt(
                Set {
                    database,
                    wal: plain.wal.clone(),
                    ..plain.clone()
                },
                in_clear.clone(),
            );
            assert_eq!(rebuilt(&encrypted, at), expected.database, "commit {at}");
        }
        // A cipher may write the same page otherwise each time: every page that the file has may have been copied.
        let exact = exactness(&encrypted, &timeline).unwrap();
        let image = Image::at(&encrypted, &timeline, timeline.last(), &()).unwrap();
        let stored = files.database.len() as u32 / 1024;
        let in_wal = image.overlay().iter();
        let in_wal = in_wal.filter(|(page, _)| page.get() <= stored).count();
        assert_eq!(exact.backfilled_pages(), in_wal);
        assert!(image.page(PageNumber::FIRST).is_ok());
    }
}
