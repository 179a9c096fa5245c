//! What `dump` writes: loaded into SQLite it is the database again; CSV and JSON lines hold what SQLite reads.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot do its work fails"
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use stillframe_testkit::builder::{Plan, Seed, SetBuilder, random_set, stories};
use support::{PROGRAM, Room, fixtures};

mod support;

/// The statements of `sqlite_schema`, and the rows of every table, as SQLite has them.
type Content = (Vec<String>, BTreeMap<String, Vec<String>>);

fn content(database: &Connection) -> Content {
    let list = |sql: &str| -> Vec<String> {
        let mut statement = database.prepare(sql).unwrap();
        let count = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        let mut found = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            let values = (0..count).map(|index| match row.get_ref(index).unwrap() {
                ValueRef::Real(real) => format!("real {:x}", real.to_bits()),
                ValueRef::Text(text) => format!("'{}'", text.escape_ascii()),
                other => format!("{other:?}"),
            });
            found.push(values.collect::<Vec<_>>().join("|"));
        }
        found.sort();
        found
    };
    let schema = list(
        "SELECT type, name, tbl_name, rtrim(sql, char(10)) FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'",
    );
    let mut names = database
        .prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'shadow') AND name <> 'sqlite_schema'")
        .unwrap();
    let names = names.query_map([], |row| row.get::<_, String>(0)).unwrap();
    let tables = names.map(|name| {
        let name = name.unwrap();
        let rows = list(&format!("SELECT * FROM \"{}\"", name.replace('"', "\"\"")));
        (name, rows)
    });
    // One that is empty is not made where nothing makes it.
    let tables = tables.filter(|(name, rows)| name != "sqlite_sequence" || !rows.is_empty());
    (schema, tables.collect())
}

/// What is loaded from SQL text.
fn loaded(sql: &str) -> Connection {
    let database = Connection::open_in_memory().unwrap();
    database
        .execute_batch(sql)
        .unwrap_or_else(|error| panic!("{error}: {sql}"));
    database
}

fn opened(path: &Path) -> Connection {
    let uri = format!("file:{}?immutable=1", path.display());
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    Connection::open_with_flags(uri, flags).unwrap()
}

/// Compares what is loaded from the dump of a moment with what `rebuild` writes of it; the number of tables.
fn compare(room: &Room, at: &str, label: &str) -> usize {
    let dump = room.run(&format!("dump app.db --at {at}")).exits(0);
    room.run(&format!("rebuild app.db --at {at} --force -o rebuilt.db"))
        .exits(0);
    let expected = content(&opened(&room.at("rebuilt.db")));
    let found = content(&loaded(&dump.stdout));
    assert_eq!(found, expected, "{label} at {at}");
    expected.1.len()
}

#[test]
fn a_dump_is_loaded_as_the_database_it_was() {
    let (mut moments, mut tables) = (0, 0);
    let random = (1..=12).map(random_set);
    for set in stories::all().into_iter().chain(random) {
        let room = Room::new();
        room.write("app.db", &set.database);
        if !set.wal.is_empty() {
            room.write("app.db-wal", &set.wal);
        }
        // The file alone is of no moment where a checkpoint was not finished.
        for truth in set.truth.iter().rev().take(4) {
            tables += compare(&room, &truth.commit.to_string(), &set.name);
            moments += 1;
        }
    }
    println!("{moments} moments, {tables} tables");
    assert!(moments > 50, "{moments}");
}

/// Every value that is hard to write, in every encoding.
const HARD: &str = "
    CREATE TABLE t(a, b REAL, c TEXT);
    INSERT INTO t VALUES
        (1.0, 1, 'it''s'), (0.1 + 0.2, 1e300 * 1e300, char(10) || char(13) || char(9)), (-1e300 * 1e300, 5e-324, ''),
        (1e16, -1e17, 'back\\slash'), (x'', x'00ff10', char(27) || '\\u0041'), (NULL, 1.7976931348623157e308, 'nul' || char(0) || 'inside'),
        (9223372036854775807, -9223372036854775808, 'é€\u{1f980}'), ('12', '1e5', x'61ff'), (zeroblob(5000), 4.35, printf('%.9000c', 'x')),
        (-0.0, -0.0, '-0.0');
    CREATE TABLE \"we \"\"ird\"(\"order\" INTEGER PRIMARY KEY, \"B c\");
    INSERT INTO \"we \"\"ird\" VALUES(7, 8);
    CREATE TABLE \"select\"(a, b AS (a + 1), c AS (a * 2) STORED, d) -- a comment
    ;
    INSERT INTO \"select\" VALUES(1, 2);
    CREATE TABLE old(a); INSERT INTO old VALUES(1); ALTER TABLE old ADD COLUMN b DEFAULT 'é';
    CREATE TABLE w(a, b, PRIMARY KEY(b DESC, a)) WITHOUT ROWID; INSERT INTO w VALUES(1, 2), (3, 4);
    CREATE TABLE i(id INTEGER PRIMARY KEY AUTOINCREMENT, v); INSERT INTO i(v) VALUES('q'), ('r'); DELETE FROM i WHERE id = 2;
    CREATE INDEX ii ON i(v /* here -- too */ DESC); CREATE VIEW vv AS SELECT 1 AS one;
    CREATE TRIGGER tt AFTER INSERT ON i BEGIN SELECT 1; END;
    CREATE VIRTUAL TABLE f USING fts5(x); INSERT INTO f VALUES('hello');
    ANALYZE;";

