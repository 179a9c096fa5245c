//! Statements of a schema at random, sound and unsound, from a grammar that is a little wider than SQLite's.

use super::Seed;

/// A row of `sqlite_schema` that is to be judged.
#[derive(Debug, Clone)]
pub struct Statement {
    /// `table`, `index`, `view` or `trigger`.
    pub kind: &'static str,
    /// The name that the row gives.
    pub name: &'static str,
    /// The table that the row gives.
    pub table: &'static str,
    /// The text.
    pub sql: String,
}

/// What is there before: of each kind one, and a column of each kind.
pub const BEFORE: &str = "\
    CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c REAL DEFAULT 5, \"d e\", f AS (b || 'x'));
    CREATE TABLE w(k PRIMARY KEY, v) WITHOUT ROWID;
    CREATE VIEW v(x, y) AS SELECT a, b FROM t;
    CREATE VIRTUAL TABLE z USING rtree(id, x0, x1);
    CREATE INDEX i ON t(b);
    CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END;
    CREATE TABLE free(x)";

/// What stands for each name in `<>`. Those that come first lead to an end.
const RULES: &[(&str, &[&str])] = &[
    (
        "column",
        &[
            "a", "b", "c", "a", "b", "\"d e\"", "f", "rowid", "nosuch", "\"text\"", "[b]",
            "`nosuch`", "t.a", "w.k", "main.t.b", "true",
        ],
    ),
    (
        "literal",
        &[
            "1",
            "0",
            "NULL",
            "'text'",
            "x'00ff'",
            "1.5e3",
            "0x1F",
            "1_000",
            "1__0",
            "1e",
            ".5",
            "CURRENT_TIME",
            "TRUE",
        ],
    ),
    (
        "expr",
        &[
            "<column>",
            "<literal>",
            "<column>",
            "<expr> <op> <expr>",
            "(<expr>)",
            "<call>",
            "<expr> <post>",
            "<pre> <expr>",
            "CASE <case> END",
            "CAST(<expr> AS <type>)",
            "<sub>",
            "(<expr>, <expr>)",
            "?1",
            ":x",
            "RAISE(ABORT, 'no')",
        ],
    ),
    (
        "op",
        &[
            "+",
            "-",
            "*",
            "||",
            "=",
            "==",
            "<>",
            "<",
            ">=",
            "AND",
            "OR",
            "IS",
            "IS NOT",
            "LIKE",
            "NOT LIKE",
            "GLOB",
            "MATCH",
            "REGEXP",
            "->",
            "->>",
            "&",
            "<<",
            "IS DISTINCT FROM",
            "IS NOT DISTINCT FROM",
        ],
    ),
    (
        "post",
        &[
            "ISNULL",
            "NOTNULL",
            "NOT NULL",
            "IS NULL",
            "COLLATE NOCASE",
            "COLLATE 'x'",
            "BETWEEN <expr> AND <expr>",
            "NOT BETWEEN <expr> AND <expr>",
            "IN (<expr>, <expr>)",
            "IN ()",
            "NOT IN (<expr>)",
            "IN t",
            "IN main.t",
            "IN (<select>)",
            "LIKE <expr> ESCAPE <expr>",
            "IN other.t",
            "IN f(1)",
        ],
    ),
    ("pre", &["-", "+", "~", "NOT"]),
    (
        "case",
        &[
            "WHEN <expr> THEN <expr>",
            "<expr> WHEN <expr> THEN <expr> ELSE <expr>",
        ],
    ),
    (
        "call",
        &[
            "abs(<expr>)",
            "lower(<expr>)",
            "coalesce(<expr>, <expr>)",
            "random()",
            "nosuch(<expr>)",
            "count(*)",
            "sum(<expr>)",
            "max(<expr>)",
            "max(<expr>, <expr>)",
            "abs(<expr>, <expr>)",
            "replace(<expr>, 'a', 'b')",
            "date('now')",
            "likelihood(<expr>, 0.5)",
            "likelihood(<expr>, <expr>)",
            "changes()",
            "lower(DISTINCT <expr>)",
            "sum(<expr> ORDER BY <expr>)",
            "lower(<expr> ORDER BY <expr>)",
            "sum(<expr>) FILTER (WHERE <expr>)",
            "lower(<expr>) FILTER (WHERE <expr>)",
            "sum(<expr>) OVER (<window>)",
            "lower(<expr>) OVER u",
            "row_number() OVER (<window>)",
            "nosuch(<expr>) OVER u",
            "sum(DISTINCT <expr>) OVER u",
            "left(<expr>, 1)",
            "glob(<expr>, 'x')",
        ],
    ),
    (
        "sub",
        &["(<select>)", "EXISTS (<select>)", "<expr> IN (<select>)"],
    ),
    (
        "window",
        &[
            "",
            "ORDER BY <sort>",
            "PARTITION BY <expr>",
            "u",
            "u ORDER BY <sort>",
            "PARTITION BY <expr> ORDER BY <sort> ROWS <bound>",
            "ORDER BY <sort> RANGE BETWEEN <bound> AND <bound> EXCLUDE TIES",
            "GROUPS <bound> EXCLUDE NO OTHERS",
            "u PARTITION BY <expr>",
            "rows",
        ],
    ),
    (
        "bound",
        &[
            "CURRENT ROW",
            "UNBOUNDED PRECEDING",
            "UNBOUNDED FOLLOWING",
            "<expr> PRECEDING",
            "<expr> FOLLOWING",
        ],
    ),
    (
        "sort",
        &[
            "<expr>",
            "<expr> DESC",
            "<expr> ASC NULLS LAST",
            "<expr> NULLS FIRST, <expr>",
        ],
    ),
    (
        "select",
        &[
            "SELECT <results>",
            "SELECT <results> FROM <from>",
            "VALUES (<expr>), (<expr>, 2)",
            "SELECT DISTINCT <results> FROM <from> WHERE <expr>",
            "SELECT <results> FROM <from> GROUP BY <expr> HAVING <expr> ORDER BY <sort>",
            "<select> UNION ALL <select>",
            "<select> EXCEPT <select>",
            "WITH q AS (<select>) SELECT * FROM q",
            "WITH RECURSIVE q(n, m) AS NOT MATERIALIZED (<select>), r AS (<select>) SELECT 1",
            "WITH q AS (<select>), Q AS (<select>) SELECT 1",
            "SELECT <results> FROM <from> LIMIT <expr> OFFSET <expr>",
            "SELECT <results> FROM <from> ORDER BY <sort> LIMIT <expr>, <expr>",
            "SELECT <results> FROM <from> WINDOW u AS (<window>), uu AS (u <window>)",
            "VALUES (1) ORDER BY 1",
        ],
    ),
    (
        "results",
        &[
            "*",
            "1",
            "a",
            "t.*",
            "<expr> AS <name>",
            "<expr> 'x', <expr> y",
            "<expr>, *",
            "<expr> <name>",
        ],
    ),
    (
        "from",
        &[
            "t",
            "w AS q",
            "main.t x",
            "t, w",
            "t LEFT JOIN w ON <expr>",
            "t NATURAL JOIN w",
            "t JOIN w USING (a, k)",
            "t LEFT OUTER JOIN w",
            "t INNER CROSS JOIN w",
            "t OUTER JOIN w",
            "t NATURAL LEFT INNER JOIN w",
            "(<select>) AS q",
            "(t, w)",
            "(t JOIN w) AS x",
            "t INDEXED BY i",
            "t NOT INDEXED, w",
            "json_each(<expr>) AS j",
            "other.t",
            "temp.t",
            "t ON <expr>",
            "t USING (a)",
            "t LEFT x JOIN w",
            "t left",
        ],
    ),
    (
        "name",
        &[
            "x",
            "\"x y\"",
            "'x'",
            "[x]",
            "`x`",
            "key",
            "left",
            "window",
            "over",
            "filter",
            "indexed",
            "end",
            "replace",
            "\"\"",
            "current_time",
            "cast",
            "select",
            "temp",
            "rowid",
            "match",
            "desc",
            "begin",
        ],
    ),
    (
        "type",
        &[
            "INT",
            "TEXT",
            "INTEGER",
            "REAL",
            "ANY",
            "VARCHAR(10)",
            "DECIMAL(10, -5)",
            "LONG TEXT",
            "'quoted'",
            "",
            "BLOB GENERATED ALWAYS",
            "left",
            "INT()",
            "NUMERIC(+1.5)",
        ],
    ),
    (
        "view",
        &[
            "AS <select>",
            "(x, y) AS <select>",
            "(a, a) AS <select>",
            "(\"\", \"\") AS <select>",
            "(x COLLATE NOCASE DESC) AS <select>",
            "() AS <select>",
        ],
    ),
    (
        "command",
        &[
            "<select>",
            "UPDATE t SET <set>",
            "UPDATE t AS z SET <set> WHERE <expr>",
            "UPDATE OR IGNORE t SET <set> FROM <from> WHERE <expr>",
            "INSERT INTO t <select>",
            "INSERT INTO t AS q(a, b) <select> <upsert>",
            "REPLACE INTO t VALUES (<expr>, <expr>)",
            "INSERT OR REPLACE INTO w(k) <select>",
            "DELETE FROM t",
            "DELETE FROM t AS z WHERE <expr>",
            "UPDATE main.t SET <set>",
            "INSERT INTO main.t <select>",
            "DELETE FROM t INDEXED BY i",
            "UPDATE t NOT INDEXED SET <set>",
            "WITH q AS (<select>) SELECT * FROM q",
            "WITH q AS (<select>) DELETE FROM t",
            "INSERT INTO t DEFAULT VALUES",
            "SELECT RAISE(IGNORE)",
            "INSERT INTO t <select> RETURNING *",
        ],
    ),
    (
        "commands",
        &["<command>;", "<command>; <command>;", "<command>", ""],
    ),
    (
        "set",
        &[
            "a = <expr>",
            "a = 1, b = <expr>",
            "(a, b) = (<expr>, <expr>)",
            "(a, b) = (<select>)",
            "(a, b, c) = (1, 2)",
            "(a) = <expr>",
            "a == 1",
        ],
    ),
    (
        "upsert",
        &[
            "",
            "ON CONFLICT DO NOTHING",
            "ON CONFLICT (a) DO UPDATE SET <set> WHERE <expr>",
            "ON CONFLICT (b NULLS LAST) DO NOTHING",
            "ON CONFLICT (a) WHERE <expr> DO NOTHING ON CONFLICT DO UPDATE SET <set>",
            "RETURNING a",
        ],
    ),
    (
        "event",
        &["INSERT", "DELETE", "UPDATE", "UPDATE OF a, nosuch"],
    ),
    ("time", &["", "BEFORE", "AFTER", "INSTEAD OF"]),
    (
        "each",
        &[
            "",
            "FOR EACH ROW",
            "WHEN <expr>",
            "FOR EACH ROW WHEN <expr>",
        ],
    ),
    (
        "columns",
        &[
            "a",
            "a, b",
            "a <type>, b <type> <constraint>",
            "a <type> <constraint>, b <type> <constraint>, c <type> <constraint>",
            "a <type> PRIMARY KEY <constraint>, b <type>",
            "a <type>, A",
            "a INTEGER PRIMARY KEY, b AS (<expr>) <constraint>",
            "a, b <type> AS (<expr>) <stored>",
            "a AS (b), b AS (a)",
            "a, b DEFAULT <default>",
            "a, b <constraint> DEFAULT <default>, c",
            "a INT REFERENCES <foreign>, b",
        ],
    ),
    ("stored", &["", "STORED", "VIRTUAL", "nosuch"]),
    (
        "constraint",
        &[
            "",
            "",
            "NOT NULL",
            "UNIQUE",
            "UNIQUE ON CONFLICT IGNORE",
            "CHECK (<expr>)",
            "COLLATE NOCASE",
            "PRIMARY KEY DESC",
            "PRIMARY KEY AUTOINCREMENT",
            "CONSTRAINT x",
            "NULL",
            "GENERATED ALWAYS AS (<expr>)",
            "DEFAULT <default>",
            "REFERENCES <foreign>",
            "<constraint> <constraint>",
            "DEFERRABLE INITIALLY DEFERRED",
        ],
    ),
    (
        "default",
        &[
            "5",
            "-5",
            "'x'",
            "(<expr>)",
            "abc",
            "\"abc\"",
            "(abc)",
            "+ 'x'",
            "CURRENT_DATE",
            "(random())",
            "NULL",
            "left",
            "indexed",
        ],
    ),
    (
        "foreign",
        &[
            "w",
            "w(k)",
            "w(k, v)",
            "w(k) ON DELETE CASCADE",
            "w MATCH x ON UPDATE SET NULL NOT DEFERRABLE",
            "'w'(k COLLATE x ASC)",
        ],
    ),
    (
        "constraints",
        &[
            "",
            "",
            "",
            ", PRIMARY KEY (<terms>)",
            ", UNIQUE (<terms>)",
            ", CHECK (<expr>)",
            ", FOREIGN KEY (a) REFERENCES <foreign>",
            ", FOREIGN KEY (a, nosuch) REFERENCES w(k, v)",
            ", CONSTRAINT x UNIQUE (<terms>) ON CONFLICT FAIL CHECK (<expr>) ON CONFLICT ABORT",
            ", PRIMARY KEY (a AUTOINCREMENT)",
            ", UNIQUE (a) ON CONFLICT FAIL, UNIQUE (a) ON CONFLICT IGNORE",
        ],
    ),
    (
        "terms",
        &[
            "a",
            "a, b",
            "a DESC",
            "a COLLATE NOCASE, b",
            "'a'",
            "nosuch",
            "\"nosuch\"",
            "(a)",
            "a + 1",
            "a NULLS FIRST",
            "rowid",
        ],
    ),
    (
        "options",
        &[
            "",
            "",
            "",
            "STRICT",
            "WITHOUT ROWID",
            "WITHOUT ROWID, STRICT",
            "strict, strict",
            "nosuch",
            "WITHOUT nosuch",
            "WITHOUT 'rowid'",
            ", STRICT",
        ],
    ),
    (
        "keys",
        &[
            "a",
            "a, b",
            "b DESC",
            "b COLLATE NOCASE",
            "<column>",
            "<expr>",
            "<expr>, b",
            "<expr> COLLATE RTRIM ASC",
            "b NULLS LAST",
            "'b'",
            "(b)",
            "lower(b), \"d e\"",
        ],
    ),
    ("where", &["", "", "WHERE <expr>"]),
    (
        "args",
        &[
            "",
            "(a, b)",
            "()",
            "(id, x0, x1, +y TEXT)",
            "(a (b (c)), ;, 'x' \"y\")",
            "(a",
            "(a))",
        ],
    ),
    ("temp", &["", "", "", "", "", "", "TEMP", "TEMPORARY"]),
    ("unique", &["", "UNIQUE"]),
    ("if", &["", "", "", "IF NOT EXISTS"]),
    (
        "new",
        &[
            "@N", "@N", "@N", "@N", "@N", "@N", "\"@N\"", "[@N]", "'@N'", "main.@N", "x.@N",
        ],
    ),
    ("on", &["@T", "@T", "@T", "@T", "\"@T\"", "main.@T", "x.@T"]),
    ("plain", &["@T", "@T", "@T", "'@T'"]),
    (
        "table",
        &[
            "CREATE <temp> TABLE <if> <new> (<columns> <constraints>) <options>",
            "CREATE TABLE <new> AS <select>",
        ],
    ),
    (
        "index",
        &["CREATE <unique> INDEX <if> <new> ON <plain> (<keys>) <where>"],
    ),
    (
        "virtual",
        &["CREATE VIRTUAL TABLE <if> <new> USING rtree <args>"],
    ),
    ("aview", &["CREATE <temp> VIEW <if> <new> <view>"]),
    (
        "trigger",
        &["CREATE <temp> TRIGGER <if> <new> <time> <event> ON <on> <each> BEGIN <commands> END"],
    ),
];

