use stillframe_history::Role;
use stillframe_policy::{Judgement, Names, Undecided};

use super::{age, found, length, outcomes};
use crate::rule::rule;
use crate::words::{many, plain};
use crate::{Evidence, Findings};

rule! {
    /// Whether what is expected is so cannot be decided.
    ///
    /// # What it means
    /// There is no such table or column, or only SQL tells what is in it, or it is damaged, or its values are of another kind
    /// than what they are compared with; or it is not known when the files were written.
    ///
    /// # Why it matters
    /// What cannot be decided was not looked at. Were it taken for met, a name that is misspelt would pass for ever.
    ///
    /// # How it is checked
    /// Tables are read as they are stored. Views, virtual tables and VIRTUAL generated columns are computed, and nothing here
    /// computes them. A table that cannot be read to its end decides nothing, whatever was read of it. Text is a time as
    /// SQLite's date functions take it. A number may be seconds since 1970 below 100,000,000,000 and milliseconds below 1,000
    /// times that, a Julian day up to 5,373,484.5, or digits (YYYYMMDD, YYYYMMDDHHMM, YYYYMMDDHHMMSS): what is of the years 1980
    /// to 2099 in one of these ways is taken, and EX901 or EX101 says for what. Of other years it is taken where it can be read
    /// in one way only. Seconds since 2001, which Cocoa and Core Data count, look like those since 1970 of 31 years before, and
    /// are taken for these; where the others would be nearer to what they are compared with, EX901 or EX101 says so. Where texts
    /// name several offsets from UTC, what is compared with a time is the earliest or latest of them, which need not be that of
    /// SQLite's `min` or `max`; if one of them is no time, it is the smallest or largest text, and EX901 or EX101 says that.
    ///
    /// # Example
    /// `--expect 'user >= 1000'`, where the table is called `users`.
    ///
    /// # What to do
    /// Put right what is expected, or the database. Of several databases, name the one that is meant:
    /// `--expect 'app.db:users >= 1000'`. Standard input has no time; neither has what an archive does not date.
    ///
    /// # When it is normal
    /// Never.
    "EX102" "expectation_undecided" Error since "0.1.0"
}

fn check(evidence: &Evidence<'_>, findings: &mut Findings) {
    let place = || evidence.whole(Role::Database);
    for (expectation, judgement) in outcomes(evidence) {
        if let Judgement::Undecided(why) = judgement {
            let words = plain(&expectation.text);
            let why = reason(
                &plain(&expectation.subject()),
                &plain(&expectation.table),
                why,
            );
            findings.report(
                &RULE,
                place(),
                format!("{words} is expected, and cannot be decided: {why}"),
            );
        }
    }
    if let Some(age) = age(evidence).filter(|age| age.newest.is_none()) {
        let most = length(age.most);
        findings.report(
            &RULE,
            place(),
            format!(
                "it may be no older than {most}, and cannot be decided: it is not known when its files were written"
            ),
        );
    }
}

fn reason(subject: &str, table: &str, why: &Undecided) -> String {
    match why {
        Undecided::NoDatabase => "SQLite would not show the database".to_owned(),
        Undecided::NoTable(names) => format!("there is no table {table}; {}", has(names)),
        Undecided::NoColumn(names) => {
            format!("table {table} has no such column; {}", has(names))
        }
        Undecided::View => format!("{table} is a view, and only SQL tells what is in it"),
        Undecided::Virtual(module) => format!(
            "{table} is a virtual table, and only its module {} tells what is in it",
            plain(module)
        ),
        Undecided::Computed => {
            "it is a VIRTUAL generated column, which is computed when it is read".to_owned()
        }
        Undecided::Damaged(problem) => format!("table {table} is damaged: {}", plain(problem)),
        Undecided::Collation(name) => format!(
            "its text is compared by {}, which only the application knows",
            plain(name)
        ),
        Undecided::Mixed => "there are numbers among its values, and others".to_owned(),
        Undecided::OtherKind(value) => format!(
            "{subject} is {}, which is of another kind than what it is compared with",
            found(value)
        ),
        Undecided::NoTime(value) => format!("{subject} is {}, which is no time", found(value)),
        Undecided::Ambiguous {
            found: value,
            readings,
        } => {
            let readings = readings.iter();
            let readings = readings.map(|(time, taken)| format!("{time}, as {}", taken.words()));
            let readings: Vec<String> = readings.collect();
            format!(
                "{subject} is {}, which may be {}",
                found(value),
                readings.join(", or ")
            )
        }
        Undecided::OutOfTime => "it is compared with a time before all times".to_owned(),
        _ => "it is not known why".to_owned(),
    }
}

fn has(names: &Names) -> String {
    let first: Vec<String> = names.first.iter().map(|name| plain(name)).collect();
    match (first.is_empty(), names.others) {
        (true, _) => "it has none".to_owned(),
        (false, 0) => format!("it has {}", first.join(", ")),
        (false, others) => {
            let others = many(others as u64, "other");
            format!("it has {} and {others}", first.join(", "))
        }
    }
}
