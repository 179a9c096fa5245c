//! Databases that SQLite made, their rows, entries and schema damaged at random, thousands of times: what is printed is
//! what `PRAGMA integrity_check` and `PRAGMA quick_check` print, row for row and word for word.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot make its input fails"
)]

use stillframe_check::content::Level;
use stillframe_check::pragma::MOST_ROWS;
use stillframe_testkit::builder::{Plan, Seed, SetBuilder};
use stillframe_testkit::naive::put16;
use stillframe_testkit::oracle::Oracle;
use support::printed::{Counts, assert_same_in_any_order, compare, judge_in_halves};

mod support;

/// Cases of each database.
const CASES: u64 = 500;

/// Something of all that the check looks at, and nothing that takes an SQL evaluator.
const CONTENT: &str = "
    CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT NOT NULL COLLATE NOCASE, b BLOB, n NUMERIC, r REAL);
    CREATE UNIQUE INDEX t_v ON t(v, n DESC);
    CREATE INDEX t_b ON t(b);
    CREATE TABLE w(a TEXT COLLATE RTRIM, b INTEGER, c UNIQUE, PRIMARY KEY(a, b DESC)) WITHOUT ROWID;
    CREATE INDEX w_c ON w(c DESC, b);
    CREATE TABLE s(i INT NOT NULL, r REAL, x TEXT, a ANY, b BLOB, UNIQUE(i, x)) STRICT;
    CREATE TABLE g(a INT, b INT AS (a + 1) STORED);
    CREATE VIEW both AS SELECT v FROM t UNION SELECT a FROM w;
    CREATE TRIGGER on_g AFTER INSERT ON g BEGIN DELETE FROM g WHERE a < 0; END;
    INSERT INTO t(v, b, n, r) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 90)
      SELECT CASE i % 2 WHEN 0 THEN 'V' ELSE 'v' END || (i * 7919 % 1000),
        zeroblob(CASE WHEN i % 30 = 0 THEN 3000 ELSE i % 9 END), CASE i % 7 WHEN 0 THEN NULL ELSE i * 1000 END, i / 4.0 FROM n;
    INSERT INTO w WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
      SELECT 'a' || (i % 9) || substr('   ', 1, i % 3), i % 20, CASE i % 5 WHEN 0 THEN NULL ELSE i END FROM n WHERE true
      ON CONFLICT DO NOTHING;
    INSERT INTO s WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)
      SELECT i % 10, i, 'x' || i, CASE i % 3 WHEN 0 THEN 'any' ELSE i END, zeroblob(i % 4) FROM n;
    INSERT INTO g(a) SELECT i FROM s;
    ALTER TABLE g ADD COLUMN d TEXT NOT NULL DEFAULT 12;
    CREATE INDEX g_d ON g(d, b);
    INSERT INTO g(a, d) SELECT i, 'd' || x FROM s;
    DELETE FROM t WHERE id % 11 = 0;
    ANALYZE;";

