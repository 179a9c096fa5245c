//! How much of anything SQLite takes in a statement of a schema: as much is taken here, and of more the same is said.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read its input fails"
)]

mod support;

use stillframe_testkit::builder::Statement;
use stillframe_testkit::oracle::SchemaOracle;

/// Holds what is said of each statement of `n` against SQLite. How many are sound, are refused and are not known.
fn held(statements: impl IntoIterator<Item = String>) -> (usize, usize, usize) {
    let oracle = SchemaOracle::new().unwrap();
    let (mut sound, mut refused, mut unknown, mut wrong) = (0, 0, 0, Vec::new());
    for sql in statements {
        let label = format!("{} bytes: {:.70}", sql.len(), sql);
        let kinds = ["view", "trigger", "index"];
        let kind = kinds
            .into_iter()
            .find(|kind| sql.starts_with(&format!("CREATE {} ", kind.to_uppercase())));
        let kind = kind.unwrap_or("table");
        let table = match kind {
            "trigger" | "index" => "t",
            _ => "n",
        };
        let statement = Statement {
            kind,
            name: "n",
            table,
            sql,
        };
        let database = oracle.database(&statement).unwrap();
        let expected = oracle.refusal(&database).unwrap();
        let expected = expected.unwrap_or_else(|| "ok".to_owned());
        match support::said(&support::schema(&database)) {
            None => unknown += 1,
            Some(found) if found == expected && found == "ok" => sound += 1,
            Some(found) if found == expected => refused += 1,
            Some(found) => wrong.push(format!("{label}: {found}, and not {expected}")),
        }
    }
    assert_eq!(wrong, [""; 0]);
    (sound, refused, unknown)
}

fn list(word: &str, many: usize) -> String {
    let words: Vec<String> = (0..many).map(|at| format!("{word}{at}")).collect();
    words.join(", ")
}

/// Many times the same, with something between.
fn same(text: &str, between: &str, many: usize) -> String {
    vec![text; many].join(between)
}

/// Something within itself, so many times.
fn nested(before: &str, inside: &str, after: &str, many: usize) -> String {
    format!("{}{inside}{}", before.repeat(many), after.repeat(many))
}

/// Columns, arguments of modules and statements of triggers, up to where SQLite takes no more of them, and far past that.
#[test]
fn columns_and_steps() {
    let mut statements = Vec::new();
    for many in [1990, 1994, 1995, 1996, 2000, 2001, 2002, 60_000] {
        let columns = list("c", many);
        statements.push(format!("CREATE TABLE n({columns})"));
        statements.push(format!("CREATE VIRTUAL TABLE n USING foo({columns})"));
        // What is empty, or within parentheses, is none.
        statements.push(format!(
            "CREATE VIRTUAL TABLE n USING foo(, ({columns}), , x)"
        ));
    }
    for many in [64_999, 65_000, 65_001] {
        let steps = "SELECT 1;".repeat(many);
        statements.push(format!("CREATE TRIGGER n INSERT ON t BEGIN {steps} END"));
    }
    assert_eq!(held(statements), (17, 10, 0));
}

/// Columns of keys and of indexes.
#[test]
fn columns_of_keys() {
    let statements = [1999, 2000, 2001, 2002, 60_000]
        .into_iter()
        .flat_map(|many| {
            let a = same("a", ", ", many);
            let g = format!("g, {}", same("a", ", ", many - 1));
            [
                format!("CREATE TABLE n(a, PRIMARY KEY({a}))"),
                format!("CREATE TABLE n(a, PRIMARY KEY({a})) WITHOUT ROWID"),
                format!("CREATE TABLE n(a, UNIQUE({a}))"),
                format!("CREATE TABLE n(a, UNIQUE({a}) ON CONFLICT IGNORE, CHECK(a))"),
                format!("CREATE TABLE n(a, UNIQUE({a}) x)"),
                format!("CREATE TABLE n(a PRIMARY KEY, PRIMARY KEY({a}))"),
                format!("CREATE TABLE n(a, PRIMARY KEY({a} AUTOINCREMENT))"),
                format!("CREATE TABLE n(a, UNIQUE({a} DESC NULLS LAST))"),
                format!("CREATE TABLE n(a, g AS (a), PRIMARY KEY({g}))"),
                format!("CREATE TABLE n(a, g AS (a), UNIQUE({g}))"),
                format!("CREATE TABLE n(a, UNIQUE({a}, none))"),
                format!("CREATE INDEX n ON t({a})"),
                format!("CREATE INDEX n ON t({a}) WHERE none"),
            ]
        });
    assert_eq!(held(statements), (12, 53, 0));
}

