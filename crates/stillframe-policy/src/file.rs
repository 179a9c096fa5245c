//! A file of what is expected, in TOML.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use crate::{Expectation, WordsError, age};

/// What is expected of a backup, as a file says it. What the command line says counts for more.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policy {
    /// The most that a set may be old.
    pub max_age: Option<Duration>,
    /// What is expected of the tables.
    pub expect: Vec<Expectation>,
    /// Where each of that stands, in bytes from the beginning of the file.
    pub expect_at: Vec<Range<u64>>,
    /// Whether a database in WAL mode must have its WAL.
    pub require_wal: Option<bool>,
    /// Whether it is accepted that a WAL may be missing.
    pub allow_unknown: Option<bool>,
    /// What makes the check fail.
    pub fail_on: Vec<Setting>,
    /// The file of accepted findings, from the folder of the policy on.
    pub baseline: Option<Setting>,
    /// How bad what a rule finds is: the code of the rule, and the severity.
    pub severity: Vec<(Setting, Setting)>,
}

/// A word of the file, of which only whoever asked for it knows what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The word.
    pub text: String,
    /// The line that it stands on, from 1.
    pub line: usize,
    /// The character of the line that it begins with, from 1.
    pub column: usize,
}

/// Why a file is no policy.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// It is no TOML, or has a key that there is not, or a value of another type.
    #[error("line {line}, column {column}: {reason}")]
    Form {
        /// The line, from 1.
        line: usize,
        /// The character of the line, from 1.
        column: usize,
        /// What is wrong there.
        reason: String,
    },
    /// An expectation is none.
    #[error("line {line}: expect: {}, column {}: {}", .error.text, .error.column(), .error.kind)]
    Expectation {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        error: WordsError,
    },
    /// The most that a set may be old is no length of time.
    #[error(
        "line {line}: max-age: {error}; expected a length of time such as \"26h\" or \"7days\""
    )]
    MaxAge {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        error: humantime::DurationError,
    },
}

/// The file as it stands.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    max_age: Option<Spanned<String>>,
    #[serde(default)]
    expect: Vec<Spanned<String>>,
    require_wal: Option<bool>,
    allow_unknown: Option<bool>,
    #[serde(default)]
    fail_on: Vec<Spanned<String>>,
    baseline: Option<Spanned<String>>,
    #[serde(default)]
    severity: BTreeMap<Spanned<String>, Spanned<String>>,
}

impl Policy {
    /// Reads a file.
    ///
    /// # Errors
    /// A [`PolicyError`], which names the line.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let line = |start: usize| line_and_column(text, start).0;
        let file: File = toml::from_str(text).map_err(|error| {
            let start = error.span().unwrap_or_default().start;
            let (line, column) = line_and_column(text, start);
            PolicyError::Form {
                line,
                column,
                reason: error.message().to_owned(),
            }
        })?;
        let setting = |word: Spanned<String>| {
            let (line, column) = line_and_column(text, word.span().start);
            Setting {
                line,
                column,
                text: word.into_inner(),
            }
        };
        let max_age = file.max_age.map(|word| {
            age::duration(word.get_ref()).map_err(|error| PolicyError::MaxAge {
                line: line(word.span().start),
                error,
            })
        });
        let expect = file.expect.iter().map(|word| {
            Expectation::parse(word.get_ref()).map_err(|error| PolicyError::Expectation {
                line: line(word.span().start),
                error,
            })
        });
        let expect_at = file.expect.iter().map(Spanned::span);
        let expect_at = expect_at.map(|span| span.start as u64..span.end as u64);
        let severity = file.severity.into_iter();
        Ok(Self {
            max_age: max_age.transpose()?,
            expect: expect.collect::<Result<_, _>>()?,
            expect_at: expect_at.collect(),
            require_wal: file.require_wal,
            allow_unknown: file.allow_unknown,
            fail_on: file.fail_on.into_iter().map(setting).collect(),
            baseline: file.baseline.map(setting),
            severity: severity
                .map(|(code, severity)| (setting(code), setting(severity)))
                .collect(),
        })
    }
}

/// Where a byte of a text stands, both from 1, in lines and characters.
fn line_and_column(text: &str, start: usize) -> (usize, usize) {
    let before = text.get(..start).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|it| *it != '\n').count() + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_read() {
        let text = r#"
max-age = "26h"   # the backup runs at night
require-wal = true
allow-unknown = false
fail-on = ["warning", "incomplete"]
baseline = "accepted.json"
expect = [
  "users >= 1000",
  'app.db:max("log entries".ts) >= now-26h',
]

[severity]
SHM901 = "warning"
"#;
        let policy = Policy::parse(text).unwrap();
        assert_eq!(policy.max_age, Some(Duration::from_secs(26 * 3600)));
        assert_eq!(policy.require_wal, Some(true));
        assert_eq!(policy.allow_unknown, Some(false));
        let words: Vec<_> = policy
            .fail_on
            .iter()
            .map(|word| (&*word.text, word.line))
            .collect();
        assert_eq!(words, [("warning", 5), ("incomplete", 5)]);
        assert_eq!(policy.baseline.clone().unwrap().text, "accepted.json");
        assert_eq!(policy.expect[1].table, "log entries");
        let stands = |at: usize| {
            let range = policy.expect_at[at].clone();
            &text[range.start as usize..range.end as usize]
        };
        assert_eq!(stands(0), "\"users >= 1000\"");
        assert!(stands(1).starts_with("'app.db:max("));
        let (code, severity) = &policy.severity[0];
        assert_eq!((&*code.text, &*severity.text), ("SHM901", "warning"));
        assert_eq!((code.line, code.column), (13, 1));
        assert_eq!((severity.line, severity.column), (13, 10));
        assert_eq!(Policy::parse("").unwrap(), Policy::default());
    }

    #[test]
    fn what_is_wrong_names_its_line() {
        for (text, line, said) in [
            ("\nmax_age = '26h'", "line 2", "unknown field `max_age`"),
            ("\n\nexpect = 'users >= 1'", "line 3", "expected a sequence"),
            (
                "expect = [\n 'users => 1']",
                "line 2: expect: users => 1, column 7: ",
                "no operator",
            ),
            ("\nmax-age = '26 parsecs'", "line 2: max-age: ", "parsecs"),
            ("require-wal = 1", "line 1", "expected a boolean"),
            (
                "[severity]\nA = 'a'\n  A = 'b'",
                "line 3, column 3: ",
                "duplicate key",
            ),
            (
                "[severity]\nA = 'a'\n'A' = 'b'",
                "line 3, column 1: ",
                "duplicate key",
            ),
            ("[rules]", "line 1", "unknown field `rules`"),
            ("max-age", "line 1", ""),
        ] {
            let error = Policy::parse(text).unwrap_err().to_string();
            assert!(error.contains(line), "{text}: {error}");
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
