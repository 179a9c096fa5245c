use std::path::PathBuf;
use std::time::Duration;

use clap::Args as Group;
use stillframe_check::{Rule, Severity, rule_with_code};
use stillframe_policy::{Expectation, Time, duration};

/// What is expected of a backup, and what is made of findings.
#[derive(Debug, Default, Group)]
pub struct Expected {
    /// Expect this of the tables, as in 'users >= 1000' or 'max(log.ts) >= now-26h'; may be given several times
    ///
    /// It is the number of rows of a table, or count, min or max of (TABLE.COLUMN), compared by < <= = >= > or != with a
    /// number, a text in single quotes, a date, or now with a length of time taken off or added. The tables are read as
    /// SQLite would show them. NAME: in front names the database that it is of, by the end of its path; without one it is
    /// of each. What cannot be decided is not met.
    #[arg(long, value_name = "EXPECTATION", value_parser = expectation)]
    pub expect: Vec<Expectation>,
    /// The most that a set may be old, by the newest of its files but the wal-index, as in 26h or 7days
    ///
    /// In an archive the time of a member counts, and that of the archive where it has none.
    #[arg(long, value_name = "DURATION", value_parser = max_age)]
    pub max_age: Option<Duration>,
    /// Have a database in WAL mode fail whose WAL is not there
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub require_wal: Option<bool>,
    /// Accept where nothing shows whether a WAL is missing
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub allow_unknown: Option<bool>,
    /// Take what a rule finds for a note, a warning or an error, as in WAL909=error; may be given several times
    #[arg(long, value_name = "RULE=SEVERITY", value_parser = severity)]
    pub severity: Vec<(&'static Rule, Severity)>,
    /// Take all of this from a file in TOML; what stands on the command line counts for more
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// Accept the findings that --write-baseline wrote of PATH: they are listed, and count for nothing
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write the warnings and errors that are found as a file for --baseline
    ///
    /// What is not as it is expected, and a database that is missing (EX107, MF103), cannot be accepted so: --severity makes
    /// less of it.
    #[arg(long, value_name = "FILE")]
    pub write_baseline: Option<PathBuf>,
    /// The time that ages are judged by, in UTC, as 2026-09-20T03:00:00Z; that of the clock if it is not said
    #[arg(long, value_name = "TIME", value_parser = now)]
    pub now: Option<Time>,
}

impl Expected {
    /// The first option that was given of these, where any was.
    pub fn first_given(&self) -> Option<&'static str> {
        let given = [
            ("--policy", self.policy.is_some()),
            ("--expect", !self.expect.is_empty()),
            ("--max-age", self.max_age.is_some()),
            ("--require-wal", self.require_wal.is_some()),
            ("--allow-unknown", self.allow_unknown.is_some()),
            ("--severity", !self.severity.is_empty()),
            ("--baseline", self.baseline.is_some()),
            ("--write-baseline", self.write_baseline.is_some()),
        ];
        let mut given = given.into_iter().filter(|(_, is_given)| *is_given);
        given.next().map(|(option, _)| option)
    }
}

fn expectation(text: &str) -> Result<Expectation, String> {
    Expectation::parse(text).map_err(|error| error.to_string())
}

fn max_age(text: &str) -> Result<Duration, String> {
    duration(text)
        .map_err(|error| format!("{error}; expected a length of time such as 26h or 7days"))
}

fn now(text: &str) -> Result<Time, String> {
    Time::parse(text).ok_or_else(|| "expected a time such as 2026-09-20T03:00:00Z".to_owned())
}

fn severity(text: &str) -> Result<(&'static Rule, Severity), String> {
    let (code, severity) = text
        .split_once('=')
        .ok_or("expected RULE=SEVERITY, as in WAL909=error")?;
    Ok((rule_called(code)?, severity_called(severity)?))
}

/// The rule of a code.
pub fn rule_called(code: &str) -> Result<&'static Rule, String> {
    rule_with_code(code)
        .ok_or_else(|| format!("there is no rule {code}; stillframe explain lists them all"))
}

/// The severity of a name.
pub fn severity_called(name: &str) -> Result<Severity, String> {
    let all = [Severity::Note, Severity::Warning, Severity::Error];
    let mut called = all.into_iter().filter(|severity| severity.name() == name);
    called
        .next()
        .ok_or_else(|| format!("{name} is no severity; expected note, warning or error"))
}