#[test]
fn values_that_are_hard_to_write_are_loaded_as_they_were() {
    for encoding in ["UTF-8", "UTF-16le", "UTF-16be"] {
        for page_size in [512, 4096, 65536] {
            let plan = Plan {
                encoding,
                journal_mode: "DELETE",
                ..Plan::with_page_size(page_size)
            };
            let set = SetBuilder::new("hard", &plan);
            set.sql(HARD);
            let room = Room::new();
            room.write("app.db", set.close());
            assert!(compare(&room, "0", encoding) > 6);
        }
    }
}

/// Floating-point numbers of any bits that are a number come back with every one of them.
#[test]
fn numbers_are_loaded_bit_for_bit() {
    let room = Room::new();
    let database = Connection::open(room.at("app.db")).unwrap();
    let begin = "CREATE TABLE t(any, r REAL, n NUMERIC, i INTEGER); BEGIN";
    database.execute_batch(begin).unwrap();
    let mut seed = Seed(1);
    let mut statement = database
        .prepare("INSERT INTO t VALUES (?1, ?1, ?1, ?1)")
        .unwrap();
    for _ in 0..5000 {
        let bits = seed.bits();
        let whole = (seed.below(1 << 62) >> seed.below(62)) as f64;
        for number in [
            f64::from_bits(bits),
            f64::from_bits(bits >> seed.below(64)),
            whole,
            -whole,
        ] {
            statement.execute([number]).unwrap();
        }
    }
    drop(statement);
    database.execute_batch("COMMIT").unwrap();
    drop(database);
    assert_eq!(compare(&room, "0", "numbers"), 1);
}

/// A fixture with text that is none, which no statement given as text can load.
const NO_TEXT: &str = "good/text-not-valid";

/// Text that is not valid is written as it is, as the shell does.
#[test]
fn bytes_that_are_no_text_are_written_as_they_are() {
    let room = Room::new();
    room.copy(NO_TEXT, ".");
    let output = support::program(room.path())
        .args(["dump", "app.db"])
        .output();
    let written = output.unwrap().stdout;
    let found = written.windows(7).any(|bytes| bytes == b"'Andr\xe9'");
    assert!(found, "{}", written.escape_ascii());
}

#[test]
fn fixtures_that_are_sound_are_loaded_as_they_were() {
    let mut compared = 0;
    for fixture in fixtures().iter().filter(|name| name.starts_with("good/")) {
        if fixture == NO_TEXT {
            continue;
        }
        let room = Room::new();
        room.copy(fixture, ".");
        let ran = room.run("dump app.db --at last");
        if ran.status == Some(0) {
            compare(&room, "last", fixture);
            compared += 1;
        }
    }
    assert!(compared > 20, "{compared}");
}

/// Byte for byte but for what the shell loses, if `STILLFRAME_SQLITE3` names a shell of SQLite 3.54.
#[test]
fn a_dump_is_what_the_shell_writes() {
    let Some(shell) = std::env::var_os("STILLFRAME_SQLITE3") else {
        support::skipped("STILLFRAME_SQLITE3 names no shell of SQLite 3.54");
        return;
    };
    let room = Room::new();
    let set = SetBuilder::new(
        "hard",
        &Plan {
            journal_mode: "DELETE",
            ..Plan::default()
        },
    );
    set.sql(HARD);
    // What the shell loses.
    set.sql("DELETE FROM t WHERE typeof(a) = 'real' OR typeof(b) = 'real' OR instr(c, char(0)); DROP TABLE f");
    room.write("app.db", set.close());
    let expected = Command::new(shell)
        .arg(room.at("app.db"))
        .arg(".dump")
        .output()
        .unwrap();
    let expected = String::from_utf8(expected.stdout).unwrap();
    let ours = room.run("dump app.db").exits(0).quietly();
    assert_eq!(ours.stdout, expected);
}

