//! A file of what is expected, in TOML.

use std::collections::BTreeMap;
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
}

/// Why a file is no policy.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// It is no TOML, or has a key that there is not, or a value of another type.
    #[error("line {line}: {reason}")]
    Form {
        /// The line, from 1.
        line: usize,
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
        let line = |start: usize| {
            let before = text.as_bytes().get(..start).unwrap_or_default();
            before.iter().filter(|byte| **byte == b'\n').count() + 1
        };
        let file: File = toml::from_str(text).map_err(|error| PolicyError::Form {
            line: line(error.span().unwrap_or_default().start),
            reason: error.message().to_owned(),
        })?;
        let setting = |word: Spanned<String>| Setting {
            line: line(word.span().start),
            text: word.into_inner(),
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
        let severity = file.severity.into_iter();
        Ok(Self {
            max_age: max_age.transpose()?,
            expect: expect.collect::<Result<_, _>>()?,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_read() {
        let policy = Policy::parse(
            r#"
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
"#,
        )
        .unwrap();
        assert_eq!(policy.max_age, Some(Duration::from_secs(26 * 3600)));
        assert_eq!(policy.require_wal, Some(true));
        assert_eq!(policy.allow_unknown, Some(false));
        let words: Vec<_> = policy
            .fail_on
            .iter()
            .map(|word| (&*word.text, word.line))
            .collect();
        assert_eq!(words, [("warning", 5), ("incomplete", 5)]);
        assert_eq!(policy.baseline.unwrap().text, "accepted.json");
        assert_eq!(policy.expect[1].table, "log entries");
        let (code, severity) = &policy.severity[0];
        assert_eq!((&*code.text, &*severity.text), ("SHM901", "warning"));
        assert_eq!((code.line, severity.line), (13, 13));
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
            ("[severity]\nA = 'a'\nA = 'b'", "line 3", "duplicate key"),
            ("[rules]", "line 1", "unknown field `rules`"),
            ("max-age", "line 1", ""),
        ] {
            let error = Policy::parse(text).unwrap_err().to_string();
            assert!(error.contains(line), "{text}: {error}");
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
