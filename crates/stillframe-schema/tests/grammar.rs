//! Odd statements that SQLite takes are read as it reads them.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read its input fails"
)]

mod support;

use std::panic::{AssertUnwindSafe, catch_unwind};

use rusqlite::Connection;
use stillframe_schema::{Reason, Row, Schema};
use stillframe_testkit::oracle::keywords;
use support::{compare, number, reopened, rows};

/// Words that are keywords elsewhere, or have a meaning in some place.
const WORDS: &str = "\
    STORED STRICT ROWID TRUE FALSE TYPE DOMAIN SEQUENCE STRUCT ARRAY ENUM LATERAL OPTIMIZE START ANY BOOLEAN \
    USER FUNCTION PROCEDURE GRANT SHOW LOCAL TIME DATE INTERVAL VARYING ORDINALITY CONCURRENTLY PERCENT TOP \
    MODE OWNER SUBTYPE METHOD TTL SCHEMA EXTENSION COPY LISTEN";

/// What a word is put into.
const PLACES: &[&str] = &[
    "CREATE TABLE t({}, b)",
    "CREATE TABLE t(b, {})",
    "CREATE TABLE t(b, {} INT NOT NULL)",
    "CREATE TABLE t(a {}, b)",
    "CREATE TABLE t(a {} NOT NULL, b)",
    "CREATE TABLE t(a INT {}, b)",
    "CREATE TABLE t(a {}(5), b)",
    "CREATE TABLE t(a {} INT(-5, +3), b)",
    "CREATE TABLE {}(a)",
    "CREATE TABLE t(a DEFAULT {})",
    "CREATE TABLE t(a DEFAULT {} NOT NULL)",
    "CREATE TABLE t(a COLLATE {})",
    "CREATE TABLE t(a CONSTRAINT {} UNIQUE)",
    "CREATE TABLE t(a, CONSTRAINT {} UNIQUE(a))",
    "CREATE TABLE t(a REFERENCES {})",
    "CREATE TABLE t(a REFERENCES t MATCH {})",
    "CREATE TABLE t({}, UNIQUE({}))",
    "CREATE TABLE t({}, b, CHECK({} > 0))",
    "CREATE TABLE t({}, b AS ({} + 1))",
    "CREATE TABLE t({}, FOREIGN KEY({}) REFERENCES u({}))",
    "CREATE TABLE t(a, b); CREATE INDEX {} ON t(a)",
    "CREATE TABLE {}(a, b); CREATE INDEX i ON {}(a)",
    "CREATE TABLE t({}, b); CREATE INDEX i ON t({})",
    "CREATE TABLE t({}, b); CREATE INDEX i ON t({} COLLATE NOCASE DESC)",
    "CREATE TABLE t({}, b); CREATE INDEX i ON t(b) WHERE {} > 5",
    "CREATE TABLE t({}, b); CREATE INDEX i ON t(b + {})",
    "CREATE TABLE t(a); CREATE VIEW {} AS SELECT a FROM t",
    "CREATE TABLE t(a); CREATE VIEW v({}) AS SELECT a AS {} FROM t",
    "CREATE TABLE t(a); CREATE VIEW v AS SELECT a {} FROM t",
    "CREATE TABLE t(a); CREATE VIEW v AS SELECT x.a FROM t {}, t AS x",
    "CREATE TABLE t(a); CREATE TRIGGER {} AFTER INSERT ON t BEGIN SELECT 1; END",
    "CREATE TABLE t({}, b); CREATE TRIGGER g AFTER UPDATE OF {} ON t BEGIN SELECT 1; END",
];