/// Tables behind FROM, however they are joined, and in parentheses.
#[test]
fn tables_of_queries() {
    let counts = [63, 64, 65, 127, 128, 199, 200, 201, 202, 2000];
    let statements = counts.into_iter().flat_map(|many| {
        let tables = same("t", ", ", many);
        let joined = same("t", " JOIN ", many);
        let others = same("(SELECT 1) x", ", ", many - 1);
        [
            format!("CREATE VIEW n AS SELECT 1 FROM {tables}"),
            format!("CREATE VIEW n AS SELECT 1 FROM {joined} ON 1"),
            format!("CREATE VIEW n AS SELECT 1 FROM {tables} USING x y"),
            format!("CREATE VIEW n AS SELECT 1 FROM t, {others}"),
            format!("CREATE VIEW n AS SELECT 1 FROM ({tables}), t"),
            format!("CREATE VIEW n AS SELECT 1 FROM ({tables}) x, t"),
            format!("CREATE VIEW n AS SELECT 1 FROM t, ({tables})"),
            format!("CREATE VIEW n AS SELECT 1 FROM (({tables})), t JOIN t"),
            format!("CREATE VIEW n AS SELECT 1 WHERE EXISTS (SELECT 1 FROM {tables})"),
            format!("CREATE TRIGGER n INSERT ON t BEGIN UPDATE t SET a = 1 FROM {tables}; END"),
            format!("CREATE TRIGGER n INSERT ON t BEGIN SELECT 1 FROM {tables}; END"),
        ]
    });
    assert_eq!(held(statements), (67, 43, 0));
}

/// Queries with UNION and the like between, and rows behind VALUES, which count otherwise.
#[test]
fn parts_of_queries() {
    let statements = [499, 500, 501, 502, 2000].into_iter().flat_map(|many| {
        let parts = same("SELECT 1", " UNION ALL ", many);
        let fewer = same("SELECT 1", " UNION ", many - 1);
        let rows = same("(1)", ", ", many);
        [
            parts.clone(),
            format!("SELECT 1 LIMIT 1 UNION {parts}"),
            format!("SELECT 1 LIMIT 1 UNION {fewer}"),
            format!("SELECT 1 UNION SELECT 1 ORDER BY 1 UNION {fewer}"),
            format!("{fewer} EXCEPT VALUES(1)"),
            format!("{fewer} EXCEPT VALUES(1), (2)"),
            format!("VALUES{rows}"),
            format!("VALUES{rows} UNION SELECT 1"),
            format!("SELECT 1 UNION VALUES{rows}"),
            format!("SELECT 1 UNION VALUES{rows} UNION SELECT 2"),
            format!("SELECT 1 WHERE 1 IN ({parts})"),
            format!("WITH w AS ({parts}) SELECT 1"),
        ]
        .map(|query| format!("CREATE VIEW n AS {query}"))
    });
    assert_eq!(held(statements), (29, 31, 0));
}

