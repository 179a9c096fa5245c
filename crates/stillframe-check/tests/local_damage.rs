//! Trees of several levels, damaged in one place or a few: what is printed is what SQLite prints, and only what the damage
//! can reach is looked for in indexes.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot make its input fails"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use stillframe_check::content::{self, Level, content_in_order, read_schema, roots};
use stillframe_check::pragma::{MOST_ROWS, pragma};
use stillframe_check::walk::structure;
use stillframe_history::{BackupSet, Image, Input};
use stillframe_testkit::builder::{Plan, Seed, SetBuilder};
use stillframe_testkit::naive::put16;
use stillframe_testkit::oracle::Oracle;
use support::counted::Counted;
use support::printed::compare;

mod support;

const ROWS: &str = "
    CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT NOT NULL COLLATE NOCASE, n NUMERIC, b BLOB);
    CREATE UNIQUE INDEX t_v ON t(v);
    CREATE INDEX t_n ON t(n DESC, b);
    CREATE TABLE w(a TEXT, b INTEGER, c, PRIMARY KEY(a, b DESC)) WITHOUT ROWID;
    CREATE INDEX w_c ON w(c);
    INSERT INTO t(v, n, b) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
      SELECT CASE i % 2 WHEN 0 THEN 'V' ELSE 'v' END || (i * 7919 % 100003),
        CASE i % 7 WHEN 0 THEN NULL ELSE i * 7907 % 10007 END,
        zeroblob(CASE WHEN i % 90 = 0 THEN 1500 ELSE i % 9 END) FROM n;
    INSERT INTO w WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
      SELECT 'a' || (i % 97), i, CASE i % 5 WHEN 0 THEN NULL ELSE i * 7919 % 10009 END FROM n;
    DELETE FROM t WHERE id % 11 = 0;";

/// Indexes that take an SQL evaluator beside others, on tables with rowids and without.
const APART: &str = "
    CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT NOT NULL COLLATE NOCASE, n NUMERIC, b BLOB);
    CREATE UNIQUE INDEX t_v ON t(v);
    CREATE INDEX t_part ON t(n DESC, b) WHERE n > 3000;
    CREATE INDEX t_expr ON t(n + 1, v);
    CREATE TABLE w(a TEXT, b INTEGER, c, PRIMARY KEY(a, b DESC)) WITHOUT ROWID;
    CREATE INDEX w_c ON w(c);
    CREATE INDEX w_expr ON w(a || c);
    CREATE UNIQUE INDEX w_part ON w(c) WHERE c IS NOT NULL;
    CREATE TABLE p(a INTEGER, b TEXT);
    CREATE INDEX p_a ON p(a);
    INSERT INTO t(v, n, b) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000)
      SELECT CASE i % 2 WHEN 0 THEN 'V' ELSE 'v' END || (i * 7919 % 100003),
        CASE i % 7 WHEN 0 THEN NULL ELSE i * 7907 % 10007 END,
        zeroblob(CASE WHEN i % 90 = 0 THEN 1500 ELSE i % 9 END) FROM n;
    INSERT INTO w WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
      SELECT 'a' || (i % 97), i, CASE i % 5 WHEN 0 THEN NULL ELSE i * 7919 % 10009 END FROM n;
    INSERT INTO p SELECT n, v FROM t WHERE id < 1500;
    DELETE FROM t WHERE id % 11 = 0;";

/// Cases of each database.
const CASES: u64 = 150;
const LARGE_CASES: u64 = 12;
const APART_CASES: u64 = 30;

fn database(rows: &str, auto_vacuum: &'static str, encoding: &'static str) -> Vec<u8> {
    let builder = SetBuilder::new(
        "local",
        &Plan {
            page_size: 512,
            auto_vacuum,
            encoding,
            journal_mode: "DELETE",
            ..Plan::default()
        },
    );
    builder.sql(rows);
    builder.close()
}

/// Where a page of this kind begins, and its last cell.
fn page(database: &[u8], kind: u8, seed: &mut Seed) -> Option<(usize, usize)> {
    let pages = database.len() / 512;
    let first = seed.below(pages as u64) as usize;
    let mut starts = (0..pages).map(|page| (first + page) % pages * 512);
    // What begins like this and is well filled is no page of another kind.
    let at = starts.find(|&at| {
        let header = &database[at..at + 7];
        at > 0 && header[0] == kind && header[1] == 0 && header[3] == 0 && header[4] > 1
    })?;
    let cell = usize::from(database[at + 5]) << 8 | usize::from(database[at + 6]);
    (cell < 512).then_some((at, at + cell))
}

fn damage(database: &mut [u8], seed: &mut Seed) {
    let kind = seed.pick(&[0x0a, 0x0a, 0x0a, 0x0d, 0x0d, 0x02, 0x05]);
    let Some((at, cell)) = page(database, kind, seed) else {
        return;
    };
    let byte = cell + seed.below(24) as usize;
    let byte = byte.min(at + 511);
    match seed.below(8) {
        // Keys, types and lengths.
        0..4 => database[byte] ^= 1 << seed.below(8),
        4 => database[byte] = seed.bits() as u8,
        5 => database[at..at + 512].fill(0),
        // A page is what another one of the kind is.
        6 => {
            if let Some((other, _)) = page(database, kind, seed) {
                database.copy_within(other..other + 512, at);
            }
        }
        // A cell is not counted any more.
        _ => {
            let count = u16::from(database[at + 4]) - 1;
            put16(database, at + 3, count);
        }
    }
}