/// What takes an SQL evaluator, or an application's own code: indexes with a WHERE clause, on expressions and on columns
/// that are computed when they are read, under a collation that SQLite does not have, and CHECK constraints.
const APART: &str = "
    CREATE TABLE p(id INTEGER PRIMARY KEY, v TEXT NOT NULL COLLATE NOCASE, n INT, r REAL, x TEXT);
    CREATE INDEX p_part ON p(n) WHERE n > 30;
    CREATE UNIQUE INDEX p_expr ON p(lower(v), n DESC);
    CREATE INDEX p_both ON p(substr(v, 2), v COLLATE RTRIM) WHERE x IS NOT NULL;
    CREATE INDEX p_plain ON p(r, v);
    CREATE TABLE c(a TEXT COLLATE backwards, b INT, d TEXT UNIQUE COLLATE backwards, CHECK (b < 1000));
    CREATE INDEX c_a ON c(a, b);
    CREATE INDEX c_b ON c(b, a) WHERE b <> 7;
    CREATE TABLE y(a INT, b TEXT, s AS (a * 2) VIRTUAL, t TEXT AS (b || '-') VIRTUAL NOT NULL);
    CREATE INDEX y_s ON y(s);
    CREATE INDEX y_t ON y(t, a);
    CREATE TABLE u(k TEXT, l INT, m, PRIMARY KEY(l, k DESC)) WITHOUT ROWID;
    CREATE INDEX u_expr ON u(m || k);
    CREATE UNIQUE INDEX u_part ON u(m) WHERE m IS NOT NULL;
    CREATE TABLE o(k TEXT COLLATE backwards PRIMARY KEY, l INT) WITHOUT ROWID;
    CREATE INDEX o_l ON o(l);
    INSERT INTO p(v, n, r, x) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 90)
      SELECT CASE i % 2 WHEN 0 THEN 'V' ELSE 'v' END || (i * 7919 % 1000), i % 60, i / 4.0,
        CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN 'x' ELSE printf('%.*c', 300 * (i % 20 = 2), 'x') END FROM n;
    INSERT INTO c WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50)
      SELECT 'a' || (i * 31 % 17), i % 20, 'd' || (i * 7919 % 1000) FROM n;
    INSERT INTO y(a, b) SELECT b, d FROM c;
    INSERT INTO u SELECT a || d, b, CASE b % 4 WHEN 0 THEN NULL ELSE d END FROM c;
    INSERT INTO o SELECT d, b FROM c;
    DELETE FROM p WHERE id % 11 = 0;";

fn plans() -> Vec<Plan> {
    let plan = |page_size, auto_vacuum, encoding| Plan {
        page_size,
        auto_vacuum,
        encoding,
        journal_mode: "DELETE",
        ..Plan::default()
    };
    vec![
        plan(512, "NONE", "UTF-8"),
        plan(1024, "FULL", "UTF-8"),
        plan(4096, "NONE", "UTF-8"),
        plan(512, "NONE", "UTF-16le"),
        plan(1024, "INCREMENTAL", "UTF-16be"),
        plan(65536, "NONE", "UTF-8"),
    ]
}

/// A page of a b-tree: where its header begins, and its cells.
struct Tree {
    header: usize,
    pointers: usize,
    cells: Vec<usize>,
    has_rowids: bool,
    is_leaf: bool,
}

fn two(bytes: &[u8], at: usize) -> usize {
    usize::from(u16::from_be_bytes([bytes[at], bytes[at + 1]]))
}

fn tree(database: &[u8], page: usize, size: usize) -> Option<Tree> {
    let start = page * size;
    let header = start + if page == 0 { 100 } else { 0 };
    let flags = database[header];
    if !matches!(flags, 2 | 5 | 10 | 13) {
        return None;
    }
    let is_leaf = flags >= 10;
    let pointers = header + if is_leaf { 8 } else { 12 };
    let count = two(database, header + 3).min(size / 4);
    let cells = (0..count).map(|cell| start + two(database, pointers + 2 * cell));
    let cells: Vec<usize> = cells.filter(|&at| at + 40 < start + size).collect();
    (cells.len() > 1).then_some(Tree {
        header,
        pointers,
        cells,
        has_rowids: matches!(flags, 5 | 13),
        is_leaf,
    })
}

