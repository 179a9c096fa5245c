//! Whether a WAL goes together with the database file beside it: what is said of sets that SQLite made, of sets that
//! differ in one field, and of the one that nothing can be said of.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::set;
use stillframe_format::PageNumber;
use stillframe_history::{
    Age, BackupSet, Field, Mismatch, Stale, Timeline, Unexplained, last_frame_of,
};
use stillframe_testkit::builder::{Plan, SetBuilder};
use stillframe_testkit::naive;
use stillframe_testkit::oracle::Oracle;

fn mismatch(set: &BackupSet) -> Option<Mismatch> {
    let timeline = Timeline::read(set, &()).unwrap();
    let page_1 = last_frame_of(PageNumber::FIRST, set, &timeline, &()).unwrap();
    Mismatch::of(set, &timeline, page_1, &()).unwrap()
}

/// The fields of page 1 that are compared.
#[derive(Clone, Copy)]
struct First {
    counter: u32,
    pages: u32,
    cookie: u32,
    largest_root: u32,
    encoding: u32,
    reserved: u8,
    content: u8,
}

const FIRST: First = First {
    counter: 5,
    pages: 3,
    cookie: 7,
    largest_root: 0,
    encoding: 1,
    reserved: 0,
    content: 0,
};

impl First {
    fn page(self) -> Vec<u8> {
        let mut page = vec![self.content; 512];
        page[..100].fill(0);
        page[..16].copy_from_slice(b"SQLite format 3\0");
        page[16..24].copy_from_slice(&[2, 0, 2, 2, self.reserved, 64, 32, 32]);
        let fields = [
            (24, self.counter),
            (28, self.pages),
            (40, self.cookie),
            (44, 4),
            (52, self.largest_root),
            (56, self.encoding),
            (92, self.counter),
        ];
        for (offset, value) in fields {
            page[offset..offset + 4].copy_from_slice(&value.to_be_bytes());
        }
        page
    }

    /// A database file of three pages.
    fn file(self) -> Vec<u8> {
        [self.page(), vec![2; 512], vec![3; 512]].concat()
    }
}

/// A commit of page 2 alone, one of page 1 as the database file has it after it, and one with a larger change counter.
fn wal() -> Vec<u8> {
    let mut wal = naive::Writer::new(512, (1, 2), 0);
    wal.frame(2, &[20; 512], 3);
    wal.frame(
        1,
        &First {
            counter: 6,
            ..FIRST
        }
        .page(),
        3,
    );
    let last = First {
        counter: 9,
        cookie: 9,
        ..FIRST
    };
    wal.frame(1, &last.page(), 3);
    wal.into_bytes()
}

