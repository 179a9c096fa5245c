//! A large hot journal for benchmarks, written by SQLite straight to disk.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Seed, connect};

/// Bytes of a page.
const PAGE_SIZE: u64 = 4096;

/// `hot.db` and `hot.db-journal` in `folder`, as a transaction over every page leaves them that is killed: about
/// `megabytes` million bytes each, with pages of 4 KiB, and a new segment of the journal whenever a cache of 8 MB was full.
/// Answers the two paths.
pub fn big_journal(folder: &Path, megabytes: u64) -> (PathBuf, PathBuf) {
    let made = folder.join("made.db");
    let connection = connect(&made);
    let setup = "PRAGMA page_size=4096; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;
        CREATE TABLE t(id INTEGER PRIMARY KEY, b BLOB); BEGIN";
    connection.execute_batch(setup).unwrap();
    let mut seed = Seed(megabytes);
    for _ in 0..megabytes * 1_000_000 / PAGE_SIZE {
        let insert = connection.prepare_cached("INSERT INTO t(b) VALUES(?1)");
        insert.unwrap().execute([seed.bytes(3900)]).unwrap();
    }
    let change = "COMMIT; PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL; PRAGMA cache_size=2000; BEGIN;
        UPDATE t SET b = zeroblob(3900)";
    connection.execute_batch(change).unwrap();
    let copy = |name: &str| {
        let to = folder.join(name.replace("made", "hot"));
        fs::copy(folder.join(name), &to).unwrap();
        to
    };
    let paths = (copy("made.db"), copy("made.db-journal"));
    connection.execute_batch("ROLLBACK").unwrap();
    connection.close().unwrap();
    fs::remove_file(made).unwrap();
    paths
}