/// Changes some bytes of cells, more often than not such that the pages stay in order.
fn damage(database: &mut [u8], size: usize, seed: &mut Seed) {
    let pages = database.len() / size;
    for _ in 0..1 + seed.below(2) {
        let page = match seed.below(5) {
            0 => 0,
            _ => seed.below(pages as u64) as usize,
        };
        let Some(tree) = tree(database, page, size) else {
            continue;
        };
        let cells = tree.cells.len() as u64;
        let (first, second) = (seed.below(cells) as usize, seed.below(cells) as usize);
        let (a, b) = (tree.cells[first], tree.cells[second]);
        // Where the record begins, if both varints before it are of one byte.
        let record = a + usize::from(!tree.is_leaf) * 4 + if tree.has_rowids { 2 } else { 1 };
        let types = record + 1 + seed.below(5) as usize;
        match seed.below(12) {
            0 => database[record] = seed.below(12) as u8,
            1 | 2 => database[types] = seed.below(14) as u8,
            3 => database[types] ^= 1 << seed.below(8),
            4 => database[types] = seed.pick(&[0, 8, 9, 1, 7, 12, 13, 17, 0x80]),
            5 | 6 => {
                let at = record + seed.below(30) as usize;
                database[at.min(a + 39)] ^= 1 << seed.below(8);
            }
            7 => database[a + seed.below(3) as usize] ^= 1 << seed.below(4),
            8 => {
                // Two cells change places.
                let pointer = |cell: usize| tree.pointers + 2 * cell;
                let (one, two) = (
                    two(database, pointer(first)),
                    two(database, pointer(second)),
                );
                put16(database, pointer(first), two as u16);
                put16(database, pointer(second), one as u16);
            }
            9 => {
                // One cell's content stands in another, too.
                let length = 4 + seed.below(12) as usize;
                let skip = usize::from(!tree.is_leaf) * 4 + usize::from(tree.has_rowids) * 2;
                database.copy_within(b + skip..b + skip + length, a + skip);
            }
            10 => {
                // The last cell is not counted, and its place is lost.
                put16(database, tree.header + 3, cells as u16 - 1);
            }
            _ => {
                let at = a + seed.below(40) as usize;
                database[at] = seed.bits() as u8;
            }
        }
    }
}

/// Changes letters of the statements in `sqlite_schema`, and its root pages.
fn damage_schema(database: &mut [u8], size: usize, seed: &mut Seed) {
    let Some(tree) = tree(database, 0, size).filter(|tree| tree.is_leaf) else {
        return damage(database, size, seed);
    };
    let cell = tree.cells[seed.below(tree.cells.len() as u64) as usize];
    let end = (cell + 250).min(size);
    let at = cell + seed.below((end - cell) as u64) as usize;
    database[at] = match seed.below(3) {
        0 => database[at] ^ (1 << seed.below(8)),
        1 => seed.pick(b"(),' \"azAZ019_-;"),
        _ => seed.bits() as u8,
    };
}

#[test]
fn what_is_printed_is_what_sqlite_prints() {
    let counts = compared(CONTENT);
    assert!(counts["equal, with problems"] >= 3000);
}

/// Where SQLite evaluates expressions nothing is printed that SQLite does not print, and most of what it does.
#[test]
fn nothing_is_printed_that_sqlite_does_not_print() {
    let counts = compared(APART);
    assert!(counts["equal, with problems"] >= 2390);
    assert!(counts["ok, and what it takes an SQL evaluator to find is wrong"] <= 93);
    assert!(counts["with problems of entries"] >= 300);
}

/// How the cases of a schema came out.
fn compared(schema: &str) -> Counts {
    let databases: Vec<(Plan, Vec<u8>)> = plans()
        .into_iter()
        .map(|plan| {
            let builder = SetBuilder::new("content", &plan);
            builder.sql(schema);
            (plan, builder.close())
        })
        .collect();
    judge_in_halves(|half| judge(&databases, half))
}

/// Every second case.
fn judge(databases: &[(Plan, Vec<u8>)], half: u64) -> Counts {
    let oracle = Oracle::new();
    let mut counts = Counts::new();
    for (index, (plan, database)) in databases.iter().enumerate() {
        let size = plan.page_size as usize;
        for level in [Level::Full, Level::Quick] {
            assert_eq!(
                compare(&oracle, database, level, MOST_ROWS, "as it was made"),
                "equal, ok"
            );
        }
        for case in (half..CASES).step_by(2) {
            let mut seed = Seed(index as u64 * CASES + case);
            let mut database = database.clone();
            match case % 8 {
                0 => damage_schema(&mut database, size, &mut seed),
                _ => damage(&mut database, size, &mut seed),
            }
            let most = seed.pick(&[MOST_ROWS, MOST_ROWS, 0, 1, 2, 3, 7, 1000]);
            let what = format!("case {case} of {plan:?}");
            if assert_same_in_any_order(&database, Level::Full, &what) {
                *counts.entry("with problems of entries").or_default() += 1;
            }
            for level in [Level::Full, Level::Quick] {
                let outcome = compare(&oracle, &database, level, most, &what);
                *counts.entry(outcome).or_default() += 1;
            }
        }
    }
    counts
}