fn found(first: First) -> Option<(Field, u32, u32, u32)> {
    match mismatch(&set(&first.file(), &wal())) {
        Some(Mismatch::Unexplained(Unexplained {
            field,
            database,
            wal,
            frame,
        })) => Some((field, database, wal, frame.get())),
        None => None,
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_field_that_does_not_follow_is_found() {
    assert_eq!(found(FIRST), None);
    for (first, expected) in [
        (
            First {
                counter: 7,
                ..FIRST
            },
            (Field::ChangeCounter, 7, 6, 2),
        ),
        (First { cookie: 8, ..FIRST }, (Field::SchemaCookie, 8, 7, 2)),
        (
            First {
                encoding: 2,
                ..FIRST
            },
            (Field::TextEncoding, 2, 1, 2),
        ),
        (
            First {
                largest_root: 3,
                ..FIRST
            },
            (Field::LargestRootPage, 3, 0, 2),
        ),
        (
            First {
                reserved: 8,
                ..FIRST
            },
            (Field::ReservedBytes, 8, 0, 2),
        ),
    ] {
        assert_eq!(found(first), Some(expected));
    }
}

/// With another schema cookie the schema was changed in between, and with it all may have been.
#[test]
fn what_a_vacuum_may_have_changed_says_nothing() {
    let older = First {
        cookie: 6,
        largest_root: 3,
        encoding: 2,
        ..FIRST
    };
    assert_eq!(found(older), None);
    let empty = First {
        encoding: 0,
        ..FIRST
    };
    assert_eq!(found(empty), None);
}

#[test]
fn a_size_changes_with_page_1_alone() {
    let mut other = naive::Writer::new(512, (1, 2), 0);
    other.frame(2, &[20; 512], 4);
    other.frame(4, &[40; 512], 4);
    let other = other.into_bytes();
    let grown = mismatch(&set(&FIRST.file(), &other));
    let expected = Unexplained {
        field: Field::SizeInPages,
        database: 3,
        wal: 4,
        frame: stillframe_wal::FrameNumber::new(1).unwrap(),
    };
    assert_eq!(grown, Some(Mismatch::Unexplained(expected)));
    let counted = First { pages: 4, ..FIRST };
    assert_eq!(mismatch(&set(&counted.file(), &other)), None);
    // SQLite takes over how many pages the file has, where page 1 counts fewer.
    let longer = [FIRST.file(), vec![4; 512]].concat();
    assert_eq!(mismatch(&set(&longer, &other)), None);
    // A size that nobody believes says nothing.
    let mut unbelieved = FIRST.file();
    unbelieved[95] = 1;
    assert_eq!(mismatch(&set(&unbelieved, &other)), None);
}

/// A page behind those that page 1 of the file counts is in the file and in no frame: it was brought there before the WAL was
/// begun, and page 1 in the file is older.
#[test]
fn a_page_behind_those_that_the_file_counts_came_from_the_wal() {
    let last = First {
        counter: 9,
        pages: 5,
        ..FIRST
    };
    let wal = |pages: &[u32]| {
        let mut wal = naive::Writer::new(512, (1, 2), 0);
        for &page in pages {
            wal.frame(page, &[page as u8; 512], 0);
        }
        wal.frame(1, &last.page(), 5);
        wal.into_bytes()
    };
    let torn = [FIRST.file(), vec![4; 512], vec![5; 512]].concat();
    let expected = Unexplained {
        field: Field::SizeInPages,
        database: 3,
        wal: 5,
        frame: stillframe_wal::FrameNumber::new(2).unwrap(),
    };
    for other in [4, 5] {
        let found = mismatch(&set(&torn, &wal(&[other])));
        assert_eq!(found, Some(Mismatch::Unexplained(expected)));
    }
    // A checkpoint that is under way, or what was never written.
    assert_eq!(mismatch(&set(&torn, &wal(&[5, 4]))), None);
    let hole = [FIRST.file(), vec![0; 512], vec![5; 512]].concat();
    assert_eq!(mismatch(&set(&hole, &wal(&[5]))), None);
    assert_eq!(mismatch(&set(&FIRST.file(), &wal(&[4, 5]))), None);
}

/// Page 1 in the file is newer than the first in the WAL, and a checkpoint brought it there.
#[test]
fn what_a_frame_holds_is_explained() {
    let mut copied = FIRST;
    copied.counter = 9;
    copied.cookie = 9;
    assert_eq!(found(copied), None);
    let newer = First {
        counter: 6,
        content: 7,
        cookie: 8,
        ..FIRST
    };
    assert!(mismatch(&set(&newer.file(), &wal())).is_some());
    // A frame that nothing proves to be of a commit can be one that was being written: no checkpoint copied it.
    let mut damaged = wal();
    let end = damaged.len() - 1;
    damaged[end] ^= 1;
    let expected = Stale {
        database: Age {
            change_counter: 6,
            schema_cookie: 8,
        },
        wal: Age {
            change_counter: 6,
            schema_cookie: 7,
        },
        pages: None,
    };
    let found = mismatch(&set(&newer.file(), &damaged));
    assert_eq!(found, Some(Mismatch::Stale(expected)));
    // Where a commit behind it is intact, it was one, and may have held what is in the file.
    let mut longer = naive::Writer::new(512, (1, 2), 0);
    for (page, bytes) in [
        (2, vec![20; 512]),
        (1, page(6)),
        (1, page(9)),
        (2, vec![21; 512]),
    ] {
        longer.frame(page, &bytes, 3);
    }
    let longer = longer.into_bytes();
    let mut damaged = longer.clone();
    damaged[32 + 3 * 536 - 1] ^= 1;
    assert!(mismatch(&set(&newer.file(), &longer)).is_some());
    assert_eq!(mismatch(&set(&newer.file(), &damaged)), None);
    // Not where what is intact behind it is itself damaged.
    let end = damaged.len() - 1;
    damaged[end] ^= 1;
    assert!(mismatch(&set(&newer.file(), &damaged)).is_some());
}

fn page(counter: u32) -> Vec<u8> {
    First { counter, ..FIRST }.page()
}

/// A WAL that was copied before the database file was checkpointed again, cut anywhere, be it in mid-frame, and with what
/// an older generation left behind it: SQLite cuts the database back, and it is said. The same WAL over the file as it was
/// then is never called stale.
#[test]
fn a_wal_cut_anywhere_before_what_the_file_holds_is_stale() {
    let mut builder = SetBuilder::new("cut", &Plan::with_page_size(512));
    builder.commit("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)");
    let grow = "INSERT INTO t SELECT NULL, printf('%.400c', 'x') FROM json_each('[1,2,3,4,5,6,7]')";
    builder.commit(grow).commit(grow);
    builder.checkpoint("RESTART");
    builder
        .commit("UPDATE t SET v = 'y' WHERE id = 2")
        .commit(grow);
    let (before, first) = (builder.file(""), builder.file("-wal"));
    let log = |wal: &[u8]| {
        let timeline = Timeline::read(&set(&before, wal), &()).unwrap();
        32 + timeline.mx_frame() as usize * 536
    };
    let left = first[log(&first)..].to_vec();
    assert!(left.len() > 536, "frames of the generation before");
    builder.commit(grow);
    let wal = builder.file("-wal");
    let second = builder.file("");
    builder.checkpoint("PASSIVE");
    let after = builder.file("");
    let (oracle, whole) = (Oracle::new(), log(&wal));
    let rows = |database: &[u8], wal: &[u8]| {
        let count = "SELECT count(*) FROM t";
        oracle.query(database, Some(wal), count).unwrap()
    };
    assert_ne!(rows(&after, &wal), rows(&after, &first));
    for end in log(&first)..whole {
        let mut with_left = wal[..end].to_vec();
        with_left.extend(&first[end.min(first.len())..]);
        for cut in [&wal[..end], &with_left] {
            if log(cut) == whole {
                // What was left there ends as the last page does.
                continue;
            }
            let found = mismatch(&set(&after, cut));
            assert!(
                matches!(found, Some(Mismatch::Stale(_))),
                "{end}: {found:?}"
            );
            if end % 97 == 0 {
                assert_eq!(rows(&after, cut), rows(&after, &first));
            }
            for sound in [&before, &second] {
                assert_eq!(mismatch(&set(sound, cut)), None, "{end}");
            }
        }
    }
    for file in [&before, &second, &after] {
        assert_eq!(mismatch(&set(file, &wal)), None);
    }
}

/// Of sets of every kind that SQLite leaves, copied before and after a checkpoint and in between, nothing is said.
#[test]
fn nothing_is_said_of_a_set_that_belongs_together() {
    for auto_vacuum in ["NONE", "INCREMENTAL"] {
        let plan = Plan {
            auto_vacuum,
            ..Plan::with_page_size(512)
        };
        let mut builder = SetBuilder::new("together", &plan);
        builder
            .commit("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)")
            .commit("CREATE TABLE spare(x)");
        let mut files = vec![builder.file("")];
        for round in 0..24_u32 {
            let sql = match round % 8 {
                0 | 3 => {
                    "INSERT INTO t SELECT NULL, printf('%.200c', 'x') FROM json_each('[1,2,3,4,5,6,7]')"
                }
                1 => "UPDATE t SET v = upper(v) || id WHERE id % 3 = 1",
                2 => "DELETE FROM t WHERE id % 5 = 0",
                4 => "PRAGMA incremental_vacuum(2)",
                5 => "VACUUM",
                6 => {
                    "SAVEPOINT s; INSERT INTO t(v) VALUES('gone'); ROLLBACK TO s; UPDATE t SET v = 'y' WHERE id = 1; RELEASE s"
                }
                _ => "PRAGMA user_version = 3",
            };
            if round % 3 == 0 {
                // Another connection takes the change counter on.
                let other = builder.reader();
                let write = "COMMIT; INSERT INTO spare VALUES(2)";
                other.execute_batch(write).unwrap();
            }
            builder.commit(sql);
            let wal = builder.file("-wal");
            files.push(builder.file(""));
            for file in &files {
                assert_eq!(mismatch(&set(file, &wal)), None, "round {round}");
            }
            match round {
                7 | 13 => {
                    let reader = builder.reader();
                    builder.commit("UPDATE t SET v = 'later' WHERE id = 2");
                    let (_, frames, copied) = builder.checkpoint("PASSIVE");
                    drop(reader);
                    // The next commit begins the WAL anew, and files from before do not belong to that.
                    if frames == copied {
                        files.clear();
                    }
                    files.push(builder.file(""));
                }
                10 | 18 => {
                    builder.checkpoint("RESTART");
                    files = vec![builder.file("")];
                }
                _ => {}
            }
        }
    }
}

/// One connection wrote over rows in place: page 1 was not written, and the file is newer than the WAL all the same. No
/// byte of page 1 tells, and nothing is claimed.
#[test]
fn nothing_can_be_said_of_writes_that_leave_page_1_alone() {
    let mut builder = SetBuilder::new("unknowable", &Plan::with_page_size(512));
    builder
        .commit("CREATE TABLE t(id INTEGER PRIMARY KEY, v INTEGER)")
        .commit("INSERT INTO t VALUES(1, 100)");
    builder.checkpoint("TRUNCATE");
    builder.commit("UPDATE t SET v = 101");
    let wal = builder.file("-wal");
    builder.commit("UPDATE t SET v = 102");
    builder.checkpoint("TRUNCATE");
    assert_eq!(mismatch(&set(&builder.file(""), &wal)), None);
}
