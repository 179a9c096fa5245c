use rusqlite::Connection;

use super::*;

/// What SQLite's `unixepoch` says of a text, in milliseconds.
fn of_sqlite(sqlite: &Connection, text: &str) -> Option<i64> {
    let sql = "SELECT CAST(round(unixepoch(?1, 'subsec') * 1000) AS INTEGER)";
    sqlite.query_row(sql, [text], |row| row.get(0)).unwrap()
}

fn milliseconds(time: Time) -> i64 {
    Offset::UTC.to_timestamp(time.0).unwrap().as_millisecond()
}

#[test]
fn text_is_read_as_sqlite_does() {
    let sqlite = Connection::open_in_memory().unwrap();
    for text in [
        "2026-09-20",
        "2026-09-20 02:59",
        "2026-09-20T02:59",
        "2026-09-20 02:59:58",
        "2026-09-20T02:59:58Z",
        "2026-09-20T02:59:58z",
        "2026-09-20T02:59:58.5",
        "2026-09-20 02:59:58.123 +02:00",
        "2026-09-20 02:59:58.123456789-11:30",
        "2026-09-20   02:59  ",
        "2026-09-20 24:00",
        "1969-12-31 23:59:59",
        "0000-01-01",
        "9999-12-30 21:59:59",
        "-0044-03-15",
        "2024-02-29",
    ] {
        let found = Time::parse(text).map(milliseconds);
        assert!(found.is_some(), "{text}");
        assert_eq!(found, of_sqlite(&sqlite, text), "{text}");
    }
    let last = Time::parse("9999-12-31 23:59:59").unwrap();
    assert_eq!(last.to_string(), "9999-12-31T23:59:59Z");
    for text in [
        "",
        "now",
        "2026",
        "2026-9-20",
        "2026-09-20x",
        "2026-09-20 25:00",
        "2026-09-20 02:60",
        "2026-09-20 02:59:60",
        "2026-09-20 02",
        "2026-09-20 02:59 02:00",
        "2026-09-20 02:59+15:00",
        "2026-13-20",
        "2026-09-32",
        "20260920",
        "2026/09/20",
    ] {
        assert_eq!(Time::parse(text), None, "{text}");
    }
}

/// Nothing is taken for a moment that SQLite takes for another, whatever the text.
#[test]
fn no_text_is_another_moment() {
    let sqlite = Connection::open_in_memory().unwrap();
    let pieces = [
        "2026-09-20",
        "2026",
        "-",
        "T",
        " ",
        "02:59",
        ":",
        "58",
        ".",
        "5",
        "Z",
        "+02:00",
        "-",
        "x",
        "\t",
    ];
    let mut seed = 7u64;
    let mut read = 0;
    for _ in 0..20_000 {
        let mut text = String::from("2026-09-20");
        for _ in 0..seed % 6 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            text.push_str(pieces[(seed >> 33) as usize % pieces.len()]);
        }
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        if let Some(time) = Time::parse(&text) {
            read += 1;
            assert_eq!(
                Some(milliseconds(time)),
                of_sqlite(&sqlite, &text),
                "{text:?}"
            );
        }
    }
    assert!(read > 1000, "{read}");
}

#[test]
fn numbers_are_taken_by_type_and_range() {
    let shown =
        |found: Option<(Time, TakenAs)>| found.map(|(time, taken)| (time.to_string(), taken));
    let at = "2026-09-20T02:59:58Z";
    for (found, taken) in [
        (Time::of_integer(1_789_873_198), TakenAs::Seconds),
        (Time::of_integer(1_789_873_198_000), TakenAs::Milliseconds),
        (Time::of_real(1_789_873_198.4), TakenAs::Seconds),
        (Time::of_real(1_789_873_198_400.0), TakenAs::Milliseconds),
        (Time::of_real(2_461_303.624_976_852), TakenAs::JulianDay),
    ] {
        assert_eq!(shown(found), Some((at.to_owned(), taken)));
    }
    let text = |found| shown(found).map(|(time, _)| time);
    assert_eq!(text(Time::of_integer(0)).unwrap(), "1970-01-01T00:00:00Z");
    assert_eq!(text(Time::of_integer(-1)).unwrap(), "1969-12-31T23:59:59Z");
    // What may be micro- or nanoseconds, of one era or another, is no time.
    for integer in [
        1_789_873_198_000_000,
        i64::MAX,
        i64::MIN,
        100_000_000_000_000,
    ] {
        assert_eq!(Time::of_integer(integer), None, "{integer}");
    }
    for real in [1e15, f64::INFINITY, f64::NEG_INFINITY, f64::MAX] {
        assert_eq!(Time::of_real(real), None, "{real}");
    }
}

