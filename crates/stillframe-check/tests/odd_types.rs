//! Entries whose values are equal to those of their rows, and are of types that SQLite takes for others: a rowid that is a
//! floating-point number, and the type 11, which is NULL where it is read and no NULL where it is compared. And every byte
//! changed to what means most: what is seen in no order is what is seen row after row.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot make its input fails"
)]

use stillframe_check::content::Level;
use stillframe_check::pragma::MOST_ROWS;
use stillframe_testkit::builder::{Plan, SetBuilder};
use stillframe_testkit::oracle::Oracle;
use support::printed::{assert_same_in_any_order, compare};

mod support;

/// 2^60: an integer of 8 bytes in a record, which a floating-point number holds as well.
const ROWID: i64 = 1 << 60;

fn database(sql: &str) -> Vec<u8> {
    let plan = Plan {
        page_size: 512,
        journal_mode: "DELETE",
        ..Plan::default()
    };
    let builder = SetBuilder::new("odd", &plan);
    builder.sql(sql);
    builder.close()
}

/// Puts `to` in the place of the only bytes that are these on the last page.
fn replace(database: &mut [u8], from: &[u8], to: &[u8]) {
    let page = database.len() - 512;
    let found = database[page..].windows(from.len());
    let places: Vec<usize> = (0..)
        .zip(found)
        .filter(|(_, it)| *it == from)
        .map(|(at, _)| at)
        .collect();
    assert_eq!(places.len(), 1, "{from:x?}");
    database[page + places[0]..][..to.len()].copy_from_slice(to);
}

/// The outcomes at both levels.
fn judged(database: &[u8], what: &str) -> [&'static str; 2] {
    let oracle = Oracle::new();
    [Level::Quick, Level::Full].map(|level| {
        assert_same_in_any_order(database, level, what);
        compare(&oracle, database, level, MOST_ROWS, what)
    })
}

#[test]
fn a_rowid_that_is_no_integer_is_none() {
    for (what, index) in [
        ("columns", "i ON t(a)"),
        ("a part", "i ON t(a) WHERE a > 'b'"),
    ] {
        let mut database = database(&format!(
            "CREATE TABLE t(id INTEGER PRIMARY KEY, a); INSERT INTO t VALUES (1, 'a'), ({ROWID}, 'nonesuch'), (2, 'z');
             CREATE INDEX {index};"
        ));
        assert_eq!(judged(&database, what), ["equal, ok"; 2]);
        // An entry with a header of 3 bytes: a text of 8, and an integer of 8.
        let entry = |kind: u8, rowid: [u8; 8]| [&[3, 29, kind][..], b"nonesuch", &rowid].concat();
        let real = (ROWID as f64).to_be_bytes();
        replace(
            &mut database,
            &entry(6, ROWID.to_be_bytes()),
            &entry(7, real),
        );
        let [quick, full] = judged(&database, what);
        assert_eq!(quick, "equal, ok");
        assert_ne!(full, "equal, ok");
        assert_ne!(full, "wrong");
    }
}

#[test]
fn a_reserved_type_is_no_null_in_an_index() {
    for (kind, expected) in [(10, "equal, ok"), (11, "equal, with problems")] {
        for (what, sql, from) in [
            (
                "an index",
                "CREATE TABLE t(a, b); INSERT INTO t VALUES ('x', 1), (NULL, 77), ('y', 3); CREATE INDEX i ON t(b, a);",
                [4, 1, 0, 1, 77, 2],
            ),
            (
                "a key",
                "CREATE TABLE t(a, b, k INTEGER PRIMARY KEY) WITHOUT ROWID; INSERT INTO t VALUES ('x', 1, 5), (NULL, 77, 6);
                 CREATE INDEX i ON t(b, a);",
                [4, 1, 0, 1, 77, 6],
            ),
        ] {
            let mut database = database(sql);
            assert_eq!(judged(&database, what), ["equal, ok"; 2]);
            let mut to = from;
            to[2] = kind;
            replace(&mut database, &from, &to);
            assert_eq!(judged(&database, what), ["equal, ok", expected], "{what}, {kind}");
        }
    }
}

/// Tables and indexes of all kinds, each on a page.
const KINDS: [&str; 3] = [
    "CREATE TABLE t(a TEXT COLLATE NOCASE NOT NULL, b NUMERIC, c REAL NOT NULL);
     CREATE INDEX t_a ON t(a, b); CREATE UNIQUE INDEX t_c ON t(c DESC, a);
     INSERT INTO t VALUES ('x', 1, 1.5), ('Y', NULL, 2), ('z', 'text', 4e9), ('', x'00ff', 0), ('zZ', 70000, 2.5);",
    "CREATE TABLE w(k TEXT, n INT, v, PRIMARY KEY(k, n)) WITHOUT ROWID; CREATE INDEX w_v ON w(v, k);
     INSERT INTO w VALUES ('a', 1, NULL), ('a', 2, 5), ('b', 1, 'x'), ('c', 77, 1.5), ('d', 0, 3);",
    "CREATE TABLE e(a, b); CREATE INDEX e_b ON e(b + 1, a); CREATE INDEX e_a ON e(a) WHERE b > 1;
     INSERT INTO e VALUES (1, 2), ('q', 3), (NULL, 0), (3.5, 9);",
];

/// Serial types, and the ends of numbers of one byte and of more.
const BYTES: [u8; 11] = [0, 1, 6, 7, 8, 9, 10, 11, 13, 0x80, 0xff];

#[test]
fn with_any_byte_changed_all_ways_see_the_same() {
    for sql in KINDS {
        let database = database(sql);
        for at in 512..database.len() {
            for byte in BYTES {
                let mut changed = database.clone();
                changed[at] = byte;
                let what = format!("{sql}: byte {at} is {byte}");
                assert_same_in_any_order(&changed, Level::Full, &what);
            }
        }
    }
}