fn customers() -> Room {
    let set = SetBuilder::new(
        "customers",
        &Plan {
            journal_mode: "DELETE",
            ..Plan::default()
        },
    );
    set.sql(
        "CREATE TABLE customers(id INTEGER PRIMARY KEY, name, v AS (id + 1), big);
        INSERT INTO customers VALUES(1, 'Ada, the first', 9007199254740993), (2, NULL, 1.0), (3, '', x'00ff'),
            (4, 'say \"hi\"', 9e999), (5, CAST(x'61ff' AS TEXT), 'x''00ff''');
        CREATE TABLE empty(a); CREATE VIEW view AS SELECT 1; CREATE INDEX by_name ON customers(name)",
    );
    let room = Room::new();
    room.write("app.db", set.close());
    room
}

#[test]
fn csv_is_what_the_shell_writes_and_blobs_are_told_from_text() {
    let room = customers();
    let line = [
        "dump",
        "app.db",
        "CUSTOMERS",
        "--format",
        "csv",
        "-o",
        "out.csv",
        "-q",
    ];
    support::run_in(room.path(), &line).exits(0).quietly();
    let expected =
        b"id,name,big\r\n1,\"Ada, the first\",9007199254740993\r\n2,,1.0\r\n3,\"\",x'00ff'\r\n\
        4,\"say \"\"hi\"\"\",Inf\r\n5,\"a\xff\",\"x'00ff'\"\r\n";
    assert_eq!(room.read("out.csv"), expected);
    room.run("dump app.db --format csv")
        .exits(2)
        .complains(&["one table", "customers, empty"]);
    room.run("dump app.db view --format csv")
        .exits(2)
        .complains(&["view is a view"]);
    room.run("dump app.db by_name --format csv")
        .exits(2)
        .complains(&["no table"]);
    let ran = room
        .run("dump app.db customers --format csv -o again.csv")
        .exits(0);
    ran.complains(&["table customers", "VIRTUAL generated columns", ": v\n"]);
}

/// What the file does not hold is no loss: the exit status is 0, of the form that gives more tables than one, too.
#[test]
fn columns_that_the_file_does_not_hold_are_named_and_no_warning() {
    let plan = Plan {
        journal_mode: "DELETE",
        ..Plan::default()
    };
    let set = SetBuilder::new("computed", &plan);
    let many: String = (0..12).map(|n| format!(", v{n} AS (a + {n})")).collect();
    set.sql(&format!(
        "CREATE TABLE t(a, s AS (a * 2) STORED{many}); INSERT INTO t(a) VALUES(1);
        CREATE TABLE u(a, s AS (a * 3) STORED); INSERT INTO u(a) VALUES(2)"
    ));
    let room = Room::new();
    room.write("app.db", set.close());
    let named = "left out are VIRTUAL generated columns, which the file does not hold: v0, v1, v2, v3, v4, v5, v6, v7, v8, v9 and 2 more\n";
    let csv = room.run("dump app.db t --format csv").exits(0);
    assert_eq!(csv.stdout, "a,s\r\n1,2\r\n");
    csv.complains(&["app.db: table t: ", named]);
    let json = room.run("dump app.db --format jsonl").exits(0);
    assert_eq!(json.json_lines()[1]["columns"]["s"], 6);
    json.complains(&["app.db: table t: ", named]);
    room.run("dump app.db --format jsonl -q").exits(0).quietly();
    // SQLite computes them again.
    room.run("dump app.db").exits(0).quietly();
}

/// The function that the help and the page of the verb name is the only one that the text needs.
#[test]
fn only_control_characters_take_a_function_to_load() {
    let plan = Plan {
        journal_mode: "DELETE",
        ..Plan::default()
    };
    let set = SetBuilder::new("control", &plan);
    set.sql("CREATE TABLE t(a); INSERT INTO t VALUES('a' || char(10)), ('b\\u0041'), ('c' || char(127) || 'é')");
    let room = Room::new();
    room.write("app.db", set.close());
    let dump = room.run("dump app.db t").exits(0).quietly();
    let rows: Vec<&str> = dump
        .stdout
        .lines()
        .filter(|line| line.starts_with("INSERT"))
        .collect();
    assert_eq!(rows[0], "INSERT INTO t VALUES(unistr('a\\u000a'));");
    assert_eq!(rows[1], "INSERT INTO t VALUES('b\\u0041');");
    assert_eq!(rows[2], "INSERT INTO t VALUES('c\u{7f}é');");
    let help = support::run("dump --help").exits(0).stdout;
    assert!(
        help.contains("unistr") && help.contains("SQLite 3.50"),
        "{help}"
    );
}