const STATEMENTS: &[&str] = &[
    // A vertical tab is a space behind another.
    "CREATE TABLE t(a \x0b int,\n\x0b\x0bb DEFAULT (1 \x0b +2) /*\x0b*/, c\t\x0bDEFAULT '\x0b')",
    "CREATE TABLE t(a, b); CREATE INDEX i ON t(a \x0b, b \x0b DESC) \x0b",
    // Names before constraints, and constraints of nothing but a name.
    "CREATE TABLE t(a CONSTRAINT x CONSTRAINT y NOT NULL, b)",
    "CREATE TABLE t(a CONSTRAINT x CONSTRAINT y, b)",
    "CREATE TABLE t(a INT CONSTRAINT x, b CONSTRAINT y)",
    "CREATE TABLE t1(a CONSTRAINT x REFERENCES tt CONSTRAINT d CONSTRAINT e UNIQUE)",
    "CREATE TABLE t(a CONSTRAINT x UNIQUE CONSTRAINT y CONSTRAINT z NOT NULL CONSTRAINT w)",
    "CREATE TABLE t(a, b, CONSTRAINT x CONSTRAINT y UNIQUE(a))",
    "CREATE TABLE t(a, b, CONSTRAINT x)",
    "CREATE TABLE t(a, b, CONSTRAINT x, CONSTRAINT y)",
    "CREATE TABLE t(a, b, UNIQUE(a) CONSTRAINT x)",
    "CREATE TABLE t(a, b, CONSTRAINT x CONSTRAINT y, UNIQUE(b))",
    "CREATE TABLE t(a, b, CONSTRAINT 'x y' CONSTRAINT \"p(\" CONSTRAINT [)] UNIQUE(a))",
    // Constraints of the table without commas between them.
    "CREATE TABLE t(a, b, UNIQUE(a) UNIQUE(b))",
    "CREATE TABLE t(a, b, UNIQUE(a) PRIMARY KEY(b) CHECK(a > 0) FOREIGN KEY(a) REFERENCES u)",
    "CREATE TABLE t(a, b, CONSTRAINT x UNIQUE(a) CONSTRAINT y UNIQUE(b))",
    "CREATE TABLE t(a, b, CHECK(a > 0) CONSTRAINT y, UNIQUE(b))",
    "CREATE TABLE t(a, b, CHECK(a > 0) ON CONFLICT REPLACE)",
    "CREATE TABLE t(a, b, CHECK(a > 0) ON CONFLICT ABORT, UNIQUE(a, b) ON CONFLICT IGNORE)",
    "CREATE TABLE t(a, b, PRIMARY KEY(a) ON CONFLICT FAIL)",
    "CREATE TABLE t(a, b, PRIMARY KEY(a ASC, b DESC) ON CONFLICT ROLLBACK) WITHOUT ROWID",
    "CREATE TABLE t(a INTEGER, PRIMARY KEY(a AUTOINCREMENT))",
    "CREATE TABLE t(a INTEGER, b, PRIMARY KEY(a ASC AUTOINCREMENT))",
    "CREATE TABLE t(a INTEGER PRIMARY KEY ASC ON CONFLICT REPLACE AUTOINCREMENT)",
    // Other tables.
    "CREATE TABLE t(a REFERENCES u NOT NULL, b)",
    "CREATE TABLE t(a REFERENCES u(x) NOT NULL UNIQUE, b)",
    "CREATE TABLE t(a REFERENCES u NOT DEFERRABLE NOT NULL, b)",
    "CREATE TABLE t(a REFERENCES u NOT DEFERRABLE INITIALLY DEFERRED, b UNIQUE)",
    "CREATE TABLE t(a REFERENCES u DEFERRABLE INITIALLY IMMEDIATE UNIQUE, b)",
    "CREATE TABLE t(a REFERENCES u MATCH FULL ON DELETE SET NULL ON UPDATE CASCADE MATCH SIMPLE, b)",
    "CREATE TABLE t(a REFERENCES u ON INSERT NO ACTION ON DELETE RESTRICT ON UPDATE SET DEFAULT NOT NULL)",
    "CREATE TABLE t(a INT DEFERRABLE, b)",
    "CREATE TABLE t(a INT NOT DEFERRABLE INITIALLY DEFERRED UNIQUE, b)",
    "CREATE TABLE t(a REFERENCES u DEFERRABLE DEFERRABLE, b)",
    "CREATE TABLE t(a REFERENCES u REFERENCES v(x))",
    "CREATE TABLE t(a, FOREIGN KEY(a) REFERENCES u NOT DEFERRABLE)",
    "CREATE TABLE t(a, FOREIGN KEY(a) REFERENCES u(x) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED UNIQUE(a))",
    "CREATE TABLE t(a, b, FOREIGN KEY(a, b) REFERENCES 'u'('x', \"y\"))",
    "CREATE TABLE t(a REFERENCES u(x COLLATE NOCASE))",
    // NULL and NOT NULL.
    "CREATE TABLE t(a NULL NOT NULL NULL, b NULL ON CONFLICT FAIL)",
    "CREATE TABLE t(a NOT NULL ON CONFLICT ROLLBACK NOT NULL)",
    "CREATE TABLE t(a INT NOTNULL, b)",
    // Defaults.
    "CREATE TABLE t(a DEFAULT - 5, b DEFAULT + 5, c DEFAULT (- - 5))",
    "CREATE TABLE t(a DEFAULT -'text', b DEFAULT +x'00', c DEFAULT -NULL)",
    "CREATE TABLE t(a DEFAULT - CURRENT_TIME, b DEFAULT CURRENT_DATE)",
    "CREATE TABLE t(a DEFAULT abc, b DEFAULT \"abc\", c DEFAULT [abc], d DEFAULT `abc`)",
    "CREATE TABLE t(a DEFAULT 1 DEFAULT 2, b)",
    "CREATE TABLE t(a DEFAULT 1_000, b DEFAULT 0x1_f, c DEFAULT .5, d DEFAULT 5., e DEFAULT 1e5, f DEFAULT 1_0.0_1e1_0)",
    "CREATE TABLE t(a DEFAULT (1), b DEFAULT (1 + 2 * 3), c DEFAULT (a), d DEFAULT ('x' || 'y'))",
    "CREATE TABLE t(a DEFAULT (CASE WHEN 1 THEN 2 ELSE 3 END), b DEFAULT (random()))",
    "CREATE TABLE t(a DEFAULT true, b DEFAULT FALSE, c DEFAULT 9223372036854775808, d DEFAULT -9223372036854775808)",
    "CREATE TABLE t(a DEFAULT indexed, b)",
    "CREATE TABLE t(a TEXT DEFAULT '' NOT NULL COLLATE NOCASE CHECK(a <> '') UNIQUE)",
    // Types.
    "CREATE TABLE t(a VARCHAR(-10), b DECIMAL(+10, -5), c FLOAT(1.5), d X(1e3))",
    "CREATE TABLE t(a 'my type', b \"other type\" INT, c [third](5), d `x` `y`, e 'x' 'y' 'z')",
    "CREATE TABLE t(a INT INT INT, b UNSIGNED BIG INT(10), c LONG LONG, d DOUBLE PRECISION(1, 2))",
    "CREATE TABLE t(a INT[], b)",
    "CREATE TABLE t(c [x] [y], d INT[5])",
    "CREATE TABLE t(a INT(0x10), b INT(1_0))",
    "CREATE TABLE t(a ANY, b ANY) STRICT",
    "CREATE TABLE t(a int, b integer, c real, d text, e blob, f ANY) STRICT",
    "CREATE TABLE t(a \"INTEGER\" PRIMARY KEY, b)",
    "CREATE TABLE t(a 'integer' PRIMARY KEY, b)",
    "CREATE TABLE t(a [integer] PRIMARY KEY, b)",
    "CREATE TABLE t(a INTEGER(5) PRIMARY KEY, b)",
    "CREATE TABLE t(a INTEGER PRIMARY KEY, b 'GENERATED ALWAYS')",
    "CREATE TABLE t(a GENERATED, b GENERATED ALWAYS, c ALWAYS)",
    "CREATE TABLE t(a, b GENERATED ALWAYS AS (a) NOT NULL, c INT GENERATED ALWAYS AS (a + 1) STORED UNIQUE)",
    "CREATE TABLE t(a, b AS (a) 'STORED', c)",
    "CREATE TABLE t(a, b AS (a) \"stored\", c)",
    "CREATE TABLE t(a, b AS (a) [virtual], c)",
    "CREATE TABLE t(a, b INT AS (a + c) STORED CHECK(b > 0) NOT NULL, c)",
    "CREATE TABLE t(a, b AS (a) COLLATE NOCASE, UNIQUE(b))",
    // Options.
    "CREATE TABLE t(a INT PRIMARY KEY) WITHOUT ROWID, STRICT",
    "CREATE TABLE t(a INT PRIMARY KEY) STRICT, WITHOUT ROWID",
    "CREATE TABLE t(a INT PRIMARY KEY) strict, strict, Without RowId",
    "CREATE TABLE t(a INT PRIMARY KEY) WITHOUT 'rowid'",
    "CREATE TABLE t(a INT PRIMARY KEY) WITHOUT \"ROWID\"",
    "CREATE TABLE t(a INT PRIMARY KEY) 'strict'",
    "CREATE TABLE t(a INT PRIMARY KEY) [STRICT], WITHOUT [rowid]",
    // Names.
    "CREATE TABLE 'a b'('c d', \"e\"\"f\", [g]]h])",
    "CREATE TABLE 'a b'('c d', \"e\"\"f\", [g h], `i``j`)",
    "CREATE TABLE t('a', \"b\", UNIQUE('a', \"b\"))",
    "CREATE TABLE t('a', \"b\", PRIMARY KEY('a' COLLATE 'NOCASE' DESC)) WITHOUT ROWID",
    "CREATE TABLE t('', \"x\"); CREATE INDEX i ON t('')",
    "CREATE TABLE \u{fc}(\u{e4} TEXT, \u{1f600}, a$b, _x, x1)",
    "CREATE TABLE \"\"(a); CREATE INDEX \"i i\" ON \"\"(a)",
    "CREATE TABLE t(left, right, full, inner, outer, cross, natural)",
    "CREATE TABLE t(a COLLATE 'nocase', b COLLATE \"rtrim\" UNIQUE)",
    "CREATE TABLE t(a COLLATE NOCASE COLLATE RTRIM UNIQUE)",
    "CREATE TABLE t(rowid, oid, _rowid_)",
    // Comments and spaces.
    "CREATE TABLE t(a, -- one\n b /* two, ( */, c -- three\n) -- four",
    "CREATE TABLE t/**/(/* */a/*x*/INT/**/,b)/* end",
    "CREATE\tTABLE\n\u{c}t(a\r\n,b);",
    "CREATE TABLE t(a, b) ;  -- done",
    "CREATE TABLE t(a, b /* \u{fc} */)",
    "/* before */ CREATE TABLE t(a, b)",
    "CREATE TABLE IF NOT EXISTS t(a, b)",
    "CREATE TABLE main.t(a, b)",
    "CREATE TABLE t AS SELECT 1 AS a, 'x' AS b",
    // Indexes.
    "CREATE TABLE t(a, b); CREATE INDEX i ON t('a')",
    "CREATE TABLE t(a, b); CREATE INDEX i ON t(\"a\", (b), (a + 1) DESC)",
    "CREATE TABLE t(a, b); CREATE INDEX i ON t(a ASC, b COLLATE 'nocase' COLLATE RTRIM)",
    "CREATE TABLE t(a, b); CREATE UNIQUE INDEX IF NOT EXISTS i ON 't'(b) WHERE a NOT NULL AND b NOTNULL",
    "CREATE TABLE t(a, b); CREATE INDEX main.i ON t(b) WHERE a IS NOT DISTINCT FROM 5",
    "CREATE TABLE t(a, b); CREATE INDEX i ON t(a ->> '$.x', b -> 'y')",
    "CREATE TABLE t(a, b); CREATE INDEX i ON t(a) WHERE b NOT BETWEEN 1 AND 2 OR b NOT IN (1, 2) OR b NOT LIKE 'x' ESCAPE 'y'",
    "CREATE TABLE t(a, b); CREATE INDEX i ON t(a) WHERE b == 5 AND a <> 6 AND ~a << 2 & 3 | 4 % 5 != 0",
    "CREATE TABLE t(a, b); CREATE INDEX i ON t(a COLLATE binary, CAST(b AS VARCHAR(10)))",
    "CREATE TABLE t(a, b); CREATE INDEX i ON t(a) WHERE b GLOB 'x*' OR b REGEXP 'y' OR b MATCH 'z'",
    "CREATE TABLE t(a, b); CREATE INDEX i ON t(CASE a WHEN 1 THEN b END, iif(a, b, 1))",
    "CREATE TABLE t(a, b); CREATE INDEX i ON t(a) WHERE (a, b) > (1, 2)",
    "CREATE TABLE t(a, b); CREATE INDEX i ON t(t.a, b)",
    "CREATE TABLE t(a, b); CREATE INDEX i ON t(length(t.a), b)",
    "CREATE TABLE t(a, b, CHECK(t.a > 0 AND \"b\" > 'x' AND a IS NOT b AND a ISNULL))",
    "CREATE TABLE t(a, b, CHECK(a IN ()), CHECK(a IN (1)))",
    "CREATE TABLE t(a CHECK(typeof(a) = 'text' AND a NOT GLOB '*[^0-9]*'), b)",
    // Views and triggers.
    "CREATE TABLE t(a, b); CREATE VIEW v AS VALUES (1, 2), (3, 4)",
    "CREATE TABLE t(a, b); CREATE VIEW v(x, y) AS WITH RECURSIVE c(n) AS MATERIALIZED (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 5) SELECT n, n FROM c",
    "CREATE TABLE t(a, b); CREATE VIEW v AS SELECT sum(a) FILTER (WHERE b > 0) OVER (PARTITION BY b ORDER BY a ROWS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE TIES) FROM t WINDOW w AS (ORDER BY a)",
    "CREATE TABLE t(a, b); CREATE VIEW v AS SELECT * FROM t NATURAL LEFT OUTER JOIN t AS u CROSS JOIN (SELECT 1) ON 1",
    "CREATE TABLE t(a, b); CREATE VIEW v AS SELECT t.* , a 'x', b \"y\" FROM t INDEXED BY i, t NOT INDEXED LIMIT 5, 6",
    "CREATE TABLE t(a, b); CREATE VIEW v AS SELECT group_concat(a, ',' ORDER BY b DESC NULLS LAST) FROM t GROUP BY 1 HAVING count(*) > 1",
    "CREATE TABLE t(a, b); CREATE VIEW v AS SELECT a FROM t RIGHT JOIN t AS u USING(a, b) EXCEPT SELECT 1 INTERSECT SELECT 2 ORDER BY 1 COLLATE NOCASE",
    "CREATE TABLE t(a, b); CREATE VIEW v AS SELECT json_each.value FROM json_each('[1]')",
    "CREATE TABLE t(a, b); CREATE VIEW v AS SELECT a FROM main.t WHERE EXISTS (SELECT 1) AND a IN t AND b IN main.t",
    "CREATE TABLE t(a, b); CREATE VIEW v AS SELECT a FROM json_each(a, b) AS j, (t AS x JOIN t AS y)",
    "CREATE TABLE t(a, b); CREATE VIEW v AS SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY a) FROM t",
    "CREATE TABLE t(a, b); CREATE TRIGGER g INSERT ON t BEGIN UPDATE t SET a = new.a, (a, b) = (1, 2) FROM t AS x WHERE x.a = t.a; END",
    "CREATE TABLE t(a, b); CREATE TRIGGER g BEFORE DELETE ON t FOR EACH ROW WHEN old.a > 1 BEGIN SELECT RAISE(ABORT, 'no'); SELECT RAISE(IGNORE); END",
    "CREATE TABLE t(a, b); CREATE TRIGGER g BEFORE DELETE ON t BEGIN SELECT RAISE(FAIL, 'a' || old.a); END",
    "CREATE TABLE t(a, b); CREATE TRIGGER g AFTER UPDATE OF a, b ON t BEGIN INSERT OR REPLACE INTO t(a) VALUES(new.a) ON CONFLICT DO NOTHING; REPLACE INTO t VALUES(1, 2); END",
    "CREATE TABLE t(a, b); CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO t SELECT 1, 2 WHERE 1 ON CONFLICT(a) DO UPDATE SET b = excluded.b; DELETE FROM t WHERE a = 1; END",
    "CREATE TABLE t(a, b); CREATE VIEW v AS SELECT 1; CREATE TRIGGER g INSTEAD OF INSERT ON v BEGIN WITH x AS (SELECT 1) SELECT * FROM x; END",
    "CREATE TABLE t(a, b); CREATE TRIGGER g AFTER INSERT ON t BEGIN WITH x AS (SELECT 1) INSERT INTO t SELECT 1, 2; END",
    "CREATE VIRTUAL TABLE f USING fts5(a, b, tokenize = 'porter', content='')",
    "CREATE VIRTUAL TABLE f USING fts5(a, b UNINDEXED, prefix='2 3')",
    "CREATE VIRTUAL TABLE f USING rtree(id, x0, x1, +label TEXT)",
];

