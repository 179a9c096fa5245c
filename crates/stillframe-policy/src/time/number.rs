//! Moments, as applications store them in numbers.
//!
//! A number does not say what it counts, so every reading that it may have is looked at. One that lies in the years 1980 to
//! 2099, alone, is taken; where none does, one that is the only one. Of the years that are taken no number has two readings,
//! so nothing is guessed; what is left is not decided.

use jiff::civil::{Date, DateTime};

use super::Time;

/// What a value was taken for, to be a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TakenAs {
    /// Text such as `2026-09-20 02:59:58`, in UTC where it names no other offset.
    Text,
    /// Seconds since 1970.
    Seconds,
    /// Thousandths of a second since 1970.
    Milliseconds,
    /// A Julian day number.
    JulianDay,
    /// The digits of a day, as 20260920.
    Day,
    /// The digits of a day, an hour and a minute, as 202609200259.
    Minute,
    /// The digits of a day and a time, as 20260920025958.
    Second,
}

/// So many seconds since 1970 are a time, and more are milliseconds: the year 5138 of the one, 1973 of the other.
const MOST_SECONDS: f64 = 1e11;
/// So many milliseconds are one: the year 5138. What is larger may be micro- or nanoseconds, of 1970 or of another year.
const MOST_MILLISECONDS: f64 = 1e14;
/// The last Julian day that SQLite knows: the end of the year 9999.
const LAST_JULIAN_DAY: f64 = 5_373_484.5;
/// The Julian day on which 1970 began.
const JULIAN_DAY_OF_1970: f64 = 2_440_587.5;

type Reading = (Time, TakenAs);

impl TakenAs {
    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Text => "text in UTC",
            Self::Seconds => "seconds since 1970",
            Self::Milliseconds => "milliseconds since 1970",
            Self::JulianDay => "a Julian day",
            Self::Day => "the digits YYYYMMDD in UTC",
            Self::Minute => "the digits YYYYMMDDHHMM in UTC",
            Self::Second => "the digits YYYYMMDDHHMMSS in UTC",
        }
    }
}

impl Time {
    /// The moment that an integer stands for, and what it was taken for; `None` where that is none, or not certain.
    pub fn of_integer(integer: i64) -> Option<(Self, TakenAs)> {
        chosen(&Self::readings_of_integer(integer))
    }

    /// The moment that a floating-point number stands for, and what it was taken for; `None` where that is none, or not
    /// certain.
    pub fn of_real(real: f64) -> Option<(Self, TakenAs)> {
        chosen(&Self::readings_of_real(real))
    }

    /// What an integer may stand for: seconds or milliseconds, by its size; digits; and a Julian day of the years in which
    /// it would be taken, as a small number is more often no time at all.
    pub fn readings_of_integer(integer: i64) -> Vec<(Self, TakenAs)> {
        let size = integer.unsigned_abs() as f64;
        let counted = if size < MOST_SECONDS {
            Self::since_1970(integer, 0).map(|time| (time, TakenAs::Seconds))
        } else if size < MOST_MILLISECONDS {
            Self::since_1970(0, integer).map(|time| (time, TakenAs::Milliseconds))
        } else {
            None
        };
        let day = Some(integer as f64).filter(|day| (0.0..LAST_JULIAN_DAY).contains(day));
        let day = day.and_then(julian).filter(is_plausible);
        [counted, day, digits(integer)]
            .into_iter()
            .flatten()
            .collect()
    }

    /// What a floating-point number may stand for: up to the last Julian day it is one, as for SQLite's date functions, and
    /// else seconds or milliseconds, by its size; or digits.
    pub fn readings_of_real(real: f64) -> Vec<(Self, TakenAs)> {
        let since = |seconds: f64, taken| {
            let milliseconds = (seconds * 1000.0).round() as i64;
            Some((Self::since_1970(0, milliseconds)?, taken))
        };
        let counted = match real {
            0.0..LAST_JULIAN_DAY => julian(real),
            _ if real.abs() < MOST_SECONDS => since(real, TakenAs::Seconds),
            _ if real.abs() < MOST_MILLISECONDS => since(real / 1000.0, TakenAs::Milliseconds),
            _ => None,
        };
        let whole = Some(real).filter(|real| real.fract() == 0.0 && real.abs() < MOST_MILLISECONDS);
        let digits = whole.and_then(|real| digits(real as i64));
        [counted, digits].into_iter().flatten().collect()
    }
}

/// That of the readings that is taken, where it is certain.
fn chosen(readings: &[Reading]) -> Option<Reading> {
    let plausible: Vec<Reading> = readings.iter().copied().filter(is_plausible).collect();
    match (plausible.as_slice(), readings) {
        ([one], _) | ([], [one]) => Some(*one),
        _ => None,
    }
}

/// Whether it is of the years in which applications write, and for which backups are judged.
fn is_plausible((time, _): &Reading) -> bool {
    (1980..2100).contains(&time.0.year())
}

fn julian(day: f64) -> Option<Reading> {
    let milliseconds = ((day - JULIAN_DAY_OF_1970) * 86_400_000.0).round() as i64;
    Some((Time::since_1970(0, milliseconds)?, TakenAs::JulianDay))
}

/// Where its decimal digits are those of a moment, of a year from 1000 on.
fn digits(integer: i64) -> Option<Reading> {
    let (day, rest, taken) = match integer {
        10_000_101..=99_991_231 => (integer, 0, TakenAs::Day),
        100_001_010_000..=999_912_312_359 => {
            (integer / 10_000, integer % 10_000 * 100, TakenAs::Minute)
        }
        10_000_101_000_000..=99_991_231_235_959 => {
            (integer / 1_000_000, integer % 1_000_000, TakenAs::Second)
        }
        _ => return None,
    };
    let (year, month, of_month) = (day / 10_000, day / 100 % 100, day % 100);
    let date = Date::new(year as i16, month as i8, of_month as i8).ok()?;
    let (hour, minute, second) = (rest / 10_000, rest / 100 % 100, rest % 100);
    let time = jiff::civil::Time::new(hour as i8, minute as i8, second as i8, 0).ok()?;
    Some((Time(DateTime::from_parts(date, time)), taken))
}
