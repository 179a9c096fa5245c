//! The rows that are read are those that `SELECT` gives.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot do its work fails"
)]

use std::borrow::Cow;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::{env, fs};

use rusqlite::Connection;
use rusqlite::types::ValueRef;
use stillframe_database::{Header, scan::Seen};
use stillframe_format::{PageNumber, PageSize, Pages};
use stillframe_rows::{Catalog, Value};
use stillframe_schema::{Generated, Table, TableKind};
use stillframe_testkit::builder::{Plan, SetBuilder};

/// A database in memory.
struct Bytes {
    bytes: Vec<u8>,
    header: Header,
}

impl Bytes {
    fn new(bytes: Vec<u8>) -> Option<Self> {
        let header = Header::parse(&bytes).ok()?;
        header.validate().is_ok().then_some(Self { bytes, header })
    }
}

impl Pages for Bytes {
    type Error = Infallible;

    fn page_size(&self) -> PageSize {
        self.header.page_size().unwrap()
    }

    fn page_count(&self) -> u32 {
        self.header.page_count(self.stored_pages())
    }

    fn stored_pages(&self) -> u32 {
        self.page_size().pages_in(self.bytes.len() as u64)
    }

    fn page(&self, number: PageNumber) -> Result<Cow<'_, [u8]>, Infallible> {
        let size = self.page_size().as_len();
        let start = (number.get() as usize - 1) * size;
        let bytes = &self.bytes[start..self.bytes.len().min(start + size)];
        let mut page = bytes.to_vec();
        page.resize(size, 0);
        Ok(Cow::Owned(page))
    }
}

