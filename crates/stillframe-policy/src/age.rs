//! How old a backup is.

use std::time::Duration;

use crate::Time;

/// How far a clock on the wall is ahead of UTC where it is most so.
const MOST_AHEAD: Duration = Duration::from_secs(14 * 3600);

/// How old a set is, by the newest of its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Age {
    /// When the newest was written; `None` where that is not known, as of standard input.
    pub newest: Option<Time>,
    /// Whether that is the time of a clock whose zone nobody tells, taken for UTC.
    pub is_local: bool,
    /// Of when it is judged.
    pub now: Time,
    /// The most that it may have.
    pub most: Duration,
}

impl Age {
    /// That of a set whose newest file was written then, in UTC.
    pub const fn of(newest: Option<Time>, now: Time, most: Duration) -> Self {
        Self {
            newest,
            is_local: false,
            now,
            most,
        }
    }

    /// How long ago the newest was written; zero for what lies in the future, and `None` where it is not known.
    pub fn age(&self) -> Option<Duration> {
        Some(self.now.since(self.newest?).unwrap_or_default())
    }

    /// Whether the newest was written in the future, whichever zone its time is of.
    pub fn is_future(&self) -> bool {
        let zone = if self.is_local {
            MOST_AHEAD
        } else {
            Duration::ZERO
        };
        let newest = self.newest.and_then(|newest| newest.before(zone));
        newest.is_some_and(|newest| newest.is_future(self.now))
    }

    /// Whether it is known, and not too old.
    pub fn is_within(&self) -> bool {
        self.age().is_some_and(|age| age <= self.most)
    }
}

/// A length of time as people write it: `26h`, `90m`, `7days`, `1d 12h`.
///
/// # Errors
/// It is none, in words that say what is wrong with it.
pub fn duration(text: &str) -> Result<Duration, humantime::DurationError> {
    humantime::parse_duration(text.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn age(newest: Option<&str>) -> Age {
        let time = |text| Time::parse(text).unwrap();
        let most = duration("26h").unwrap();
        Age::of(newest.map(time), time("2026-09-20 12:00"), most)
    }

    #[test]
    fn an_age_is_within_to_the_second() {
        assert!(age(Some("2026-09-19 10:00:00")).is_within());
        assert!(!age(Some("2026-09-19 09:59:59")).is_within());
        assert!(age(Some("2026-09-21")).is_within());
        assert_eq!(age(Some("2026-09-21")).age(), Some(Duration::ZERO));
        assert!(!age(None).is_within());
        assert_eq!(age(None).age(), None);
    }

    #[test]
    fn what_is_of_an_unknown_zone_may_be_ahead() {
        let local = |text| Age {
            is_local: true,
            ..age(Some(text))
        };
        assert!(!age(Some("2026-09-20 12:05:00")).is_future());
        assert!(age(Some("2026-09-20 12:05:01")).is_future());
        assert!(!local("2026-09-21 02:05:00").is_future());
        assert!(local("2026-09-21 02:05:01").is_future());
        assert!(!age(None).is_future());
    }

    #[test]
    fn durations_have_units() {
        assert_eq!(duration(" 1d 12h").unwrap(), Duration::from_secs(36 * 3600));
        assert_eq!(duration("90m").unwrap(), Duration::from_secs(5400));
        for wrong in ["", "26", "h", "-3h", "3 parsecs", "99999999999999999999d"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