/// Digits are no count since 1970, which would put them into 1970, 1976 or 2612.
#[test]
fn digits_are_read_as_they_are_written() {
    for (integer, at, taken) in [
        (20_261_122_083_000, "2026-11-22T08:30:00Z", TakenAs::Second),
        (202_611_220_830, "2026-11-22T08:30:00Z", TakenAs::Minute),
        (20_261_122, "2026-11-22T00:00:00Z", TakenAs::Day),
        (19_800_101, "1980-01-01T00:00:00Z", TakenAs::Day),
        (20_991_231_235_959, "2099-12-31T23:59:59Z", TakenAs::Second),
        // No hour 25, no month 13: it can only be a count.
        (
            20_261_122_253_000,
            "2612-01-19T17:30:53Z",
            TakenAs::Milliseconds,
        ),
        (20_261_322, "1970-08-23T12:08:42Z", TakenAs::Seconds),
        (2_461_304, "2026-09-20T12:00:00Z", TakenAs::JulianDay),
        (5, "1970-01-01T00:00:05Z", TakenAs::Seconds),
        // Ten digits are seconds, whatever they look like.
        (2_026_112_208, "2034-03-16T08:56:48Z", TakenAs::Seconds),
        // A month of 2001 in milliseconds, and a day of the year 9999.
        (
            999_912_312_359,
            "2001-09-08T01:25:12Z",
            TakenAs::Milliseconds,
        ),
    ] {
        let expected = Some((at.to_owned(), taken));
        let shown = |(time, taken): (Time, TakenAs)| (time.to_string(), taken);
        assert_eq!(Time::of_integer(integer).map(shown), expected, "{integer}");
        if taken != TakenAs::JulianDay && integer > 5 {
            let real = Time::of_real(integer as f64).map(shown);
            assert_eq!(real, expected, "{integer}");
        }
    }
    assert_eq!(
        Time::of_real(20_261_122.5).map(|(_, taken)| taken),
        Some(TakenAs::Seconds)
    );
}

#[test]
fn what_may_be_two_times_is_none() {
    // The days 1950-01-01, 2150-01-01 and 9999-12-31, or seconds and milliseconds that are as far away.
    for integer in [19_500_101, 21_500_101, 99_991_231_235_959] {
        assert_eq!(Time::of_integer(integer), None, "{integer}");
        assert_eq!(Time::of_real(integer as f64), None, "{integer}");
        assert_eq!(Time::readings_of_integer(integer).len(), 2, "{integer}");
        assert_eq!(Time::readings_of_real(integer as f64).len(), 2, "{integer}");
    }
    assert_eq!(Time::readings_of_integer(i64::MAX), []);
}

/// Of the years that are taken nothing has two readings: each day of them, and times of it, is read as what it is in every
/// way of writing it.
#[test]
fn nothing_of_the_years_that_are_taken_is_ambiguous() {
    let begin = Date::new(1980, 1, 1).unwrap();
    let days = begin.series(jiff::Span::new().days(1));
    let mut count = 0;
    for day in days.take_while(|day| day.year() < 2100) {
        for (hour, minute, second) in [(0, 0, 0), (12, 34, 56), (23, 59, 59)] {
            let moment = day.at(hour, minute, second, 0);
            let milliseconds = milliseconds(Time(moment));
            let of_day = i64::from(day.year()) * 10_000
                + i64::from(day.month()) * 100
                + i64::from(day.day());
            let (hour, minute, second) = (i64::from(hour), i64::from(minute), i64::from(second));
            let of_minute = of_day * 10_000 + hour * 100 + minute;
            for (integer, taken) in [
                (milliseconds / 1000, TakenAs::Seconds),
                (milliseconds, TakenAs::Milliseconds),
                (of_day, TakenAs::Day),
                (of_minute, TakenAs::Minute),
                (of_minute * 100 + second, TakenAs::Second),
            ] {
                let found = Time::of_integer(integer);
                let found = found.map(|(time, taken)| (time.0.date(), taken));
                assert_eq!(found, Some((day, taken)), "{integer}");
                count += 1;
            }
        }
    }
    assert_eq!(count, 43_830 * 15);
}

#[test]
fn what_lies_ahead_by_more_than_clocks_differ_is_the_future() {
    let time = |text| Time::parse(text).unwrap();
    let now = time("2026-09-20 12:00:00");
    assert!(!time("2026-09-20 12:05:00").is_future(now));
    assert!(time("2026-09-20 12:05:01").is_future(now));
    assert!(!time("2026-09-20 11:00").is_future(now));
    assert_eq!(now.before(Duration::MAX), None);
    assert_eq!(now.after(Duration::from_secs(1 << 40)), None);
}