#[test]
fn json_lines_are_a_row_each() {
    let room = customers();
    let ran = room.run("dump app.db -q --format jsonl").exits(0).quietly();
    let lines = ran.json_lines();
    assert_eq!(lines.len(), 5);
    assert_eq!(lines[0]["schema_version"], 1);
    assert_eq!(lines[0]["table"], "customers");
    assert_eq!(lines[0]["rowid"], 1);
    assert_eq!(lines[0]["columns"]["big"], 9_007_199_254_740_993_i64);
    assert!(lines[0]["columns"].get("v").is_none());
    assert!(lines[1]["columns"]["name"].is_null());
    assert_eq!(lines[1]["columns"]["big"], 1.0);
    assert!(ran.stdout.contains("\"big\":1.0}"));
    assert_eq!(lines[2]["columns"]["big"]["blob"], "00ff");
    assert_eq!(lines[3]["columns"]["big"]["real"], "Infinity");
    assert_eq!(lines[4]["columns"]["name"]["text"], "61ff");
}

#[test]
fn names_choose_what_is_written() {
    let room = customers();
    let ran = room.run("dump app.db empty BY_NAME").exits(0).quietly();
    let expected = "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE empty(a);\n\
        CREATE INDEX by_name ON customers(name);\nCOMMIT;\n";
    assert_eq!(ran.stdout, expected);
    let ran = room.run("dump app.db --schema").exits(0).quietly();
    assert!(!ran.stdout.contains("INSERT") && ran.stdout.contains("CREATE VIEW"));
    room.run("dump app.db nothing")
        .exits(2)
        .complains(&["no table nothing", "customers, empty"]);
    room.run("dump app.db --schema --format csv")
        .exits(2)
        .complains(&["--schema"]);
}

#[test]
fn what_cannot_be_read_is_said_and_the_rest_is_written() {
    let set = SetBuilder::new(
        "damaged",
        &Plan {
            journal_mode: "DELETE",
            ..Plan::with_page_size(512)
        },
    );
    set.sql("CREATE TABLE t(id INTEGER PRIMARY KEY, v); CREATE TABLE u(a); INSERT INTO u VALUES('sound')");
    set.sql(
        "INSERT INTO t SELECT value, printf('%.90c', 'x')
        FROM json_each('[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]')",
    );
    let mut bytes = set.close();
    let pages = bytes.len() / 512;
    // The last page is a leaf of t.
    bytes[(pages - 1) * 512] = 0x63;
    let room = Room::new();
    room.write("app.db", &bytes);
    let ran = room.run("dump app.db").exits(1);
    let place = format!("table t: page {pages}: the page begins with 0x63");
    let ran = ran.complains(&["app.db", &place]);
    assert!(ran.stdout.contains("VALUES('sound')"), "{ran}");
    let rows = ran.stdout.matches("INSERT INTO t ").count();
    assert!(rows > 5 && rows < 20, "{ran}");
    assert!(ran.stdout.ends_with("COMMIT;\n"), "{ran}");

    // A file that was cut short: SQLite refuses it.
    room.write("app.db", &bytes[..(pages - 1) * 512]);
    let ran = room.run("dump app.db").exits(1);
    assert!(
        ran.stdout.contains("VALUES('sound')") && ran.stderr.contains("stored"),
        "{ran}"
    );
    // No database at all.
    room.write("app.db", vec![7; 4096]);
    let ran = room.run("dump app.db").exits(1);
    assert_eq!(ran.stdout, "");
}

#[test]
fn an_output_is_complete_or_not_there() {
    let room = Room::new();
    room.copy("good/rollback-mode", ".");
    room.run("dump app.db -o out.sql").exits(0).quietly();
    let text = String::from_utf8(room.read("out.sql")).unwrap();
    assert_eq!(text, room.run("dump app.db").stdout);
    room.run("dump app.db -o out.sql")
        .exits(2)
        .complains(&["exists"]);
    room.run("dump app.db -o out.sql --force")
        .exits(0)
        .quietly();
    room.run("dump app.db -o app.db --force")
        .exits(2)
        .complains(&["never written to"]);
    room.run("dump app.db --force").exits(2);
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_error() {
    let room = Room::new();
    let set = SetBuilder::new(
        "large",
        &Plan {
            journal_mode: "DELETE",
            ..Plan::with_page_size(4096)
        },
    );
    set.sql("CREATE TABLE t(a); INSERT INTO t VALUES(zeroblob(3000000))");
    room.write("app.db", set.close());
    let mut child = Command::new(PROGRAM)
        .args(["dump", "app.db"])
        .current_dir(room.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        (output.status.code(), output.stderr.as_slice()),
        (Some(0), &b""[..])
    );
}