#[test]
fn what_is_printed_is_what_sqlite_prints() {
    let counts = compared(ROWS, CASES);
    assert!(counts["equal, with problems"] >= 400);
}

/// Of more than 1000 pages some rows are looked at before all else where the structure is damaged.
#[test]
fn what_is_printed_of_large_databases_is_what_sqlite_prints() {
    let rows = ROWS
        .replace("i < 2500", "i < 12000")
        .replace("i < 1500", "i < 4000");
    assert!(database(&rows, "NONE", "UTF-8").len() > 1300 * 512);
    let counts = compared(&rows, LARGE_CASES);
    assert!(counts["equal, with problems"] >= 30);
}

/// And nothing else where SQLite evaluates expressions.
#[test]
fn nothing_is_printed_that_sqlite_does_not_print() {
    let counts = compared(APART, APART_CASES);
    assert!(counts["equal, with problems"] >= 70);
}

/// How the cases of a database came out. In any order the same is found as row after row.
fn compared(rows: &str, cases: u64) -> BTreeMap<&'static str, u32> {
    let oracle = Oracle::new();
    let mut counts: BTreeMap<&'static str, u32> = BTreeMap::new();
    for (index, (auto_vacuum, encoding)) in [("NONE", "UTF-8"), ("FULL", "UTF-16le")]
        .into_iter()
        .enumerate()
    {
        let sound = database(rows, auto_vacuum, encoding);
        let usual = compare(&oracle, &sound, Level::Full, MOST_ROWS, "as it was made");
        assert_eq!(usual, "equal, ok");
        for case in 0..cases {
            let mut seed = Seed(index as u64 * cases + case);
            let mut database = sound.clone();
            for _ in 0..1 + case % 3 {
                damage(&mut database, &mut seed);
            }
            let most = seed.pick(&[MOST_ROWS, 1, 7, 100_000]);
            let what = format!("case {case}, auto-vacuum {auto_vacuum}");
            for level in [Level::Full, Level::Quick] {
                let outcome = compare(&oracle, &database, level, most, &what);
                *counts.entry(outcome).or_default() += 1;
                assert_same_in_any_order(&database, level, most, &what);
            }
        }
    }
    println!("{counts:#?}");
    assert_eq!(counts.get("wrong"), None);
    counts
}

fn assert_same_in_any_order(database: &[u8], level: Level, most: usize, what: &str) {
    let set = BackupSet {
        database: Some(Input::new("app.db", database.to_vec())),
        ..BackupSet::default()
    };
    let image = Image::read(&set, None, &()).unwrap().1.unwrap();
    let header = *image.header().unwrap();
    let Ok(schema) = read_schema(&image, &header).unwrap() else {
        return;
    };
    let structure = structure(&image, &header, &roots(&schema), 100, &()).unwrap();
    let counted = content::Counted {
        is_sound: structure.problems.is_empty(),
        counts: &structure.rows,
        damaged: &BTreeSet::new(),
    };
    let fast = content::content(&image, &header, &schema, &counted, level, most, &()).unwrap();
    let slow = content_in_order(&image, &header, &schema, &counted, level, most).unwrap();
    assert_eq!(fast, slow, "{what}, {level:?}");
}

/// How many times as many bytes are read of a database as it has, in full, and what is printed.
fn reads(database: &[u8]) -> (f64, Vec<String>) {
    let read = Arc::new(AtomicU64::new(0));
    let counted = Counted {
        bytes: database.to_vec(),
        read: Arc::clone(&read),
    };
    let set = BackupSet {
        database: Some(Input::new("app.db", counted)),
        ..BackupSet::default()
    };
    let image = Image::read(&set, None, &()).unwrap().1.unwrap();
    let header = *image.header().unwrap();
    let found = pragma(&image, &header, Level::Full, MOST_ROWS, &()).unwrap();
    let read = read.load(Ordering::Relaxed) as f64;
    (read / database.len() as f64, found.rows)
}

/// A row that is looked for in its indexes takes ten pages.
#[test]
fn what_is_wrong_in_one_place_is_looked_for_there() {
    let sound = database(ROWS, "NONE", "UTF-8");
    let (usual, rows) = reads(&sound);
    assert_eq!(rows, ["ok"]);
    let (mut seed, mut found) = (Seed(1), 0);
    for case in 0..24 {
        let mut database = sound.clone();
        let kind = [0x0a, 0x0d][case % 2];
        let (at, cell) = page(&database, kind, &mut seed).unwrap();
        match case % 3 {
            // The last byte of a value, or more than that.
            0 => database[at + 511] ^= 1,
            1 => database[cell + 4] ^= 0x40,
            // A count of free bytes, and nothing more.
            _ => database[at + 7] ^= 9,
        }
        let (damaged, rows) = reads(&database);
        found += u32::from(rows != ["ok"]);
        assert!(
            damaged < 5.0,
            "case {case}: {damaged} against {usual}, {rows:?}"
        );
    }
    assert!(found > 18, "{found}");
}
