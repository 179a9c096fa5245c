use std::time::Duration;

use super::*;

fn parsed(text: &str) -> Expectation {
    parse(text).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn rows_values_and_ends_are_named() {
    for (text, database, subject) in [
        ("users >= 1000", None, "users"),
        ("count(users)>1", None, "users"),
        ("COUNT( users . email ) = 5", None, "count(users.email)"),
        ("min(t.a) < 5", None, "min(t.a)"),
        ("count >= 5", None, "count"),
        ("app.db:users>=1000", Some("app.db"), "users"),
        (
            "a/b.tar!app.db:max(t.c)!=3",
            Some("a/b.tar!app.db"),
            "max(t.c)",
        ),
        ("\"my app.db\" : users != 1", None, ""),
        ("\"my app.db\":users != 1", Some("my app.db"), "users"),
        ("\"order details\" > 0", None, "\"order details\""),
        ("[a b] > 0", None, "\"a b\""),
        ("`a``b` > 0", None, "\"a`b\""),
        ("max(\"a\"\"b\".[c.d]) > 0", None, "max(\"a\"\"b\".\"c.d\")"),
        ("größe > 0", None, "größe"),
    ] {
        if subject.is_empty() {
            assert!(parse(text).is_err(), "{text}");
            continue;
        }
        let expectation = parsed(text);
        assert_eq!(expectation.database.as_deref(), database, "{text}");
        assert_eq!(expectation.subject(), subject, "{text}");
        assert_eq!(expectation.text, text);
    }
}

#[test]
fn operators_are_those_of_sql() {
    use Operator::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    for (word, operator) in [
        ("<", Less),
        ("<=", LessOrEqual),
        ("=", Equal),
        ("==", Equal),
        (">=", GreaterOrEqual),
        (">", Greater),
        ("!=", NotEqual),
        ("<>", NotEqual),
    ] {
        assert_eq!(parsed(&format!("t {word} 5")).operator, operator);
        assert_eq!(parsed(&format!("t{word}5")).operator, operator);
    }
}

#[test]
fn values_are_numbers_texts_and_moments() {
    let hours = |hours: u64| Duration::from_secs(hours * 3600);
    let now = |is_after, by| Expected::Now { is_after, by };
    let time = |text| Expected::Time(Time::parse(text).unwrap());
    let integer = |integer| Expected::Number(Number::Integer(integer));
    let real = |real| Expected::Number(Number::Real(real));
    for (value, expected) in [
        ("1000", integer(1000)),
        ("-1_000 ", integer(-1000)),
        ("2.5", real(2.5)),
        ("-1e3", real(-1000.0)),
        ("9223372036854775808", real(9_223_372_036_854_775_808.0)),
        ("'it''s'", Expected::Text("it's".to_owned())),
        ("''", Expected::Text(String::new())),
        ("now", now(false, hours(0))),
        ("now-26h", now(false, hours(26))),
        ("NOW - 1d 2h", now(false, hours(26))),
        ("now + 5m", now(true, Duration::from_secs(300))),
        ("2026-09-20", time("2026-09-20")),
        ("2026-09-20 02:59", time("2026-09-20 02:59")),
        (
            "2026-09-20T02:59:58.5+02:00",
            time("2026-09-20T00:59:58.5Z"),
        ),
    ] {
        assert_eq!(parsed(&format!("max(t.c) >= {value}")).expected, expected);
    }
}

/// Each error points at its column, and says what would be right.
#[test]
fn errors_point_at_their_column() {
    for (text, column, said) in [
        ("", 1, "expected that of a table"),
        ("   ", 4, "expected that of a table"),
        (">= 5", 1, "expected that of a table"),
        ("users", 6, "expected < <= = >= > or !="),
        ("users => 5", 7, "expected < <= = >= > or !="),
        ("users 5", 7, "expected < <= = >= > or !="),
        ("my users > 5", 4, "expected < <= = >= > or !="),
        ("users.id > 5", 6, "expected count, min or max of it"),
        ("sum(t.a) > 5", 1, "sum is no function here"),
        ("app.db:sum(t.a) > 5", 8, "sum is no function here"),
        ("max(log) > 5", 8, "expected one behind a dot"),
        ("max(log.) > 5", 9, "expected that of a table"),
        ("max(log.ts > 5", 12, "expected )"),
        ("\"log > 5", 1, "this name has no end; expected \""),
        ("[log > 5", 1, "this name has no end; expected ]"),
        ("\"\" > 5", 1, "no name stands here"),
        ("users >=", 9, "nothing to compare with"),
        ("users >= many", 10, "nothing to compare with"),
        ("users >= 5x", 10, "this is no number"),
        ("users >= 1__0", 10, "this is no number"),
        ("users >= 1e999", 10, "this is no number"),
        ("users >= 'x'", 10, "rows are counted"),
        ("users >= now-26h", 10, "rows are counted"),
        ("max(t.c) >= \"x\"", 13, "expected a text in single quotes"),
        ("max(t.c) >= 'x", 13, "this text has no end"),
        ("max(t.c) >= 'x' y", 17, "something stands behind"),
        ("max(t.c) >= now-26", 17, "expected now, or now-26h"),
        ("max(t.c) >= now*2", 16, "something stands behind"),
        ("max(t.c) >= 2026-13-01", 13, "this is no date"),
        ("max(größe.c) >= x", 17, "nothing to compare with"),
    ] {
        let error = parse(text).unwrap_err();
        assert_eq!(error.column(), column, "{text}: {error}");
        let shown = error.to_string();
        assert!(shown.contains(said), "{text}: {shown}");
        let caret = shown.lines().last().unwrap();
        assert_eq!(caret.chars().count(), column + 2, "{shown}");
    }
}

#[test]
fn an_error_obeys_no_text() {
    let shown = parse("a\u{1b}[31m\nb > 5").unwrap_err().to_string();
    assert!(!shown.contains('\u{1b}'), "{shown:?}");
    assert_eq!(shown.lines().count(), 3, "{shown:?}");
}

#[test]
fn a_database_is_known_by_the_end_of_its_path() {
    let expectation = parsed("app.db:users > 0");
    for (path, is_of) in [
        ("app.db", true),
        ("a/app.db", true),
        ("a.tar!app.db", true),
        ("a\\app.db", true),
        ("myapp.db", false),
        ("app.db/b", false),
    ] {
        assert_eq!(expectation.is_of(path), is_of, "{path}");
    }
    for (name, path, is_of) in [
        ("./tmp/x.db", "tmp/x.db", true),
        ("./tmp/x.db", "/srv/tmp/x.db", true),
        ("tmp//./x.db", "./tmp/x.db", true),
        ("/srv/tmp/x.db", "/srv/./tmp/x.db", true),
        ("/tmp/x.db", "/srv/tmp/x.db", false),
        ("/tmp/x.db", "a.tar!/tmp/x.db", true),
        ("./tmp/x.db", "other/x.db", false),
        ("./p/x.db", "tmp/x.db", false),
    ] {
        let expectation = parsed(&format!("{name}:users > 0"));
        assert_eq!(expectation.is_of(path), is_of, "{name}: {path}");
    }
    assert!(parsed("users > 0").is_of("anything"));
}