/// A statement, and the row that says what it makes.
pub fn statement(seed: &mut Seed) -> Statement {
    let (kind, rule) = seed.pick(&[
        ("table", "table"),
        ("table", "table"),
        ("table", "virtual"),
        ("index", "index"),
        ("index", "index"),
        ("view", "aview"),
        ("view", "aview"),
        ("trigger", "trigger"),
        ("trigger", "trigger"),
    ]);
    let name = seed.pick(&["n", "n", "n", "n", "n", "n", "n", "t", "i", "g", "v"]);
    let on = seed.pick(&[
        "t",
        "t",
        "t",
        "t",
        "t",
        "t",
        "t",
        "w",
        "v",
        "z",
        "nosuch",
        "sqlite_master",
    ]);
    let table = if matches!(kind, "table" | "view") {
        name
    } else {
        on
    };
    let mut sql = String::new();
    expand(rule, seed, 6, &mut sql);
    Statement {
        kind,
        name,
        table,
        sql: sql
            .replace("@N", name)
            .replace("@T", on)
            .trim_end()
            .to_owned(),
    }
}

/// Writes what stands for a name. Where it has gone deep enough, that is of what comes first.
fn expand(rule: &str, seed: &mut Seed, deep: u32, out: &mut String) {
    let (_, choices) = RULES
        .iter()
        .find(|(name, _)| *name == rule)
        .expect("a rule of this name");
    let most = if deep == 0 {
        choices.len().min(2)
    } else {
        choices.len()
    };
    let mut rest = choices[seed.below(most as u64) as usize];
    while let Some((before, behind)) = rest.split_once('<') {
        match behind.split_once('>') {
            Some((name, behind)) if RULES.iter().any(|(rule, _)| *rule == name) => {
                out.push_str(before);
                expand(name, seed, deep.saturating_sub(1), out);
                rest = behind;
            }
            _ => break,
        }
    }
    out.push_str(rest);
}

/// The statement with one or two of its words left out, put in, or others in their place.
pub fn changed(statement: &str, words: &[String], seed: &mut Seed) -> String {
    let mut all: Vec<&str> = statement.split_inclusive([' ', '(', ')', ',']).collect();
    for _ in 0..1 + seed.below(2) {
        let at = 1 + seed.below(all.len() as u64 - 1) as usize;
        let any = seed.below(words.len() as u64) as usize;
        let other = all[seed.below(all.len() as u64) as usize];
        let word = seed.pick(&[
            words[any].as_str(),
            other,
            ",",
            "(",
            ")",
            "x",
            " 5 ",
            ";",
            ".",
            "'y'",
            "*",
            "?",
            "^",
        ]);
        match seed.below(3) {
            0 if all.len() > 2 => drop(all.remove(at)),
            1 => {
                all.insert(at, " ");
                all.insert(at, word);
            }
            _ => all[at] = word,
        }
    }
    all.concat()
}
