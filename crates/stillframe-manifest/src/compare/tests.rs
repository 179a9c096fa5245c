#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

use stillframe_history::Input;
use stillframe_testkit::builder::{Plan, SetBuilder};

use super::*;
use crate::Manifest;

fn set(database: &[u8], wal: Option<&[u8]>) -> BackupSet {
    BackupSet {
        database: Some(Input::new("app.db", database.to_vec())),
        wal: wal.map(|wal| Input::new("app.db-wal", wal.to_vec())),
        ..BackupSet::default()
    }
}

/// What is recorded, once it was written and read.
fn record(set: &BackupSet) -> SetRecord {
    let record = SetRecord::of("data/app.db", set, &()).unwrap();
    let text = Manifest::new(vec![record.clone()]).to_json();
    let read = Manifest::parse(&text).unwrap().sets.remove(0);
    assert_eq!(read, record);
    read
}

/// A database in use, with a few commits in its WAL.
fn live() -> SetBuilder {
    let mut live = SetBuilder::new("manifest", &Plan::with_page_size(512));
    live.commit("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)");
    live.checkpoint("TRUNCATE");
    for id in 0..5 {
        live.commit(&format!(
            "INSERT INTO t(v) VALUES(printf('%.400c', 'x') || {id})"
        ));
    }
    live
}

fn compared(record: &SetRecord, live: &SetBuilder) -> Difference {
    let set = set(&live.file(""), Some(&live.file("-wal")));
    compare(record, &set, &()).unwrap()
}

#[test]
fn the_same_files_are_the_same() {
    let live = live();
    let (database, wal) = (live.file(""), live.file("-wal"));
    let record = record(&set(&database, Some(&wal)));
    let difference = compared(&record, &live);
    assert!(difference.is_same() && difference.is_same_database());
    assert_eq!(difference.wal, None);
    assert!(difference.pages.is_empty());
    let image = record.image.unwrap();
    assert_eq!(image.fingerprints.sums.len(), image.pages as usize);
}

/// A checkpoint ran between: no member is the same, and the database is.
#[test]
fn a_checkpoint_changes_files_and_no_database() {
    let mut live = live();
    let record = record(&set(&live.file(""), Some(&live.file("-wal"))));
    live.checkpoint("TRUNCATE");
    let alone = compare(&record, &set(&live.file(""), None), &()).unwrap();
    assert!(alone.is_same_database() && !alone.is_older());
    assert_eq!(alone.wal, Some(WalDifference::Gone(5)));
    assert_eq!(alone.members.len(), 2);
    let wal = &alone.members[1];
    assert_eq!((wal.suffix.as_str(), wal.found), ("-wal", None));
    // Then it went on.
    live.commit("UPDATE t SET v = 'y' WHERE id = 1");
    let newer = compared(&record, &live);
    assert_eq!(newer.same_image, Some(false));
    assert_eq!(newer.wal, Some(WalDifference::Newer(1)));
    assert_eq!(newer.schema_cookies, None);
    let recorded_later = SetRecord::of(
        "app.db",
        &set(&live.file(""), Some(&live.file("-wal"))),
        &(),
    );
    let older = compare(&recorded_later.unwrap(), &set(&live.file(""), None), &()).unwrap();
    assert!(older.is_older());
}

/// What was recorded and one commit more is in the file, and the WAL is empty: nothing is missing.
#[test]
fn a_wal_that_was_checkpointed_later_is_not_missing() {
    let mut live = live();
    let record = record(&set(&live.file(""), Some(&live.file("-wal"))));
    live.commit("UPDATE t SET v = 'y' WHERE id = 1");
    live.checkpoint("TRUNCATE");
    for wal in [None, Some(&[][..])] {
        let later = compare(&record, &set(&live.file(""), wal), &()).unwrap();
        assert_eq!(later.wal, Some(WalDifference::Gone(5)));
        assert_eq!(later.same_image, Some(false));
        assert!(!later.is_older());
    }
}

#[test]
fn missing_commits_are_counted() {
    let live = live();
    let (database, wal) = (live.file(""), live.file("-wal"));
    let whole = record(&set(&database, Some(&wal)));
    let frames = whole.wal.as_ref().unwrap().mx_frame as usize;
    for kept in 0..frames {
        let cut = set(&database, Some(&wal[..32 + kept * 536]));
        let difference = compare(&whole, &cut, &()).unwrap();
        assert_eq!(difference.same_image, Some(false), "{kept}");
        assert!(difference.is_older());
        let record = SetRecord::of("app.db", &cut, &()).unwrap();
        let missing = 5 - record.wal.map_or(0, |wal| wal.commits);
        let expected = match kept {
            0 => WalDifference::Gone(5),
            _ => WalDifference::Shorter(missing),
        };
        assert_eq!(difference.wal, Some(expected), "{kept}");
    }
    let cut = record(&set(&database, Some(&wal[..32 + 536])));
    let difference = compared(&cut, &live);
    assert!(matches!(difference.wal, Some(WalDifference::Longer(4 | 5))));
    assert!(!difference.is_older());
}

/// Each damaged page is named, and no other.
#[test]
fn pages_that_differ_are_named() {
    let live = live();
    live.checkpoint("TRUNCATE");
    let database = live.file("");
    let record = record(&set(&database, None));
    for page in 1..=database.len() / 512 {
        let mut other = database.clone();
        other[page * 512 - 1] ^= 1;
        let difference = compare(&record, &set(&other, None), &()).unwrap();
        assert_eq!(difference.pages, [(page as u32, page as u32)]);
        assert_eq!(difference.same_image, Some(false));
        assert!(!difference.is_older());
    }
}

/// Large databases have few fingerprints, and the pages around what differs are named.
#[test]
fn many_pages_have_few_fingerprints() {
    let live = SetBuilder::new("large", &Plan::with_page_size(512));
    live.sql("CREATE TABLE t(v)");
    live.sql(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000) \
         INSERT INTO t SELECT printf('%.400c', 'x') || i FROM n",
    );
    live.checkpoint("TRUNCATE");
    let database = live.file("");
    let pages = (database.len() / 512) as u32;
    let record = record(&set(&database, None));
    let prints = &record.image.as_ref().unwrap().fingerprints;
    assert_eq!(prints.pages_each, 4);
    assert_eq!(prints.sums.len() as u32, pages.div_ceil(4));
    let mut other = database.clone();
    for page in [6, 7, 9, 5000, pages] {
        other[page as usize * 512 - 1] ^= 1;
    }
    let difference = compare(&record, &set(&other, None), &()).unwrap();
    let last = (pages - 1) / 4 * 4 + 1;
    assert_eq!(difference.pages, [(5, 12), (4997, 5000), (last, pages)]);
}

#[test]
fn what_is_no_manifest_is_refused() {
    for text in ["", "{}", "[1]", "{\"stillframe_manifest\": 1}", "not json"] {
        assert!(Manifest::parse(text).is_err(), "{text}");
    }
    let later = Manifest::parse("{\"stillframe_manifest\": 2, \"sets\": \"of another form\"}");
    assert_eq!(
        later.unwrap_err().to_string(),
        "it is a manifest of version 2, expected 1: a newer stillframe made it"
    );
}
