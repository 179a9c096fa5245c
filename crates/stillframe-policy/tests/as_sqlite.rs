//! Expectations hold where SQLite says so of the same words.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot do its work fails"
)]

use std::borrow::Cow;
use std::convert::Infallible;

use rusqlite::Connection;
use stillframe_database::Header;
use stillframe_format::{PageNumber, PageSize, Pages};
use stillframe_policy::{Doubt, Expectation, Judgement, Measured, Time, Undecided, judge};

/// A database in memory.
struct Bytes(Vec<u8>, Header);

impl Pages for Bytes {
    type Error = Infallible;

    fn page_size(&self) -> PageSize {
        self.1.page_size().unwrap()
    }

    fn page_count(&self) -> u32 {
        self.page_size().pages_in(self.0.len() as u64)
    }

    fn page(&self, number: PageNumber) -> Result<Cow<'_, [u8]>, Infallible> {
        let size = self.page_size().as_len();
        let start = (number.get() as usize - 1) * size;
        Ok(Cow::Borrowed(&self.0[start..start + size]))
    }
}

const NOW: &str = "2026-09-20 12:00:00";

fn pages(sqlite: &mut Connection) -> Bytes {
    let bytes = sqlite.serialize("main").unwrap().to_vec();
    let header = Header::parse(&bytes).unwrap();
    Bytes(bytes, header)
}

fn judged(pages: &Bytes, words: &[String]) -> Vec<Judgement> {
    let expectations: Vec<_> = words
        .iter()
        .map(|words| Expectation::parse(words).unwrap())
        .collect();
    let all: Vec<&Expectation> = expectations.iter().collect();
    let now = Time::parse(NOW).unwrap();
    let mut read = 0;
    let outcomes = judge(pages, &pages.1, &all, now, &mut |bytes| read += bytes);
    let outcomes = outcomes.unwrap();
    for (outcome, expectation) in outcomes.iter().zip(&expectations) {
        assert_eq!(outcome.expectation, *expectation);
    }
    outcomes.into_iter().map(|it| it.judgement).collect()
}

fn one(sqlite: &mut Connection, words: &str) -> Judgement {
    let mut judged = judged(&pages(sqlite), &[words.to_owned()]);
    judged.remove(0)
}

/// Tables of every make, with values of every kind.
fn filled(encoding: &str, page_size: u32) -> Connection {
    let sqlite = Connection::open_in_memory().unwrap();
    sqlite
        .execute_batch(&format!(
            "PRAGMA encoding='{encoding}'; PRAGMA page_size={page_size};
            CREATE TABLE numbers(id INTEGER PRIMARY KEY, i INT, r REAL, n NUMERIC, none INT);
            CREATE TABLE texts(b TEXT, n TEXT COLLATE NOCASE, r TEXT COLLATE RTRIM, blob BLOB);
            CREATE TABLE keyed(a TEXT, v INT, s INT AS (v + 1) STORED, w INT AS (v + 2), PRIMARY KEY(a DESC, v)) WITHOUT ROWID;
            CREATE TABLE anything(v);
            CREATE TABLE empty(v);
            CREATE TABLE \"odd name\"(\"odd.column\" INT);
            INSERT INTO \"odd name\" VALUES(7);
            CREATE INDEX by_b ON texts(b);"
        ))
        .unwrap();
    let mut seed = 11u64;
    let mut random = |most: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) % most
    };
    let letters = [
        "a",
        "B",
        "b",
        " ",
        "Z",
        "\u{e9}",
        "\u{ffff}",
        "\u{1f600}",
        "\u{0}",
        "_",
    ];
    for row in 0..700 {
        let integer = random(2000) as i64 - 1000;
        let real = integer as f64 / 7.0;
        let mut text = String::new();
        for _ in 0..random(5) {
            text.push_str(letters[random(10) as usize]);
        }
        let long = text.repeat(random(400) as usize);
        sqlite
            .execute(
                "INSERT INTO numbers(id, i, r, n) VALUES(?1, ?2, ?3, ?4)",
                (
                    row * 3 - 500,
                    integer,
                    real,
                    if row % 2 == 0 { real } else { integer as f64 },
                ),
            )
            .unwrap();
        sqlite
            .execute(
                "INSERT INTO texts VALUES(?1, ?2, ?1 || '  ', ?3)",
                (&long, &text, text.as_bytes()),
            )
            .unwrap();
        sqlite
            .execute(
                "INSERT OR IGNORE INTO keyed(a, v) VALUES(?1, ?2)",
                (&text, integer),
            )
            .unwrap();
        let sql = match random(3) {
            0 => "INSERT INTO anything VALUES(?1)",
            1 => "INSERT INTO anything VALUES(CAST(?1 AS TEXT))",
            _ => "INSERT INTO anything VALUES(NULLIF(?1, ?1))",
        };
        sqlite.execute(sql, [integer]).unwrap();
    }
    // Columns that the records before do not have.
    sqlite
        .execute_batch(
            "ALTER TABLE numbers ADD COLUMN late INT DEFAULT 5000;
            ALTER TABLE texts ADD COLUMN late TEXT COLLATE NOCASE DEFAULT 'zz';
            INSERT INTO numbers(id, late) VALUES(9223372036854775807, 1);
            UPDATE numbers SET i = NULL WHERE id % 5 = 0",
        )
        .unwrap();
    sqlite
}

