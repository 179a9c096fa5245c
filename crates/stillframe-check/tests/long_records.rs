//! Records that are looked at in short, in tables and indexes, sound and with bytes changed anywhere: what is printed is what
//! SQLite prints.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot make its input fails"
)]

use std::collections::BTreeMap;

use stillframe_check::content::Level;
use stillframe_check::pragma::MOST_ROWS;
use stillframe_testkit::builder::{Plan, Seed, SetBuilder};
use stillframe_testkit::oracle::Oracle;
use support::printed::compare;

mod support;

/// Values of 270,000 to 300,000 bytes, some of which begin alike, up to their end or nearly; one is a number.
const ROWS: &str = "
    CREATE TABLE t(id INTEGER PRIMARY KEY, b BLOB, v TEXT NOT NULL COLLATE NOCASE, n NUMERIC);
    CREATE INDEX t_b ON t(b);
    CREATE UNIQUE INDEX t_v ON t(v);
    CREATE TABLE w(k TEXT PRIMARY KEY, c) WITHOUT ROWID;
    CREATE INDEX w_c ON w(c DESC);
    INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8)
      SELECT i, CAST(zeroblob(270000 + i / 3) || i AS BLOB), 'v' || i || replace(hex(zeroblob(70000)), '0', char(64 + i)),
        replace(hex(zeroblob(140000)), '0', CASE i % 2 WHEN 0 THEN 'x' ELSE '_' END) FROM n;
    INSERT INTO w SELECT id || v, b FROM t WHERE id < 5;";

#[test]
fn what_is_printed_is_what_sqlite_prints() {
    let oracle = Oracle::new();
    let mut counts: BTreeMap<&'static str, u32> = BTreeMap::new();
    for (index, (auto_vacuum, encoding, page_size)) in [
        ("NONE", "UTF-8", 4096),
        ("FULL", "UTF-8", 1024),
        ("NONE", "UTF-16be", 65536),
    ]
    .into_iter()
    .enumerate()
    {
        let builder = SetBuilder::new(
            "long",
            &Plan {
                page_size,
                auto_vacuum,
                encoding,
                journal_mode: "DELETE",
                ..Plan::default()
            },
        );
        builder.sql(ROWS);
        let sound = builder.close();
        assert_eq!(
            compare(&oracle, &sound, Level::Full, MOST_ROWS, "as it was made"),
            "equal, ok"
        );
        for case in 0..40 {
            let mut seed = Seed(index as u64 * 40 + case);
            let mut database = sound.clone();
            for _ in 0..1 + case % 2 {
                let at = match seed.below(3) {
                    // The first bytes of a page: a link, or the header of a b-tree page.
                    0 => {
                        seed.below(sound.len() as u64 / u64::from(page_size)) * u64::from(page_size)
                            + seed.below(12)
                    }
                    _ => 100 + seed.below(sound.len() as u64 - 100),
                };
                database[at as usize] ^= 1 << seed.below(8);
            }
            let what = format!("case {case} of {page_size}");
            for level in [Level::Full, Level::Quick] {
                *counts
                    .entry(compare(&oracle, &database, level, MOST_ROWS, &what))
                    .or_default() += 1;
            }
        }
    }
    println!("{counts:#?}");
    assert_eq!(counts.get("wrong"), None);
    assert!(counts["equal, with problems"] >= 80);
}

/// A record of some bytes that begins as one in short does is none, in a table and in an index.
#[test]
fn what_begins_as_a_record_in_short_is_none() {
    let builder = SetBuilder::new("short", &Plan::default());
    builder.sql(
        "CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT NOT NULL);
         CREATE INDEX t_v ON t(v) WHERE v > '';
         INSERT INTO t(v) VALUES ('abcdefghijklmnop');",
    );
    let sound = builder.close();
    let oracle = Oracle::new();
    // The header of the row, the size of that of the same in short, and the header and the rest of the text.
    let row = [3, 0, 45, b'a', b'b'];
    let short = [0x80, 0, 0, 0, 3, 3, 0, 35];
    let entry = [3, 45, 9, b'a', b'b'];
    let short_entry = [0x80, 0, 0, 0, 3, 3, 35, 9];
    for (old, new) in [(row, short), (entry, short_entry)] {
        let mut database = sound.clone();
        let mut places = database.windows(old.len());
        let at = places.position(|bytes| bytes == old).unwrap();
        database[at..at + new.len()].copy_from_slice(&new);
        let outcome = compare(
            &oracle,
            &database,
            Level::Full,
            MOST_ROWS,
            "a record in short",
        );
        assert!(
            ["equal, with problems", "it takes an SQL evaluator"].contains(&outcome),
            "{outcome}"
        );
    }
}

/// A long value of an entry and that of its row are compared to their last bytes, also where it takes an SQL evaluator to
/// know which rows an index has.
#[test]
fn long_values_of_entries_and_rows_are_compared() {
    let plan = Plan {
        page_size: 65536,
        ..Plan::default()
    };
    let builder = SetBuilder::new("needle", &plan);
    builder.sql(
        "CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT, n);
         CREATE INDEX t_v ON t(v) WHERE n > 0;
         CREATE INDEX t_n ON t(n + 1, v);
         INSERT INTO t VALUES (1, printf('%.*c', 150000, 'x') || 'needle' || printf('%.*c', 150000, 'y'), 5);",
    );
    let sound = builder.close();
    let oracle = Oracle::new();
    let outcome = |database: &[u8]| compare(&oracle, database, Level::Full, MOST_ROWS, "a needle");
    assert_eq!(outcome(&sound), "equal, ok");
    let places = sound.windows(6).enumerate();
    let places = places.filter(|(_, bytes)| bytes == b"needle");
    let places: Vec<usize> = places.map(|(at, _)| at).collect();
    assert_eq!(places.len(), 3);
    for at in places {
        let mut database = sound.clone();
        database[at] = b'N';
        let found = outcome(&database);
        assert!(
            ["equal, with problems", "it takes an SQL evaluator"].contains(&found),
            "{found}"
        );
    }
}
