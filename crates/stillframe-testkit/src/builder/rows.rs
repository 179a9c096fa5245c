//! A large database for benchmarks: rows, indexes and a table without rowids, as use leaves them.

use std::path::Path;

use rusqlite::{Connection, params};

use super::{Seed, connect};

/// Rows of a million bytes of database, indexes included.
const ROWS_A_MEGABYTE: u64 = 2_000_000 / 700;
/// Rows of the table for each one of the table without rowids.
const ROWS_A_TAG: u64 = 4;

/// Makes a database of about `megabytes` million bytes at `path`: of 700 there are two million rows. It has three
/// indexes, a table without rowids and some overflow chains. Half of the rows are there before the indexes are made, so
/// that part of each is in the order of its pages and part is not.
pub fn large_database(path: &Path, megabytes: u64) {
    let connection = connect(path);
    let setup = "PRAGMA page_size=4096; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-2000000;
        CREATE TABLE entry(id INTEGER PRIMARY KEY, name TEXT, city TEXT, at INTEGER, amount REAL, note TEXT);
        CREATE TABLE tag(word TEXT, entry INTEGER, weight REAL, PRIMARY KEY(word, entry)) WITHOUT ROWID;";
    connection.execute_batch(setup).unwrap();
    let mut seed = Seed(megabytes);
    let rows = megabytes * ROWS_A_MEGABYTE;
    add_rows(&connection, &mut seed, rows / 2);
    let indexes =
        "CREATE INDEX entry_name ON entry(name); CREATE INDEX entry_city_at ON entry(city, at);
        CREATE INDEX entry_amount ON entry(amount);";
    connection.execute_batch(indexes).unwrap();
    add_rows(&connection, &mut seed, rows - rows / 2);
    connection.close().unwrap();
}

fn add_rows(connection: &Connection, seed: &mut Seed, rows: u64) {
    connection.execute_batch("BEGIN").unwrap();
    let sql = "INSERT INTO entry(name, city, at, amount, note) VALUES(?1, ?2, ?3, ?4, ?5)";
    let mut insert = connection.prepare(sql).unwrap();
    let mut tag = connection
        .prepare("INSERT OR IGNORE INTO tag VALUES(?1, ?2, ?3)")
        .unwrap();
    for row in 0..rows {
        let note = match seed.below(200) {
            // Some are too long for a page.
            0 => 2000 + seed.below(6000),
            _ => 60 + seed.below(270),
        };
        let (name, city) = (text(seed, 12), seed.below(2000));
        let (at, amount) = (seed.below(1 << 31) as i64, seed.bits() as i32);
        let row_id = insert
            .insert(params![
                name,
                format!("city {city}"),
                at,
                f64::from(amount) / 100.0,
                text(seed, note)
            ])
            .unwrap();
        if row % ROWS_A_TAG == 0 {
            tag.execute(params![text(seed, 8), row_id, f64::from(amount) / 7.0])
                .unwrap();
        }
    }
    connection.execute_batch("COMMIT").unwrap();
}

fn text(seed: &mut Seed, length: u64) -> String {
    let mut text = String::with_capacity(length as usize + 8);
    while text.len() < length as usize {
        let letters = seed.bits().to_le_bytes();
        text.extend(letters.map(|byte| char::from(b'a' + byte % 26)));
    }
    text.truncate(length as usize);
    text
}