/// Types that are something else to the parser. They say that they are not understood.
const NOT_UNDERSTOOD: &[&str] = &["CREATE TABLE t(a STRUCT(5), b)", "CREATE TABLE t(a [], b)"];

/// How statements were read.
#[derive(Debug, Default)]
struct Outcomes {
    refused: usize,
    not_understood: Vec<String>,
    read: usize,
    wrong: Vec<String>,
}

impl Outcomes {
    /// What SQLite takes is read as it reads it, or said not to be understood; never refused.
    fn read(&mut self, statements: &str) {
        let Ok(database) = reopened(statements) else {
            self.refused += 1;
            return;
        };
        let rows = rows(&database).unwrap();
        let schema = Schema::read(&rows, 4, number(&database, "page_count"));
        if let Some(first) = schema.refused.first() {
            let outcomes = match first.reason {
                Reason::Syntax => &mut self.not_understood,
                _ => &mut self.wrong,
            };
            outcomes.push(statements.to_owned());
            return;
        }
        match catch_unwind(AssertUnwindSafe(|| compare(&database, &schema, statements))) {
            Ok(()) => self.read += 1,
            Err(_) => self.wrong.push(statements.to_owned()),
        }
    }
}

#[test]
fn odd_statements_are_read_as_sqlite_reads_them() {
    let mut outcomes = Outcomes::default();
    let statements = STATEMENTS.iter().chain(NOT_UNDERSTOOD);
    statements.for_each(|statements| outcomes.read(statements));
    println!("{outcomes:#?}");
    assert_eq!(outcomes.wrong, [""; 0]);
    assert_eq!(outcomes.not_understood, NOT_UNDERSTOOD);
    assert!(outcomes.read > 110, "{outcomes:?}");
}

