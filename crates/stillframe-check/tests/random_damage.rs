//! Databases that SQLite made, damaged at random, thousands of times: the walk finds what SQLite's own check says, word
//! for word, in its order.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot make its input fails"
)]

use std::thread;

use stillframe_check::walk::{structure, structure_in_order};
use stillframe_history::{BackupSet, Image, Input};
use stillframe_testkit::builder::{Plan, Seed, SetBuilder};
use stillframe_testkit::oracle::Oracle;

/// Cases of each database.
const CASES: u64 = 400;

/// Messages that are compared of each.
const MOST: usize = 1000;

/// What is in each database: tables that grow and shrink, indexes, a table without rowids, overflow chains, free pages.
const CONTENT: &str = "
    CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT, b BLOB);
    CREATE INDEX t_v ON t(v);
    CREATE TABLE w(a TEXT, b INTEGER, c BLOB, PRIMARY KEY(a, b)) WITHOUT ROWID;
    CREATE INDEX w_b ON w(b DESC);
    CREATE TABLE gone(x);
    INSERT INTO gone WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
      SELECT zeroblob(200) FROM n;
    INSERT INTO t(v, b) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
      SELECT 'v' || (i * 7919 % 1000), zeroblob(CASE WHEN i % 50 = 0 THEN 9000 ELSE i % 90 END) FROM n;
    INSERT INTO w WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
      SELECT 'a' || (i * 31 % 97), i, zeroblob(CASE WHEN i % 40 = 0 THEN 3000 ELSE 20 END) FROM n;
    DELETE FROM t WHERE id % 3 = 0;
    UPDATE t SET v = v || 'longer than it was before' WHERE id % 5 = 0;
    DROP TABLE gone;";

fn plans() -> Vec<Plan> {
    let plan = |page_size, auto_vacuum, reserved| Plan {
        page_size,
        auto_vacuum,
        reserved,
        journal_mode: "DELETE",
        ..Plan::default()
    };
    vec![
        plan(512, "NONE", 0),
        plan(512, "INCREMENTAL", 0),
        plan(512, "NONE", 32),
        plan(1024, "NONE", 0),
        plan(1024, "FULL", 8),
        plan(4096, "NONE", 0),
        plan(4096, "INCREMENTAL", 0),
        plan(65536, "NONE", 0),
        plan(65536, "INCREMENTAL", 0),
    ]
}

/// Changes some bytes, more often than not such that say where something is.
fn damage(database: &mut Vec<u8>, size: usize, seed: &mut Seed) {
    let pages = database.len() / size;
    for _ in 0..1 + seed.below(3) {
        let page = seed.below(pages as u64) as usize;
        let start = page * size;
        let header = start + if page == 0 { 100 } else { 0 };
        let any = start + seed.below(size as u64) as usize;
        let pointer = header + 8 + 2 * seed.below(size as u64 / 16) as usize;
        match seed.below(12) {
            0 => database[any] = seed.bits() as u8,
            1 => database[any] ^= 1 << seed.below(8),
            2 => database[header + seed.below(12) as usize] = seed.bits() as u8,
            3 => database[header + seed.below(12) as usize] ^= 1 << seed.below(8),
            4 => put(database, pointer, &seed.bits().to_be_bytes()[..2]),
            5 => {
                let offset = seed.below(size as u64) as u16;
                put(database, pointer, &offset.to_be_bytes());
            }
            // A number of a page, where one may stand.
            6 => {
                let number = seed.below(pages as u64 + 2) as u32;
                let place = [header + 8, start, start + 4, any, start + 8];
                put(database, seed.pick(&place), &number.to_be_bytes());
            }
            7 => {
                let other = seed.below(pages as u64) as usize * size;
                let (a, b) = (start.min(other), start.max(other));
                if a > 0 && a < b {
                    let (left, right) = database.split_at_mut(b);
                    left[a..a + size].swap_with_slice(&mut right[..size]);
                }
            }
            8 if page > 0 => database[start..start + size].fill(0),
            9 => {
                let other = seed.below(pages as u64) as usize * size;
                if start > 0 {
                    database.copy_within(other..other + size, start);
                }
            }
            10 => {
                // Fields of the database header that do not keep it from being opened.
                let field = seed.pick(&[32, 36, 52, 64]);
                let number = seed.below(pages as u64 + 2) as u32;
                put(database, field, &number.to_be_bytes());
            }
            11 if seed.below(4) == 0 => {
                database.truncate(seed.below(pages as u64) as usize * size + size);
                return;
            }
            _ => put(database, any, &(seed.bits() as u32).to_be_bytes()),
        }
    }
}

fn put(bytes: &mut [u8], at: usize, value: &[u8]) {
    if let Some(place) = bytes.get_mut(at..at + value.len()) {
        place.copy_from_slice(value);
    }
}

/// Compares one; whether SQLite had it at all, and whether it found anything.
fn compare(oracle: &Oracle, database: &[u8], what: &str) -> Option<bool> {
    let Ok(expected) = oracle.structure(database, MOST) else {
        return None;
    };
    let set = BackupSet {
        database: Some(Input::new("app.db", database.to_vec())),
        ..BackupSet::default()
    };
    let image = Image::read(&set, None, &()).unwrap().1.unwrap();
    let header = image.header().unwrap();
    let found = structure(&image, header, &expected.roots, MOST, &()).unwrap();
    let messages: Vec<String> = found.problems.iter().map(ToString::to_string).collect();
    assert_eq!(messages, expected.messages, "{what}");
    let in_order = structure_in_order(&image, header, &expected.roots, MOST, &()).unwrap();
    assert_eq!(found, in_order, "{what}");
    Some(!messages.is_empty())
}

#[test]
fn what_is_found_is_what_sqlite_says() {
    let databases: Vec<(Plan, Vec<u8>)> = plans()
        .into_iter()
        .map(|plan| {
            let builder = SetBuilder::new("damaged", &plan);
            builder.sql(CONTENT);
            (plan, builder.close())
        })
        .collect();
    let judge = |half: u64| {
        let oracle = Oracle::new();
        let (mut compared, mut damaged, mut refused) = (0, 0, 0);
        for (index, (plan, database)) in databases.iter().enumerate() {
            let size = plan.page_size as usize;
            assert_eq!(compare(&oracle, database, "as it was made"), Some(false));
            for case in (half..CASES).step_by(2) {
                let mut seed = Seed(index as u64 * CASES + case);
                let mut database = database.clone();
                damage(&mut database, size, &mut seed);
                let what = format!("case {case} of {plan:?}");
                match compare(&oracle, &database, &what) {
                    Some(has_problems) => {
                        compared += 1;
                        damaged += u32::from(has_problems);
                    }
                    None => refused += 1,
                }
            }
        }
        [compared, damaged, refused]
    };
    let counts = thread::scope(|scope| {
        let halves = [0, 1].map(|half| scope.spawn(move || judge(half)));
        halves.map(|half| half.join().unwrap())
    });
    let [compared, damaged, refused] = [0, 1, 2].map(|at| counts[0][at] + counts[1][at]);
    println!("{compared} compared, {damaged} of them with problems, {refused} refused");
    assert!(compared >= 3000 && damaged >= 2000);
}