/// Terms of an expression in one another, as each kind of term counts.
#[test]
fn terms_of_expressions() {
    let mut statements = Vec::new();
    for many in [998, 999, 1000, 1001, 1002, 20_000] {
        // As high as that.
        let high = same("a", " + ", many);
        let less = same("a", " + ", many - 2);
        let known = same("1", " + ", many - 2);
        let expressions = [
            high.clone(),
            same("a", " AND ", many),
            same("0", " AND ", many),
            format!("0 AND {less} AND f() COLLATE x AND f()"),
            same("a", " = ", many),
            same("a", " || ", many),
            same("a", " -> ", many),
            same("a", " LIKE ", many),
            same("a", " NOT LIKE ", many / 2),
            format!("{less} LIKE a ESCAPE b"),
            format!("{less} NOT GLOB b"),
            format!("a{}", " COLLATE c".repeat(many - 1)),
            format!("a{}", " ISNULL".repeat(many - 1)),
            format!("1{}", " ISNULL".repeat(many)),
            format!("1{}", " IS NOT NULL".repeat(many)),
            same("a", " IS DISTINCT FROM ", many),
            format!("a{}", " IS NOT DISTINCT FROM NULL".repeat(many - 1)),
            format!("a{}", " BETWEEN 1 AND 2".repeat(many - 1)),
            format!("a{}", " NOT BETWEEN 1 AND 2".repeat(many / 2)),
            format!("{less} NOT BETWEEN 1 AND 2"),
            format!("1 BETWEEN 2 AND {less}"),
            format!("a{}", " IN (b, c)".repeat(many - 1)),
            format!("a{}", " IN ()".repeat(many)),
            format!("f(){}", " IN ()".repeat(many - 1)),
            format!("a{}", " IN (1)".repeat(many - 1)),
            format!("a IN ({less})"),
            format!("a IN ({known})"),
            format!("a NOT IN ({known})"),
            format!("a IN ({known}, 1)"),
            format!("a IN ({known} COLLATE x)"),
            format!("a IN ((SELECT {less}))"),
            format!("a IN (SELECT {less})"),
            format!("a NOT IN (SELECT 1, {less})"),
            format!("(1, 2) IN (({less}, 1), (1, 2))"),
            format!("({less}, 1) = (1, 2)"),
            format!("a{}", " IN t".repeat(many - 1)),
            format!("f({less})"),
            format!("f(1, {less})"),
            format!("f(a ORDER BY {high})"),
            format!("sum(a) FILTER (WHERE {high})"),
            format!("sum(a) OVER (ORDER BY {high})"),
            format!("CAST({high} AS x)"),
            format!("-CAST({less} AS x)"),
            format!("CASE {less} WHEN 1 THEN 2 END"),
            format!("CASE WHEN 1 THEN {less} ELSE 3 END"),
            format!("CASE WHEN {less} THEN 2 ELSE 3 END"),
            format!("CASE WHEN 1 THEN 2 ELSE {less} END"),
            format!("(SELECT {less})"),
            format!("(SELECT 1 WHERE {less})"),
            format!("(SELECT 1 FROM t WHERE 1 GROUP BY {less})"),
            format!("(SELECT 1 FROM t GROUP BY 1 HAVING {less})"),
            format!("(SELECT 1 ORDER BY {less})"),
            format!("(SELECT 1 LIMIT {less})"),
            format!("(SELECT 1 LIMIT 1 OFFSET {less})"),
            format!("(SELECT 1 FROM t JOIN t ON {high})"),
            format!("(SELECT 1 FROM (SELECT {high}))"),
            format!("(SELECT 1 UNION SELECT {less} UNION SELECT 1)"),
            format!("(VALUES({less}), (1))"),
            format!("(SELECT 1 UNION VALUES({less}), (1))"),
            format!("(WITH w AS (SELECT {high}) SELECT 1)"),
            format!("EXISTS (SELECT {less})"),
            format!("NOT {less}"),
            format!("~({less})"),
            format!("-({less})"),
            format!("- -({less})"),
            format!("- +({less})"),
            format!("+ +({less})"),
            format!("-1 ISNULL + {less}"),
            format!("x.y + {less}"),
            format!("{less} + (x.y.z + 1)"),
        ];
        for expression in expressions {
            statements.push(format!("CREATE VIEW n AS SELECT {expression}"));
        }
        statements.push(format!("CREATE VIEW n AS SELECT (SELECT *) + {less}"));
        let when = format!("INSERT ON t WHEN {high} BEGIN SELECT 1; END");
        statements.push(format!("CREATE TRIGGER n {when}"));
        let raise = format!("SELECT RAISE(ABORT, {less})");
        statements.push(format!("CREATE TRIGGER n INSERT ON t BEGIN {raise}; END"));
    }
    assert_eq!(held(statements), (264, 174, 0));
}

/// What a table or an index has of its own: past the limit it is refused; from 100 on the parser of tables knows no more.
#[test]
fn terms_of_tables_own_expressions() {
    let statements = |many| {
        let high = same("a", " + ", many);
        [
            format!("CREATE TABLE n(a, CHECK({high}))"),
            format!("CREATE TABLE n(a, b AS ({high}))"),
            format!("CREATE INDEX n ON t({high})"),
            format!("CREATE INDEX n ON t(a) WHERE {high}"),
        ]
    };
    assert_eq!(
        held([1001, 1002, 20_000].into_iter().flat_map(statements)),
        (0, 12, 0)
    );
    assert_eq!(held([50].into_iter().flat_map(statements)), (4, 0, 0));
    assert_eq!(
        held([999, 1000].into_iter().flat_map(statements)),
        (0, 0, 8)
    );
}

/// Parentheses and queries in one another: SQLite counts what its parser has begun. What is not followed is not known.
#[test]
fn nothing_is_said_of_what_is_too_deep_to_follow() {
    let mut statements = Vec::new();
    for many in [100, 190, 210, 300, 800, 2400, 2500, 20_000] {
        statements.push(nested("(", "1", ")", many));
        statements.push(nested("f(", "1", ")", many));
        statements.push(nested("(SELECT ", "1", ")", many));
        statements.push(nested("NOT ", "1", "", many));
    }
    let statements = statements
        .into_iter()
        .map(|expression| format!("CREATE VIEW n AS SELECT {expression}"));
    assert_eq!(held(statements), (8, 0, 24));
}