const COLUMNS: [&str; 18] = [
    "numbers.id",
    "numbers.rowid",
    "numbers.i",
    "numbers.r",
    "numbers.n",
    "numbers.none",
    "numbers.late",
    "texts.b",
    "texts.n",
    "texts.r",
    "texts.blob",
    "texts._rowid_",
    "texts.late",
    "keyed.a",
    "keyed.v",
    "keyed.s",
    "empty.v",
    "\"odd name\".\"odd.column\"",
];

/// What SQLite says: 1, 0, or NULL where there is nothing to compare.
fn of_sqlite(sqlite: &Connection, aggregate: &str, column: &str, rest: &str) -> Option<bool> {
    let (table, column) = match column.split_once("\".\"") {
        Some((table, column)) => (format!("{table}\""), format!("\"{column}")),
        None => {
            let (table, column) = column.split_once('.').unwrap();
            (table.to_owned(), column.to_owned())
        }
    };
    let sql = format!("SELECT {aggregate}({column}) {rest} FROM {table}");
    sqlite.query_row(&sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn what_is_decided_is_what_sqlite_says() {
    let numbers = [
        "0",
        "-3.5",
        "700",
        "701",
        "999",
        "1e3",
        "5000",
        "9223372036854775807",
    ];
    let texts = [
        "'a'",
        "'Z'",
        "'zz'",
        "'ZZ'",
        "''",
        "'\u{1f600}'",
        "'\u{ffff}'",
    ];
    let (mut met, mut not, mut undecided) = (0, 0, 0);
    for (encoding, page_size) in [("UTF-8", 512), ("UTF-16le", 4096), ("UTF-16be", 1024)] {
        let mut sqlite = filled(encoding, page_size);
        let pages = pages(&mut sqlite);
        let mut words = Vec::new();
        let mut expected = Vec::new();
        for column in COLUMNS {
            for aggregate in ["count", "min", "max"] {
                for operator in ["<", "<=", "=", ">=", ">", "!="] {
                    let values = numbers
                        .iter()
                        .chain(texts.iter().filter(|_| aggregate != "count"));
                    for value in values {
                        let rest = format!("{operator} {value}");
                        words.push(format!("{aggregate}({column}) {rest}"));
                        let is_text = value.starts_with('\'');
                        expected.push((of_sqlite(&sqlite, aggregate, column, &rest), is_text));
                    }
                }
            }
        }
        let judged = judged(&pages, &words);
        assert_eq!(judged.len(), words.len());
        for ((judgement, words), (expected, is_text)) in judged.iter().zip(&words).zip(expected) {
            match judgement {
                Judgement::Met(_) => {
                    met += 1;
                    assert_eq!(expected, Some(true), "{encoding} {words}: {judgement:?}");
                }
                Judgement::NotMet(_) => {
                    not += 1;
                    assert_ne!(expected, Some(true), "{encoding} {words}: {judgement:?}");
                }
                // Numbers and texts are in an order to SQLite, whatever they are.
                Judgement::Undecided(Undecided::OtherKind(_)) => {
                    undecided += 1;
                    let has_text = words.contains("texts.") || words.contains("keyed.a");
                    let has_numbers = !has_text || words.contains("_rowid_");
                    let has_blobs = words.contains("texts.blob");
                    assert!(
                        has_blobs || is_text == has_numbers,
                        "{words}: {judgement:?}"
                    );
                }
                Judgement::Undecided(_) => panic!("{words}: {judgement:?}"),
            }
        }
    }
    assert!(
        met > 1000 && not > 1000 && undecided > 500,
        "{met} {not} {undecided}"
    );
}

#[test]
fn rows_are_counted_as_sqlite_does() {
    for (encoding, page_size) in [("UTF-8", 512), ("UTF-16le", 65536)] {
        let mut sqlite = filled(encoding, page_size);
        for table in [
            "numbers",
            "texts",
            "keyed",
            "anything",
            "empty",
            "sqlite_schema",
            "\"odd name\"",
        ] {
            let sql = format!("SELECT count(*) FROM {table}");
            let rows: i64 = sqlite.query_row(&sql, [], |row| row.get(0)).unwrap();
            let met = Judgement::Met(Measured::Count(rows as u64));
            assert_eq!(
                one(&mut sqlite, &format!("{table} = {rows}")),
                met,
                "{table}"
            );
            assert_eq!(
                one(&mut sqlite, &format!("count({table}) = {rows}")),
                met,
                "{table}"
            );
        }
    }
}

#[test]
fn what_cannot_be_decided_is_not_met() {
    let mut sqlite = filled("UTF-8", 1024);
    sqlite
        .execute_batch(
            "CREATE VIEW v AS SELECT * FROM numbers; CREATE VIRTUAL TABLE f USING fts5(x);
            CREATE TABLE late(t TEXT); INSERT INTO late VALUES('yesterday')",
        )
        .unwrap();
    let mut why = |words: &str| match one(&mut sqlite, words) {
        Judgement::Undecided(why) => why,
        judgement => panic!("{words}: {judgement:?}"),
    };
    assert_eq!(why("v > 0"), Undecided::View);
    assert_eq!(why("count(v.id) > 0"), Undecided::View);
    assert_eq!(why("f > 0"), Undecided::Virtual("fts5".to_owned()));
    assert_eq!(why("max(keyed.w) > 0"), Undecided::Computed);
    assert_eq!(why("max(anything.v) > 0"), Undecided::Mixed);
    assert!(matches!(why("users > 0"), Undecided::NoTable(names) if names.first[0] == "anything"));
    assert!(
        matches!(why("max(keyed.rowid) > 0"), Undecided::NoColumn(names) if names.first == ["a", "v", "s", "w"])
    );
    assert!(matches!(
        why("max(late.t) >= now-26h"),
        Undecided::NoTime(_)
    ));
    assert!(matches!(
        why("max(texts.b) >= now-26h"),
        Undecided::NoTime(_)
    ));
    assert_eq!(
        why("max(numbers.i) >= now-99999years"),
        Undecided::OutOfTime
    );
    let nothing = Judgement::NotMet(Measured::Nothing { rows: 0 });
    assert_eq!(one(&mut sqlite, "max(empty.v) >= now-26h"), nothing);
    assert_eq!(one(&mut sqlite, "max(empty.v) < 5"), nothing);
    let nothing = Judgement::NotMet(Measured::Nothing { rows: 701 });
    assert_eq!(one(&mut sqlite, "min(numbers.none) < 5"), nothing);
    assert_eq!(
        one(&mut sqlite, "count(numbers.none) = 0"),
        Judgement::Met(Measured::Count(0))
    );
}

/// A table whose page is gone has a number of rows that nobody knows, whatever the others are.
#[test]
fn a_damaged_table_decides_nothing() {
    let mut sqlite = filled("UTF-8", 512);
    let root: i64 = sqlite
        .query_row(
            "SELECT rootpage FROM sqlite_schema WHERE name='numbers'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    let mut damaged = pages(&mut sqlite);
    let page = root as usize * 512 - 512;
    let child = u32::from_be_bytes(damaged.0[page + 8..page + 12].try_into().unwrap()) as usize;
    damaged.0[(child - 1) * 512] = 99;
    let words = ["numbers > 0", "max(numbers.i) > 0", "texts > 0"].map(str::to_owned);
    // The first is counted with the second in one pass, and by itself.
    for words in [&words[..], &words[..1]] {
        let judged = judged(&damaged, words);
        assert!(
            matches!(&judged[0], Judgement::Undecided(Undecided::Damaged(_))),
            "{judged:?}"
        );
        if let [_, ends, other] = judged.as_slice() {
            assert!(
                matches!(ends, Judgement::Undecided(Undecided::Damaged(_))),
                "{ends:?}"
            );
            assert_eq!(*other, Judgement::Met(Measured::Count(700)));
        }
    }
}

#[test]
fn moments_are_read_from_text_and_numbers() {
    let mut sqlite = Connection::open_in_memory().unwrap();
    sqlite
        .execute_batch(
            "CREATE TABLE log(t TEXT, s INT, ms INT, j REAL, later TEXT);
            INSERT INTO log VALUES('2026-09-19 23:00:00', 1789858800, 1789858800000, 2461303.458333, '2027-01-01');
            INSERT INTO log VALUES('2026-09-18', 1789689600, 1789689600000, 2461301.5, '2026-01-01')",
        )
        .unwrap();
    for column in ["t", "s", "ms", "j"] {
        for (rest, is_met) in [
            (">= now-14h", true),
            (">= now-12h", false),
            ("> 2026-09-19", true),
            ("< 2026-09-19", false),
            ("<= now", true),
        ] {
            let judgement = one(&mut sqlite, &format!("max(log.{column}) {rest}"));
            assert_eq!(
                matches!(judgement, Judgement::Met(_)),
                is_met,
                "{column} {rest}: {judgement:?}"
            );
        }
        let first = one(
            &mut sqlite,
            &format!("min(log.{column}) < 2026-09-18T00:00:01Z"),
        );
        assert!(matches!(first, Judgement::Met(_)), "{first:?}");
    }
    let Judgement::Met(Measured::Moment { is_future, .. }) =
        one(&mut sqlite, "max(log.later) >= now-26h")
    else {
        panic!()
    };
    assert!(is_future);
}

/// The doubt about a moment, whether the expectation is met or not.
fn doubt(sqlite: &mut Connection, words: &str) -> Option<Doubt> {
    match one(sqlite, words) {
        Judgement::Met(Measured::Moment { doubt, .. })
        | Judgement::NotMet(Measured::Moment { doubt, .. }) => doubt,
        other => panic!("{words}: {other:?}"),
    }
}

/// What counts from 2001 is taken for a time of 31 years before, and that is said where it matters.
#[test]
fn seconds_since_2001_are_told() {
    let mut sqlite = Connection::open_in_memory().unwrap();
    sqlite
        .execute_batch(
            "CREATE TABLE log(cocoa REAL, whole INT, unix INT, born INT);
            INSERT INTO log VALUES(811551600.25, 811551600, 1789858800, 480000000)",
        )
        .unwrap();
    let then = Time::parse("2026-09-19T23:00:00Z").unwrap();
    for words in [
        "max(log.whole) >= now-26h",
        "max(log.whole) <= 2026-10-01",
        "min(log.whole) > 2024-01-01",
    ] {
        let doubt = doubt(&mut sqlite, words);
        assert_eq!(doubt, Some(Doubt::Since2001(then)), "{words}");
    }
    let doubted = doubt(&mut sqlite, "max(log.cocoa) >= now-26h");
    assert!(matches!(doubted, Some(Doubt::Since2001(_))));
    for words in [
        "max(log.unix) >= now-26h",
        "max(log.unix) >= 2012-01-01",
        "min(log.born) < 1990-01-01",
        "min(log.born) < 2000-06-01",
    ] {
        assert_eq!(doubt(&mut sqlite, words), None, "{words}");
    }
}

/// The largest text is that of SQLite's `max`. Where offsets differ it need not be the latest time: what is compared with a moment
/// is that, as SQLite's own reading of the texts orders them.
#[test]
fn of_texts_with_several_offsets_the_latest_is_taken() {
    for (texts, latest, has_doubt) in [
        (
            &["2026-09-20T10:00:00+02:00", "2026-09-20T09:30:00Z"][..],
            1,
            false,
        ),
        (
            &["2026-09-20T01:00:00Z", "2026-09-20T00:30:00-02:00"],
            1,
            false,
        ),
        (
            &["2026-09-20T10:00:00+02:00", "2026-09-20T09:30:00"],
            1,
            false,
        ),
        (
            &["2026-09-20T10:00:00+02:00", "2026-09-20T09:30:00+02:00"],
            0,
            false,
        ),
        (
            &["2026-09-20T10:00:00Z", "2026-09-20 09:30:00", "2026-09-20"],
            0,
            false,
        ),
        (
            &["2026-09-20T10:00:00Z", "2026-09-20T09:30:00+00:00"],
            0,
            false,
        ),
        // What is no time is compared as text.
        (
            &["2026-09-20T10:00:00+02:00", "2026-09-20T09:30:00Z", "0"],
            0,
            true,
        ),
    ] {
        let mut sqlite = Connection::open_in_memory().unwrap();
        sqlite.execute_batch("CREATE TABLE log(t)").unwrap();
        for text in texts {
            sqlite
                .execute("INSERT INTO log VALUES(?1)", [text])
                .unwrap();
        }
        let of_sqlite = |sql: &str| -> String {
            let row = sqlite.query_row(sql, [], |row| row.get(0));
            row.unwrap()
        };
        assert_eq!(of_sqlite("SELECT max(t) FROM log"), texts[0]);
        if !has_doubt {
            let sql = "SELECT t FROM log ORDER BY julianday(t) DESC LIMIT 1";
            assert_eq!(of_sqlite(sql), texts[latest]);
        }
        let expected = has_doubt.then_some(Doubt::Offsets);
        assert_eq!(
            doubt(&mut sqlite, "max(log.t) >= now-26h"),
            expected,
            "{texts:?}"
        );
        let Judgement::Met(Measured::Moment {
            time, is_by_moment, ..
        }) = one(&mut sqlite, "max(log.t) > 2026-09-01")
        else {
            panic!()
        };
        assert_eq!(time, Time::parse(texts[latest]).unwrap());
        assert_eq!(is_by_moment, latest > 0);
        // With a text, it is SQLite's.
        let words = format!("max(log.t) = '{}'", texts[0]);
        assert!(matches!(one(&mut sqlite, &words), Judgement::Met(_)));
    }
    let mut sqlite = Connection::open_in_memory().unwrap();
    let sql = "CREATE TABLE log AS SELECT '2026-09-20T01:00:00+02:00' t UNION ALL SELECT '2026-09-20T00:30:00Z'";
    sqlite.execute_batch(sql).unwrap();
    let words = "min(log.t) < 2026-09-20T00:00:00Z";
    assert!(matches!(one(&mut sqlite, words), Judgement::Met(_)));
}
