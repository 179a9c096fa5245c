//! Sets with their wal-index, and what is changed in one.

use std::fs::OpenOptions;
use std::io::{Seek, SeekFrom, Write};

use super::material::{MORE_ROWS, ROWS, SALTS, TABLE, wal_mode};
use crate::builder::{Plan, Set, SetBuilder};
use crate::oracle::{open as open_database, private_folder};
use crate::rewrite::{native, put_native, resalt, resalt_index, seal_index};

type Files = Vec<(&'static str, Vec<u8>)>;

/// A checkpointed database, and a WAL of six commits; all of it is known to the wal-index.
pub fn live() -> Files {
    let mut set = open();
    for id in [1, 30, 60, 90, 120, 150] {
        update(&mut set, id);
    }
    fixed(&set.copy())
}

/// [`live`] with a change to its wal-index.
pub fn live_but(change: impl FnOnce(&mut Vec<u8>)) -> Files {
    let mut files = live();
    change(&mut files[2].1);
    files
}

/// [`live`] with a change to the header of its wal-index, both copies of it, whose checksum is right.
pub fn live_but_header(offset: usize, change: impl Fn(u32) -> u32) -> Files {
    live_but(|index| {
        for copy in [0, 48] {
            let old = native(index, copy + offset);
            put_native(index, copy + offset, change(old));
        }
        seal_index(index);
    })
}

/// [`live`] without its WAL.
pub fn without_wal() -> Files {
    let mut files = live();
    files.remove(1);
    files
}

/// A checkpoint that a reader held back, its WAL and its wal-index.
pub fn held_back() -> Files {
    let mut set = open();
    update(&mut set, 1);
    update(&mut set, 30);
    let reader = set.reader();
    update(&mut set, 60);
    update(&mut set, 90);
    assert_eq!(set.checkpoint("PASSIVE"), (0, 4, 2));
    let files = fixed(&set.copy());
    drop(reader);
    files
}

/// A checkpointed database, and the wal-index of a WAL of one commit that makes it larger, without the WAL.
pub fn grown_without_wal() -> Files {
    let mut set = open();
    set.commit(LARGER);
    let mut files = fixed(&set.copy());
    files.remove(1);
    files
}

/// The database as it was before a commit that makes it larger, and the others when all was checkpointed and the WAL was
/// emptied.
pub fn database_before_growth() -> Files {
    let mut set = open();
    let database = set.file("");
    set.commit(LARGER);
    let larger = set.copy();
    set.checkpoint("TRUNCATE");
    let mut files = fixed(&Set {
        database,
        shm: Some(set.file("-shm")),
        ..larger
    });
    files[1].1 = set.file("-wal");
    // That of the last frame, which is as the salts are: at every run others.
    for copy in [0, 48] {
        put_native(&mut files[2].1, copy + 24, 0);
        put_native(&mut files[2].1, copy + 28, 0);
    }
    seal_index(&mut files[2].1);
    files
}

/// The database and the wal-index when all was checkpointed and the WAL was still there.
pub fn all_checkpointed() -> Files {
    let mut set = open();
    update(&mut set, 1);
    set.checkpoint("PASSIVE");
    let mut files = fixed(&set.copy());
    files.remove(1);
    files
}

/// A database that was closed cleanly, and the wal-index that there is while it is only read again.
pub fn visited() -> Files {
    let folder = private_folder();
    let path = folder.path().join("app.db");
    std::fs::write(&path, wal_mode(512)).unwrap();
    let visitor = open_database(&path).unwrap();
    let count = "SELECT count(*) FROM orders";
    let rows: u32 = visitor.query_row(count, [], |row| row.get(0)).unwrap();
    assert!(rows > 0);
    let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    vec![
        ("app.db", read("app.db")),
        ("app.db-shm", read("app.db-shm")),
    ]
}

/// The wal-index is copied first, and two commits are done before the WAL is.
pub fn index_first() -> Files {
    let mut set = open();
    update(&mut set, 1);
    let index = set.file("-shm");
    update(&mut set, 30);
    update(&mut set, 60);
    fixed(&Set {
        shm: Some(index),
        ..set.copy()
    })
}

/// The wal-index is copied first, and the WAL is begun anew before it is.
pub fn index_before_reset() -> Files {
    let mut set = open();
    update(&mut set, 1);
    let index = set.file("-shm");
    set.checkpoint("PASSIVE");
    update(&mut set, 30);
    fixed(&Set {
        shm: Some(index),
        ..set.copy()
    })
}

/// The wal-index is copied last, when all was checkpointed, the WAL was begun anew, and that was checkpointed, too.
pub fn index_after_reset() -> Files {
    let mut set = open();
    update(&mut set, 1);
    let before = set.copy();
    set.checkpoint("PASSIVE");
    update(&mut set, 30);
    set.checkpoint("PASSIVE");
    fixed(&Set {
        shm: Some(set.file("-shm")),
        ..before
    })
}

/// The database is copied before the checkpoint that the wal-index tells of.
pub fn database_first() -> Files {
    let mut set = open();
    update(&mut set, 1);
    update(&mut set, 60);
    let database = set.file("");
    set.checkpoint("PASSIVE");
    fixed(&Set {
        database,
        ..set.copy()
    })
}

/// Copied in the middle of a transaction that is larger than the cache.
pub fn uncommitted() -> Files {
    let plan = Plan {
        cache_size: 5,
        ..Plan::with_page_size(512)
    };
    let mut set = open_with(&plan);
    update(&mut set, 1);
    set.sql("BEGIN; UPDATE orders SET cents = cents + 1 WHERE id < 60");
    fixed(&set.copy())
}

/// A checkpoint that took the first frames for copied, as after the WAL-reset bug: nBackfill was set too far while the
/// connection was open. The last commit makes the database larger, so that it shows where its pages come from.
pub fn skipped() -> Files {
    fixed(&open_skipped().copy())
}

/// What the live connection showed of [`skipped`].
pub fn truth() -> String {
    open_skipped().content()
}

fn open_skipped() -> SetBuilder {
    let mut set = open();
    for id in [1, 30, 60] {
        update(&mut set, id);
    }
    take_for_copied(&set, 2);
    update(&mut set, 90);
    set.commit(LARGER);
    let (_, frames, copied) = set.checkpoint("PASSIVE");
    assert_eq!(frames, copied);
    set
}

/// What remains of that when the last connection is closed: the database alone, without pages of a transaction that
/// changed most of them.
pub fn closed_after_skipping() -> Vec<u8> {
    let mut set = open();
    set.commit(
        "DELETE FROM orders WHERE id % 3 = 0;
         UPDATE orders SET customer = customer || ' and ' || item, item = item || ' (sold)'",
    );
    let frames = native(&set.file("-shm"), 16);
    take_for_copied(&set, frames - 3);
    update(&mut set, 100);
    set.close()
}

/// Sets nBackfill and nBackfillAttempted to so many frames.
fn take_for_copied(set: &SetBuilder, frames: u32) {
    let mut index = OpenOptions::new()
        .write(true)
        .open(set.path("-shm"))
        .unwrap();
    for offset in [96, 128] {
        index.seek(SeekFrom::Start(offset)).unwrap();
        index.write_all(&frames.to_ne_bytes()).unwrap();
    }
}

/// [`skipped`] without its wal-index.
pub fn skipped_without_index() -> Files {
    let mut files = skipped();
    files.remove(2);
    files
}

/// Makes the database some pages larger.
const LARGER: &str = "INSERT INTO orders SELECT NULL, customer, item, cents FROM orders LIMIT 40";

/// All was checkpointed, and the page of the third of five commits is in the database file as it was before. The last
/// commit makes the database larger.
pub fn lost_write() -> Files {
    let mut set = open();
    let before = set.file("");
    for id in [1, 30, 60, 90] {
        update(&mut set, id);
    }
    set.commit(LARGER);
    set.checkpoint("PASSIVE");
    let mut set = set.copy();
    let page = crate::naive::accept(&set.wal).unwrap().frames[2].page as usize;
    let range = (page - 1) * 512..page * 512;
    set.database[range.clone()].copy_from_slice(&before[range]);
    fixed(&set)
}

/// All was checkpointed, and the last of three commits is cut from the WAL, which has an older frame of one of its pages.
pub fn hidden() -> Files {
    let mut set = open();
    update(&mut set, 1);
    update(&mut set, 60);
    set.commit("UPDATE orders SET cents = 200 WHERE id IN (1, 90)");
    set.checkpoint("PASSIVE");
    let mut files = fixed(&set.copy());
    files[1].1.truncate(32 + 2 * (24 + 512));
    files
}

fn open() -> SetBuilder {
    open_with(&Plan::with_page_size(512))
}

fn open_with(plan: &Plan) -> SetBuilder {
    let mut set = SetBuilder::new("indexed", plan);
    set.commit(TABLE).commit(ROWS).commit(MORE_ROWS);
    set.checkpoint("TRUNCATE");
    set
}

/// One commit of one frame.
fn update(set: &mut SetBuilder, id: u32) {
    set.commit(&format!("UPDATE orders SET cents = 100 WHERE id = {id}"));
}

/// The files of a set with the salts of the fixtures.
fn fixed(set: &Set) -> Files {
    let wal = resalt(&set.wal, SALTS.0, SALTS.1);
    let index = set.shm.as_ref().expect("a connection is open");
    let index = resalt_index(index, &set.wal, &wal);
    vec![
        ("app.db", set.database.clone()),
        ("app.db-wal", wal),
        ("app.db-shm", index),
    ]
}
