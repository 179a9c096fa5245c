//! A database around the lock byte at 1 GiB, without writing a gigabyte.
//!
//! The pages before it belong to two rows of zeros, each half a gigabyte long, whose overflow chains are laid by hand:
//! only the first four bytes of such a page are not zero, and the file system keeps the rest as holes. SQLite then does
//! the writing.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use rusqlite::Connection;
use tempfile::TempDir;

use super::connect;
use crate::naive::{LOCK_BYTE, be32, put32};

const PAGE_SIZE: usize = 65536;
/// The page that SQLite never uses.
const LOCK_PAGE: u32 = (LOCK_BYTE / PAGE_SIZE as u64) as u32 + 1;
/// The first overflow page of the two long rows; 1 to 3 are the schema and the roots of `filler` and `t`.
const FIRST: u32 = 4;
/// Overflow pages of each of the two rows: the second chain ends two pages before the lock-byte page.
const CHAIN: u32 = (LOCK_PAGE - 1 - FIRST) / 2;

/// A set too large for memory: it lives in a folder of its own until it is dropped.
#[derive(Debug)]
pub struct GiantSet {
    /// The database file, mostly holes.
    pub database: PathBuf,
    /// Its WAL.
    pub wal: PathBuf,
    /// The page that SQLite never uses.
    pub lock_page: u32,
    _folder: TempDir,
}

/// A set whose WAL has frames on both sides of the lock-byte page.
///
/// With `checkpointed` the database file already reaches beyond it; otherwise only the WAL does, and the lock-byte page
/// is in neither of them.
pub fn lock_byte_set(checkpointed: bool) -> GiantSet {
    let folder = crate::oracle::private_folder();
    let database = folder.path().join("app.db");
    let connection = connect(&database);
    let setup = "PRAGMA page_size=65536; PRAGMA journal_mode=WAL;
        CREATE TABLE filler(id INTEGER PRIMARY KEY, b BLOB); CREATE TABLE t(id INTEGER PRIMARY KEY, b BLOB);";
    connection.execute_batch(setup).unwrap();
    checkpoint(&connection);
    connection.close().unwrap();
    lay_chains(&database);

    let connection = connect(&database);
    connection
        .execute_batch("PRAGMA wal_autocheckpoint=0; INSERT INTO t(b) VALUES(zeroblob(200000));")
        .unwrap();
    if checkpointed {
        checkpoint(&connection);
    }
    let changes = "UPDATE t SET b = randomblob(200000) WHERE id = 1; INSERT INTO t(b) VALUES(randomblob(100000));
        UPDATE filler SET id = 9 WHERE id = 8;";
    connection.execute_batch(changes).unwrap();
    connection.close().unwrap();
    let wal = folder.path().join("app.db-wal");
    GiantSet {
        database,
        wal,
        lock_page: LOCK_PAGE,
        _folder: folder,
    }
}

fn checkpoint(connection: &Connection) {
    connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .unwrap();
}

/// Gives `filler` its two rows and the database its size.
fn lay_chains(database: &std::path::Path) {
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(database)
        .unwrap();
    let last = FIRST + 2 * CHAIN - 1;
    file.set_len(u64::from(last) * PAGE_SIZE as u64).unwrap();
    let mut header = [0; 100];
    file.read_exact(&mut header).unwrap();
    let counter = be32(&header, 24);
    put32(&mut header, 28, last);
    put32(&mut header, 92, counter);
    write_at(&mut file, 0, &header);
    write_at(
        &mut file,
        PAGE_SIZE as u64,
        &leaf(&[cell(1, FIRST), cell(2, FIRST + CHAIN)]),
    );
    for page in FIRST..=last {
        let next = if (page - FIRST + 1).is_multiple_of(CHAIN) {
            0
        } else {
            page + 1
        };
        write_at(
            &mut file,
            u64::from(page - 1) * PAGE_SIZE as u64,
            &next.to_be_bytes(),
        );
    }
}

fn write_at(file: &mut File, offset: u64, bytes: &[u8]) {
    file.seek(SeekFrom::Start(offset)).unwrap();
    file.write_all(bytes).unwrap();
}

/// A table b-tree leaf with these cells.
fn leaf(cells: &[Vec<u8>]) -> Vec<u8> {
    let mut page = vec![0; PAGE_SIZE];
    let mut content = PAGE_SIZE;
    for (index, cell) in cells.iter().enumerate() {
        content -= cell.len();
        page[content..content + cell.len()].copy_from_slice(cell);
        page[8 + 2 * index..10 + 2 * index].copy_from_slice(&(content as u16).to_be_bytes());
    }
    page[0] = 0x0d;
    page[3..5].copy_from_slice(&(cells.len() as u16).to_be_bytes());
    page[5..7].copy_from_slice(&(content as u16).to_be_bytes());
    page
}

/// The cell of a row (NULL, zeros) that fills a chain of `CHAIN` overflow pages to the last byte.
fn cell(rowid: u8, overflow: u32) -> Vec<u8> {
    // A table leaf keeps at least this much of a payload (FORMAT: minLocal), and exactly this if the chain is full.
    let local = (PAGE_SIZE - 12) * 32 / 255 - 23;
    let payload = local as u64 + u64::from(CHAIN) * (PAGE_SIZE as u64 - 4);
    let mut record = vec![7, 0];
    record.extend(varint(2 * (payload - 7) + 12));
    record.resize(local, 0);
    let mut cell = varint(payload);
    cell.push(rowid);
    cell.extend(record);
    cell.extend(overflow.to_be_bytes());
    cell
}

/// Groups of seven bits, the highest first, the top bit set in all but the last.
fn varint(value: u64) -> Vec<u8> {
    let groups = (64 - value.leading_zeros()).div_ceil(7).max(1);
    let group = |index: u32| (value >> (7 * index)) as u8 & 0x7f;
    (0..groups)
        .rev()
        .map(|index| group(index) | if index > 0 { 0x80 } else { 0 })
        .collect()
}
