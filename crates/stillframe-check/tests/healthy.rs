//! Databases as SQLite makes them, of every shape: no finding above a note, and `ok` as SQLite says it.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot make its input fails"
)]

use stillframe_check::content::Level;
use stillframe_check::pragma::{MOST_ROWS, pragma};
use stillframe_check::{Evidence, Report, Severity};
use stillframe_history::{BackupSet, Image, Input};
use stillframe_testkit::builder::{Plan, SetBuilder};
use stillframe_testkit::naive;

/// One commit after the other.
const COMMITS: &[&str] = &[
    "CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT NOT NULL COLLATE NOCASE, b BLOB, n NUMERIC, r REAL, CHECK(n IS NULL OR n > -5));
     CREATE UNIQUE INDEX t_v ON t(v COLLATE BINARY, n DESC); CREATE INDEX t_b ON t(b) WHERE b IS NOT NULL; CREATE INDEX t_e ON t(lower(v), id);
     CREATE TABLE w(a TEXT COLLATE RTRIM, b INTEGER, c UNIQUE, PRIMARY KEY(b DESC, a)) WITHOUT ROWID;
     CREATE INDEX w_c ON w(c DESC, a COLLATE NOCASE);
     CREATE TABLE s(i INT NOT NULL, r REAL, x TEXT, a ANY, b BLOB, UNIQUE(x, i)) STRICT;
     CREATE TABLE g(a INT, b AS (a + 1) STORED, c TEXT GENERATED ALWAYS AS (a || 'x'), UNIQUE(b));
     CREATE TABLE \"order by\"(\"group\" TEXT DEFAULT 'none', [select] INT REFERENCES t(id) ON DELETE SET NULL);
     CREATE VIEW v(one) AS SELECT v FROM t UNION SELECT a FROM w;
     CREATE TRIGGER r AFTER INSERT ON g WHEN new.a > 1000 BEGIN DELETE FROM g WHERE a < 0; END;",
    "INSERT INTO t(v, b, n, r) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
       SELECT CASE i % 2 WHEN 0 THEN 'Vä' ELSE 'vÄ' END || (i * 7919 % 1000), zeroblob(CASE WHEN i % 50 = 0 THEN 70000 ELSE i % 9 END),
         CASE i % 7 WHEN 0 THEN NULL ELSE i * 1000.5 END, i / 4.0 FROM n;
     INSERT INTO w WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150)
       SELECT 'a' || (i % 9) || substr('   ', 1, i % 3), i, CASE i % 5 WHEN 0 THEN NULL ELSE i END FROM n;
     INSERT INTO s SELECT id % 10, id, 'x' || id, CASE id % 3 WHEN 0 THEN 'any' ELSE 1e99 END, zeroblob(id % 4) FROM t;
     INSERT INTO g(a) SELECT id FROM t; INSERT INTO \"order by\"([select]) SELECT id FROM t;",
    "ALTER TABLE g ADD COLUMN d TEXT NOT NULL DEFAULT 12; ALTER TABLE g ADD COLUMN e REAL DEFAULT 7; ALTER TABLE g ADD COLUMN f INT DEFAULT '8';
     CREATE INDEX g_d ON g(d, e, f);",
    "INSERT INTO g(a, d) SELECT -id, 'd' || id FROM t; DELETE FROM t WHERE id % 3 = 0; UPDATE w SET c = c + 1000 WHERE c % 2; ALTER TABLE t RENAME COLUMN r TO real;",
    "CREATE VIRTUAL TABLE f USING fts5(body); INSERT INTO f SELECT v || ' word' FROM t; CREATE VIRTUAL TABLE box USING rtree(id, a, b);
     INSERT INTO box SELECT id, id, id + 1 FROM t; CREATE TEMP TABLE gone(x); ANALYZE;",
    "ALTER TABLE s DROP COLUMN a; DELETE FROM w; DROP TABLE \"order by\"; INSERT INTO w VALUES('only', 1, 2), ('', 1, NULL);",
    "VACUUM;",
];

/// Its image at every commit says `ok`, at every level; a check of all of it finds nothing.
fn is_healthy(plan: &Plan) -> usize {
    let what = format!("{plan:?}");
    let builder = SetBuilder::new("healthy", plan);
    for sql in COMMITS {
        builder.sql(sql);
    }
    let copy = builder.copy();
    let mut set = BackupSet {
        database: Some(Input::new("app.db", copy.database)),
        ..BackupSet::default()
    };
    let mut images = 0;
    if plan.journal_mode == "WAL" {
        let commits = naive::commits(&copy.wal).len();
        for commit in 1..=commits {
            let wal = naive::prefix(&copy.wal, commit).to_vec();
            set.wal = Some(Input::new("app.db-wal", wal));
            says_ok(&set, &what);
            images += 1;
        }
        assert!(commits >= COMMITS.len(), "{what}: {commits}");
    }
    let closed = BackupSet {
        database: Some(Input::new("app.db", builder.close())),
        ..BackupSet::default()
    };
    says_ok(&closed, &what);
    images + 1
}

fn says_ok(set: &BackupSet, what: &str) {
    let image = Image::read(set, None, &()).unwrap().1.unwrap();
    let header = *image.header().unwrap();
    for level in [Level::Structure, Level::Quick, Level::Full] {
        let printed = pragma(&image, &header, level, MOST_ROWS, &()).unwrap();
        assert!(printed.is_ok(), "{what}: {printed:?}");
    }
    let report = Report::new(&Evidence::gather_at(set, Some(Level::Full), &()).unwrap());
    for finding in &report.findings {
        assert_eq!(finding.rule.severity, Severity::Note, "{what}: {finding:?}");
    }
}

#[test]
fn nothing_is_wrong_with_what_sqlite_makes() {
    let mut images = 0;
    for page_size in [512, 1024, 4096, 65536] {
        for auto_vacuum in ["NONE", "FULL", "INCREMENTAL"] {
            for (encoding, journal_mode) in [
                ("UTF-8", "WAL"),
                ("UTF-16le", "DELETE"),
                ("UTF-16be", "WAL"),
            ] {
                images += is_healthy(&Plan {
                    page_size,
                    auto_vacuum,
                    encoding,
                    journal_mode,
                    ..Plan::default()
                });
            }
        }
    }
    println!("{images} images");
    assert!(images >= 36 + 24 * COMMITS.len());
}
