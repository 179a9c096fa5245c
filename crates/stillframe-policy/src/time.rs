//! Moments, as SQLite's date functions read them from text; what numbers stand for is in [`number`].

mod number;

use std::fmt;
use std::time::{Duration, SystemTime};

use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

pub use number::TakenAs;

/// A moment in the years -9999 to 9999, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(DateTime);

/// Clocks that differ a little explain that a time lies ahead by so much, and no more: 5 minutes.
pub const CLOCK_SKEW: Duration = Duration::from_secs(5 * 60);

/// From where Unix counts to where Cocoa does, 2001-01-01 in UTC.
const FROM_1970_TO_2001: Duration = Duration::from_secs(978_307_200);

impl Time {
    /// As SQLite's date functions read text: `YYYY-MM-DD`, and behind spaces or a `T` an hour and minute, with seconds or
    /// not, with parts of them or not, and with `Z` or an offset from UTC or not. `None` for all else, also for a day that
    /// its month does not have.
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest = text.as_bytes();
        let date = date(&mut rest)?;
        let mut nanoseconds = 0;
        let mut offset = 0;
        while is_space(rest.first()) || rest.first() == Some(&b'T') {
            rest = rest.get(1..)?;
        }
        if !rest.is_empty() {
            nanoseconds = time_of_day(&mut rest)?;
            offset = offset_from_utc(&mut rest)?;
        }
        if !rest.is_empty() {
            return None;
        }
        let moment = DateTime::from(date);
        let moment = moment.checked_add(SignedDuration::from_nanos(nanoseconds));
        let moment = moment.ok()?.checked_sub(SignedDuration::from_mins(offset));
        moment.ok().map(Self)
    }

    fn since_1970(seconds: i64, milliseconds: i64) -> Option<Self> {
        let begin = Offset::UTC.to_datetime(Timestamp::UNIX_EPOCH);
        let duration = SignedDuration::from_secs(seconds);
        let duration = duration.checked_add(SignedDuration::from_millis(milliseconds))?;
        begin.checked_add(duration).ok().map(Self)
    }

    /// So long before it; `None` where that is before the year -9999.
    pub fn before(self, duration: Duration) -> Option<Self> {
        let duration = SignedDuration::try_from(duration).ok()?;
        self.0.checked_sub(duration).ok().map(Self)
    }

    /// So long after it; `None` where that is past the year 9999.
    pub fn after(self, duration: Duration) -> Option<Self> {
        let duration = SignedDuration::try_from(duration).ok()?;
        self.0.checked_add(duration).ok().map(Self)
    }

    /// How long it is after `other`; `None` where it is not.
    pub fn since(self, other: Self) -> Option<Duration> {
        Duration::try_from(self.0.duration_since(other.0)).ok()
    }

    /// The moment that seconds stand for that were counted from 2001 and taken for such since 1970, where that one is nearer to
    /// `expected`.
    pub(crate) fn nearer_since_2001(self, expected: Self) -> Option<Self> {
        let since_2001 = self.after(FROM_1970_TO_2001)?;
        let between = |time: Self| time.since(expected).or_else(|| expected.since(time));
        (between(since_2001)? < between(self)?).then_some(since_2001)
    }

    /// Whether it lies further behind `now` than [`CLOCK_SKEW`] explains.
    pub fn is_future(self, now: Self) -> bool {
        self.since(now).is_some_and(|ahead| ahead > CLOCK_SKEW)
    }
}

impl TryFrom<SystemTime> for Time {
    type Error = jiff::Error;

    fn try_from(time: SystemTime) -> Result<Self, Self::Error> {
        let time = Timestamp::try_from(time)?;
        Ok(Self(Offset::UTC.to_datetime(time)))
    }
}

impl fmt::Display for Time {
    /// To the second, as RFC 3339 writes it, and SQLite years before 0.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (time, sign) = (self.0, if self.0.year() < 0 { "-" } else { "" });
        let (year, month, day) = (time.year().abs(), time.month(), time.day());
        let (hour, minute, second) = (time.hour(), time.minute(), time.second());
        write!(
            f,
            "{sign}{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"
        )
    }
}

fn date(rest: &mut &[u8]) -> Option<Date> {
    let is_negative = skip(rest, b"-");
    let year = digits(rest, 4)?;
    let year = if is_negative { -year } else { year };
    let month = skip(rest, b"-").then(|| digits(rest, 2))??;
    let day = skip(rest, b"-").then(|| digits(rest, 2))??;
    Date::new(year as i16, month as i8, day as i8).ok()
}

/// In nanoseconds.
fn time_of_day(rest: &mut &[u8]) -> Option<i64> {
    let hour = digits(rest, 2).filter(|hour| *hour <= 24)?;
    let minute = skip(rest, b":").then(|| digits(rest, 2))??;
    let mut seconds = 0;
    let mut part = 0;
    if skip(rest, b":") {
        seconds = digits(rest, 2)?;
        if rest.len() > 1 && skip(rest, b".") {
            let mut unit = 100_000_000;
            digits(rest, 1).map(|first| part += first * unit)?;
            while let Some(digit) = digits(rest, 1) {
                unit /= 10;
                part += digit * unit;
            }
        }
    }
    if minute > 59 || seconds > 59 {
        return None;
    }
    Some(((hour * 60 + minute) * 60 + seconds) * 1_000_000_000 + part)
}

/// The offset from UTC that a text names which may be a time, in minutes; of one that names none 0, as it is in UTC.
pub(crate) fn named_offset(text: &[u8]) -> i64 {
    const DATE: usize = "2026-09-20".len();
    let behind = text.get(DATE..).unwrap_or_default();
    let sign = behind.iter().rposition(|byte| b"+-".contains(byte));
    let mut rest = sign.and_then(|at| behind.get(at..)).unwrap_or_default();
    offset_from_utc(&mut rest).unwrap_or_default()
}

/// In minutes.
fn offset_from_utc(rest: &mut &[u8]) -> Option<i64> {
    while is_space(rest.first()) {
        *rest = rest.get(1..)?;
    }
    let mut offset = 0;
    if !skip(rest, b"Z") && !skip(rest, b"z") && !rest.is_empty() {
        let is_negative = skip(rest, b"-");
        if !is_negative && !skip(rest, b"+") {
            return None;
        }
        let hours = digits(rest, 2).filter(|hours| *hours <= 14)?;
        let minutes = skip(rest, b":").then(|| digits(rest, 2))??;
        if minutes > 59 {
            return None;
        }
        offset = hours * 60 + minutes;
        if is_negative {
            offset = -offset;
        }
    }
    while is_space(rest.first()) {
        *rest = rest.get(1..)?;
    }
    Some(offset)
}

fn is_space(byte: Option<&u8>) -> bool {
    matches!(byte, Some(b' ' | b'\t'..=b'\r'))
}

fn skip(rest: &mut &[u8], what: &[u8]) -> bool {
    match rest.strip_prefix(what) {
        Some(behind) => {
            *rest = behind;
            true
        }
        None => false,
    }
}

fn digits(rest: &mut &[u8], count: usize) -> Option<i64> {
    let (digits, behind) = rest.split_at_checked(count)?;
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    *rest = behind;
    let value = |value, digit: &u8| value * 10 + i64::from(digit - b'0');
    Some(digits.iter().fold(0, value))
}

#[cfg(test)]
mod tests;