#[test]
fn words_are_names_where_they_are_for_sqlite() {
    let mut outcomes = Outcomes::default();
    let keywords = keywords();
    for word in keywords
        .iter()
        .map(String::as_str)
        .chain(WORDS.split_whitespace())
    {
        for place in PLACES {
            outcomes.read(&place.replace("{}", word));
        }
    }
    println!("{outcomes:#?}");
    assert_eq!(outcomes.wrong, [""; 0]);
    assert_eq!(outcomes.not_understood, NOT_UNDERSTOOD[..1]);
    assert!(outcomes.read > 3800, "{outcomes:?}");
}

/// What is called malformed is what SQLite refuses, of statements cut and changed in every place.
#[test]
fn what_is_called_malformed_is_refused_by_sqlite() {
    let (mut refused, mut not_understood) = (0, 0);
    for statement in STATEMENTS
        .iter()
        .filter(|text| text.starts_with("CREATE TABLE") && !text.contains(';'))
    {
        let ends = statement.char_indices().map(|(at, _)| at).skip(12);
        let changed = ends.clone().flat_map(|at| {
            let (start, end) = statement.split_at(at);
            [
                "(", ")", "'", "\"", "[", "]", "^", "!", "{", "x'5", ",", "/*", "\x0b",
            ]
            .map(|mark| format!("{start}{mark}{end}"))
        });
        for text in ends.map(|at| statement[..at].to_owned()).chain(changed) {
            let row = Row::new("table", "t", "t", 2, &text);
            let reason = Schema::read(&[row], 4, 9)
                .refused
                .pop()
                .map(|refused| refused.reason);
            match reason {
                Some(Reason::Near(_) | Reason::Token(_) | Reason::Incomplete) => {
                    let database = Connection::open_in_memory().unwrap();
                    assert!(database.execute_batch(&text).is_err(), "{text}");
                    refused += 1;
                }
                Some(Reason::Syntax) => not_understood += 1,
                _ => {}
            }
        }
    }
    println!("{refused} refused for certain, {not_understood} not understood");
    assert!(refused > 10_000 && refused > not_understood);
}

/// What begins no token is said to, in SQLite's words.
#[test]
fn what_is_no_token_is_named() {
    for text in [
        "CREATE TABLE t(a])",
        "CREATE TABLE t(a ] int)",
        "CREATE TABLE t(a) ]",
        "CREATE TABLE t(a\x0bint)",
        "CREATE TABLE t(\x0ba)",
        "CREATE TABLE t(a DEFAULT 5]5)",
        "CREATE TABLE t(a CHECK(a > ]))",
    ] {
        let row = Row::new("table", "t", "t", 2, text);
        let refused = Schema::read(&[row], 4, 9).refused.pop();
        let reason = refused.expect(text).reason;
        let error = Connection::open_in_memory().unwrap().execute_batch(text);
        let error = error.expect_err(text).to_string();
        let said = error.split(" in CREATE").next().unwrap();
        assert!(
            said.starts_with(&reason.to_string()),
            "{error}, not {reason}"
        );
    }
}
