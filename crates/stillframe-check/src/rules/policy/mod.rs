//! Rules of a set against what is expected of it.

pub(crate) mod accepted_finding_gone;
pub(crate) mod as_expected;
pub(crate) mod damage_set_aside;
pub(crate) mod expectation_not_met;
pub(crate) mod expectation_undecided;
pub(crate) mod expected_database_missing;
pub(crate) mod time_in_future;
pub(crate) mod too_old;
pub(crate) mod wal_required;

use std::time::Duration;

use stillframe_policy::{
    Age, Aggregate, Doubt, Expectation, Found, Judgement, Measured, Number, Outcome,
};

use crate::words::{many, plain};
use crate::{Evidence, Rule};

/// Whether a rule is about what is expected, and not about what the bytes say.
pub(crate) fn is_of_policy(rule: &Rule) -> bool {
    rule.code.starts_with("EX")
}

/// What was found out of what is expected of the tables.
fn outcomes<'e>(
    evidence: &'e Evidence<'_>,
) -> impl Iterator<Item = (&'e Expectation, &'e Judgement)> {
    let judged = evidence.judged.iter();
    let outcomes = judged.flat_map(|judged| &judged.outcomes);
    outcomes.map(
        |Outcome {
             expectation,
             judgement,
         }| (expectation, judgement),
    )
}

/// How old the set is, where that matters.
fn age<'e>(evidence: &'e Evidence<'_>) -> Option<&'e Age> {
    evidence.judged.as_ref()?.age.as_ref()
}

/// When the newest file of a set was written, as far as that is told.
fn written_at(age: &Age) -> String {
    let newest = age.newest.map(|newest| newest.to_string());
    let newest = newest.unwrap_or_default();
    match age.is_local {
        true => format!("{newest} (in a zone that the archive does not tell)"),
        false => newest,
    }
}

/// What was measured, in words.
fn measured(expectation: &Expectation, measured: &Measured) -> String {
    let end = match expectation.aggregate {
        Aggregate::Min => "the smallest",
        Aggregate::Count | Aggregate::Max => "the largest",
    };
    match measured {
        Measured::Count(rows) if expectation.column.is_none() => {
            format!("it has {}", many(*rows, "row"))
        }
        Measured::Count(values) => {
            format!("it has {} that are not NULL", many(*values, "value"))
        }
        Measured::Nothing { rows: 0 } => "the table has no rows".to_owned(),
        Measured::Nothing { .. } => "there is nothing but NULL in it".to_owned(),
        Measured::Value(value) => format!("{end} is {}", found(value)),
        Measured::Moment {
            found: value,
            time,
            taken,
            expected,
            doubt,
            is_by_moment,
            ..
        } => {
            let end = match (is_by_moment, expectation.aggregate) {
                (false, _) => end,
                (true, Aggregate::Min) => "the earliest",
                (true, Aggregate::Count | Aggregate::Max) => "the latest",
            };
            let (value, taken) = (found(value), taken.words());
            let doubt = match doubt {
                None => String::new(),
                Some(Doubt::Since2001(time)) => {
                    format!("; counted from 2001, as Cocoa and Core Data count, it would be {time}")
                }
                Some(Doubt::Offsets) => format!(
                    "; not all texts are times, so they are compared as SQLite compares them, and as they name several offsets from UTC {end} need not be the {} time",
                    match expectation.aggregate {
                        Aggregate::Min => "earliest",
                        Aggregate::Count | Aggregate::Max => "latest",
                    }
                ),
            };
            format!(
                "{end} is {value}, taken for {taken}: {time}, to be compared with {expected}{doubt}"
            )
        }
    }
}

/// A value in words.
fn found(value: &Found) -> String {
    match value {
        Found::Number(Number::Integer(integer)) => integer.to_string(),
        Found::Number(Number::Real(real)) => real.to_string(),
        Found::Text(text) => format!("'{}'", plain(text)),
        Found::Blob(length) => format!("a blob of {}", many(*length as u64, "byte")),
    }
}

/// A length of time in its two largest units, of which the larger may be hours up to two days.
fn length(duration: Duration) -> String {
    const UNITS: [(&str, u64, u64); 4] = [
        ("day", 86_400, 2 * 86_400),
        ("hour", 3600, 3600),
        ("minute", 60, 60),
        ("second", 1, 0),
    ];
    let seconds = duration.as_secs();
    let first = UNITS.iter().position(|(_, _, least)| seconds >= *least);
    let units = UNITS.iter().skip(first.unwrap_or(UNITS.len())).take(2);
    let mut rest = seconds;
    let mut words = Vec::new();
    for (name, unit, _) in units {
        let count = rest / unit;
        rest %= unit;
        if count > 0 || words.is_empty() {
            words.push(many(count, name));
        }
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_told_in_two_units() {
        for (seconds, words) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (119, "1 minute 59 seconds"),
            (120, "2 minutes"),
            (3600, "1 hour"),
            (5461, "1 hour 31 minutes"),
            (93_600, "26 hours"),
            (95_000, "26 hours 23 minutes"),
            (172_800, "2 days"),
            (180_000, "2 days 2 hours"),
        ] {
            assert_eq!(length(Duration::from_secs(seconds)), words);
        }
    }
}