/// The database as SQLite has it.
fn sqlite(bytes: &[u8]) -> Connection {
    let mut bytes = bytes.to_vec();
    // What is in memory has no WAL.
    bytes[18..20].copy_from_slice(&[1, 1]);
    let mut database = Connection::open_in_memory().unwrap();
    let length = bytes.len();
    database
        .deserialize_read_exact("main", &*bytes, length, true)
        .unwrap();
    database
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn stored(table: &Table) -> Vec<usize> {
    let columns = table.columns.iter().enumerate();
    let stored = columns.filter(|(_, column)| column.generated != Some(Generated::Virtual));
    stored.map(|(index, _)| index).collect()
}

fn is_same(ours: &Value<'_>, theirs: ValueRef<'_>) -> bool {
    match (ours, theirs) {
        (Value::Null, ValueRef::Null) => true,
        (Value::Integer(ours), ValueRef::Integer(theirs)) => *ours == theirs,
        (Value::Real(ours), ValueRef::Real(theirs)) => ours.to_bits() == theirs.to_bits(),
        (Value::Text(ours), ValueRef::Text(theirs)) => **ours == *theirs,
        (Value::Blob(ours), ValueRef::Blob(theirs)) => **ours == *theirs,
        _ => false,
    }
}

/// Compares every table of a sound database; how many rows and values were compared. No page is read twice.
fn compare(bytes: Vec<u8>, label: &str) -> (u64, u64) {
    let database = sqlite(&bytes);
    let pages = Bytes::new(bytes).unwrap();
    let Some(catalog) = Catalog::read(&pages, &pages.header) else {
        return (0, 0);
    };
    assert_eq!(catalog.problems, [], "{label}");
    let (mut rows_compared, mut values_compared) = (0, 0);
    let mut seen = Seen::default();
    for table in &catalog.schema.tables {
        if table.kind != TableKind::Ordinary {
            continue;
        }
        let columns = stored(table);
        let names = columns
            .iter()
            .map(|&column| quoted(&table.columns[column].name));
        let names = names.collect::<Vec<_>>().join(",");
        // A name of the rowid may be that of a column.
        let is_taken = |name: &&str| table.column(name).is_none();
        let rowid = ["rowid", "_rowid_", "oid"].into_iter().find(is_taken);
        let rowid = rowid.filter(|_| !table.is_without_rowid);
        let first = rowid.map_or("NULL", |name| name);
        let name = quoted(&table.name);
        let sql = format!("SELECT {first},{names} FROM {name} NOT INDEXED");
        let mut statement = database.prepare(&sql).unwrap();
        let mut theirs = statement.query([]).unwrap();
        let mut ours = catalog.rows(&pages, table, seen).unwrap();
        while let Some(row) = ours.next() {
            let row = row.unwrap_or_else(|problem| panic!("{label}: {name}: {problem}"));
            let expected = theirs
                .next()
                .unwrap()
                .unwrap_or_else(|| panic!("{label}: {name}"));
            if rowid.is_some() {
                assert_eq!(row.rowid, Some(expected.get(0).unwrap()), "{label}: {name}");
            }
            for (place, &column) in columns.iter().enumerate() {
                let (ours, theirs) = (row.value(column), expected.get_ref(place + 1).unwrap());
                assert!(
                    is_same(&ours, theirs),
                    "{label}: {name}: {ours:?}, expected {theirs:?}"
                );
                values_compared += 1;
            }
            rows_compared += 1;
        }
        assert!(
            theirs.next().unwrap().is_none(),
            "{label}: {name}: rows are missing"
        );
        seen = ours.into_seen();
    }
    (rows_compared, values_compared)
}

/// Tables of every kind, with values of every kind.
const SCRIPT: &str = "
    CREATE TABLE t(id INTEGER PRIMARY KEY, a, b TEXT, c REAL, d NUMERIC, e BLOB);
    INSERT INTO t VALUES
        (1, NULL, 'text', 1, '12', x''),
        (-5, 1.5, '', 2.5, 'x', x'00ff'),
        (9223372036854775807, -9223372036854775808, 'é€\u{1f980}', 9007199254740993, 1e300, zeroblob(3000)),
        (7, 9e999, 'nul' || char(0) || 'inside', -0.0, 0, printf('%.5000c', 'x'));
    INSERT INTO t SELECT NULL, value, hex(randomblob(value % 90)), value, value / 3.0, zeroblob(value % 700)
        FROM json_each('[1,127,128,32767,32768,8388607,8388608,2147483647,2147483648,140737488355327,140737488355328]');
    INSERT INTO t(a, b, c) SELECT t.a, u.b, u.c FROM t, t AS u;
    INSERT INTO t(a, e) VALUES(CAST(x'61ff62' AS TEXT), CAST(x'd800' AS TEXT));
    CREATE TABLE w(a TEXT, b, c REAL, d, PRIMARY KEY(c DESC, a, c)) WITHOUT ROWID;
    INSERT INTO w SELECT coalesce(b, ''), id, id, a FROM t;
    CREATE TABLE k(a INTEGER PRIMARY KEY, b REAL) WITHOUT ROWID;
    INSERT INTO k SELECT id, id FROM t;
    CREATE TABLE g(a, b AS (a + 1), c REAL AS (a * 2) STORED, d INT GENERATED ALWAYS AS (a) VIRTUAL, e);
    INSERT INTO g(a, e) SELECT id % 1000, b FROM t;
    CREATE TABLE s(a INT, b ANY, c TEXT, d REAL) STRICT;
    INSERT INTO s SELECT id, a, b, 3 FROM t;
    CREATE TABLE old(a);
    INSERT INTO old VALUES(1), (2);
    ALTER TABLE old ADD COLUMN b DEFAULT 'it''s é';
    ALTER TABLE old ADD COLUMN c REAL DEFAULT 5;
    ALTER TABLE old ADD COLUMN d NOT NULL DEFAULT x'00ff';
    ALTER TABLE old ADD COLUMN e INTEGER DEFAULT -7;
    ALTER TABLE old ADD COLUMN f;
    INSERT INTO old(a) VALUES(3);
    CREATE TABLE d(a INTEGER PRIMARY KEY DESC, b);
    INSERT INTO d VALUES(5, 6), (1, 2);
    CREATE TABLE auto(id INTEGER PRIMARY KEY AUTOINCREMENT, rowid TEXT);
    INSERT INTO auto(rowid) VALUES('not a number');
    CREATE INDEX i ON t(a, b DESC);
    CREATE VIEW v AS SELECT * FROM t;
    ANALYZE;";

#[test]
fn rows_are_those_of_sqlite() {
    let (mut databases, mut rows, mut values) = (0, 0, 0);
    for page_size in [512, 1024, 4096, 65536] {
        for encoding in ["UTF-8", "UTF-16le", "UTF-16be"] {
            for reserved in [0, 9] {
                let plan = Plan {
                    reserved,
                    encoding,
                    auto_vacuum: if reserved > 0 { "FULL" } else { "NONE" },
                    journal_mode: "DELETE",
                    ..Plan::with_page_size(page_size)
                };
                let set = SetBuilder::new("rows", &plan);
                set.sql(SCRIPT);
                let label = format!("{page_size} {encoding} {reserved}");
                let (some_rows, some_values) = compare(set.close(), &label);
                assert!(some_rows > 1000, "{label}: {some_rows}");
                (databases, rows, values) = (databases + 1, rows + some_rows, values + some_values);
            }
        }
    }
    println!("{databases} databases, {rows} rows, {values} values");
}

#[test]
fn a_number_that_is_none_is_null() {
    let set = SetBuilder::new(
        "nan",
        &Plan {
            journal_mode: "DELETE",
            ..Plan::default()
        },
    );
    set.sql("CREATE TABLE t(a); INSERT INTO t VALUES(1.5)");
    let mut bytes = set.close();
    let number = 1.5f64.to_be_bytes();
    let at = bytes
        .windows(8)
        .position(|window| window == number)
        .unwrap();
    bytes[at..at + 8].copy_from_slice(&f64::NAN.to_be_bytes());
    assert_eq!(compare(bytes, "NaN").0, 2);
}

/// Every database of the corpora that SQLite calls sound, as it showed it.
#[test]
fn rows_of_the_corpora_are_those_of_sqlite() {
    let Some(corpora) = env::var_os("STILLFRAME_CORPORA").map(PathBuf::from) else {
        println!("skipped: STILLFRAME_CORPORA does not name the corpora");
        return;
    };
    let (mut databases, mut rows, mut values) = (0, 0, 0);
    for path in databases_of(&corpora) {
        let bytes = fs::read(&path).unwrap();
        if bytes.len() < 512 || Bytes::new(bytes.clone()).is_none() {
            continue;
        }
        let database = sqlite(&bytes);
        let check = database.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0));
        if check.as_deref() != Ok("ok") {
            continue;
        }
        drop(database);
        let (some_rows, some_values) = compare(bytes, &path.display().to_string());
        (databases, rows, values) = (databases + 1, rows + some_rows, values + some_values);
    }
    println!("{databases} databases, {rows} rows, {values} values");
    assert!(databases >= 600, "{databases}");
}

fn databases_of(corpora: &Path) -> Vec<PathBuf> {
    let entries = |folder: PathBuf| {
        fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
    };
    let mut paths = Vec::new();
    for folder in ["sqlite-fuzzdata/extracted", "sqlite-hexdb"] {
        paths.extend(
            entries(corpora.join(folder)).filter(|path| path.extension() == Some("db".as_ref())),
        );
    }
    for kind in ["wal", "jrnl", "jrnl0", "db"] {
        for set in entries(corpora.join("sqlite-testsuite").join(kind)) {
            let shown = set.join("expected.img");
            paths.push(if shown.exists() {
                shown
            } else {
                set.join("t.db")
            });
        }
    }
    paths.retain(|path| path.exists());
    paths.sort();
    paths
}
