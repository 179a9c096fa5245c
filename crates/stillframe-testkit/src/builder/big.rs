//! Large WALs for benchmarks, written straight to disk.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::{Seed, connect};
use crate::naive::{FRAME_HEADER, Writer};

/// Bytes of a page of these databases.
pub const PAGE_SIZE: usize = 4096;
/// Leaf pages of the hot table, four rows each.
const HOT_PAGES: u64 = 1_660;

/// Which pages the frames of a large WAL hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// The same 1,660 pages or so again and again.
    Hot,
    /// Nearly every page once.
    Distinct,
}

/// `app.db` and `app.db-wal` in `folder`, made by SQLite with 4 KiB pages: about `megabytes` million bytes of WAL in
/// `commits` commits (11,000 make a realistic hot WAL, 50 a distinct one). Answers the two paths.
pub fn big_wal(folder: &Path, megabytes: u64, shape: Shape, commits: u64) -> (PathBuf, PathBuf) {
    let database = folder.join("app.db");
    let connection = connect(&database);
    let setup = "PRAGMA page_size=4096; PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA wal_autocheckpoint=0;
        PRAGMA cache_size=100000; CREATE TABLE t(id INTEGER PRIMARY KEY, b BLOB);";
    connection.execute_batch(setup).unwrap();
    let mut seed = Seed(megabytes);
    if shape == Shape::Hot {
        connection.execute_batch("BEGIN").unwrap();
        for _ in 0..4 * HOT_PAGES {
            insert(&connection, &seed.bytes(1000));
        }
        connection.execute_batch("COMMIT").unwrap();
    }
    connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .unwrap();
    let frames = megabytes * 1_000_000 / (PAGE_SIZE + FRAME_HEADER) as u64;
    for commit in 0..commits {
        connection.execute_batch("BEGIN").unwrap();
        for _ in frames * commit / commits..frames * (commit + 1) / commits {
            match shape {
                Shape::Hot => update(
                    &connection,
                    1 + 4 * seed.below(HOT_PAGES),
                    &seed.bytes(1000),
                ),
                Shape::Distinct => insert(&connection, &seed.bytes(3900)),
            }
        }
        connection.execute_batch("COMMIT").unwrap();
    }
    connection.close().unwrap();
    (database, folder.join("app.db-wal"))
}

/// A valid WAL of about `bytes` bytes without its database, written without SQLite: 4 KiB frames that name
/// `distinct_pages` pages in turn, with a commit at every hundredth frame and the last one.
pub fn huge_wal(path: &Path, bytes: u64, distinct_pages: u32) -> io::Result<()> {
    let frames = (bytes / (PAGE_SIZE + FRAME_HEADER) as u64).max(1);
    let mut file = File::create(path)?;
    let mut writer = Writer::new(PAGE_SIZE as u32, (0x5711_f4a3, 0x0b1e_c0de), 0);
    let mut page = Seed(bytes).bytes(PAGE_SIZE);
    for frame in 0..frames {
        let commits = frame % 100 == 99 || frame + 1 == frames;
        page[..8].copy_from_slice(&frame.to_le_bytes());
        writer.frame(
            (frame % u64::from(distinct_pages)) as u32 + 1,
            &page,
            if commits { distinct_pages } else { 0 },
        );
        if commits {
            file.write_all(&writer.take())?;
        }
    }
    Ok(())
}

fn insert(connection: &Connection, blob: &[u8]) {
    connection
        .prepare_cached("INSERT INTO t(b) VALUES(?1)")
        .unwrap()
        .execute([blob])
        .unwrap();
}

fn update(connection: &Connection, row: u64, blob: &[u8]) {
    let mut statement = connection
        .prepare_cached("UPDATE t SET b = ?2 WHERE id = ?1")
        .unwrap();
    statement.execute((row as i64, blob)).unwrap();
}
