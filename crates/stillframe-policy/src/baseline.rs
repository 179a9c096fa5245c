//! Findings that are known and accepted.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

/// Findings that are known and accepted, as a file holds them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    sets: BTreeMap<String, BTreeMap<Mark, u64>>,
}

/// What a finding is known by: not by its words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Mark {
    /// The code of its rule.
    pub rule: String,
    /// The file of the set that it is in: `database`, `wal`, `wal-index` or `rollback-journal`.
    pub file: String,
    /// The part of the file, as `page 4`.
    pub part: String,
    /// The first byte of its place and the one behind it; `None` where that is the file as a whole, whatever its length.
    pub bytes: Option<(u64, u64)>,
    /// What the file begins with, as hexadecimal digits, where one that begins otherwise is another finding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begins: Option<String>,
    /// Bytes that the file has at least, where a shorter one is another finding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least_length: Option<u64>,
}

/// Why a file is no baseline.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BaselineError {
    /// It is no JSON, or not of this form.
    #[error("it is no baseline of stillframe: {0}")]
    Form(serde_json::Error),
    /// It is of a later form.
    #[error("it is a baseline of version {0}, expected 1: a newer stillframe made it")]
    Version(u32),
}

/// The version of the form; fields may be added to it.
const VERSION: u32 = 1;

/// The file.
#[derive(Deserialize)]
struct File {
    stillframe_baseline: u32,
    accepted: Vec<Line>,
}

/// A line of it.
#[derive(Serialize, Deserialize)]
struct Line {
    set: String,
    #[serde(flatten)]
    mark: Mark,
    /// How many findings have this mark.
    times: u64,
}

impl Baseline {
    /// Reads a file.
    ///
    /// # Errors
    /// It is no baseline, or one of a later version.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let file: File = serde_json::from_str(text).map_err(BaselineError::Form)?;
        if file.stillframe_baseline != VERSION {
            return Err(BaselineError::Version(file.stillframe_baseline));
        }
        let mut baseline = Self::default();
        for Line { set, mark, times } in file.accepted {
            baseline.add(&set, mark, times);
        }
        Ok(baseline)
    }

    /// The file, a line a finding and in an order of its own, so that two can be compared line by line.
    pub fn to_json(&self) -> String {
        let mut text = format!("{{\n\"stillframe_baseline\": {VERSION},\n\"accepted\": [");
        let mut separator = "";
        for (set, marks) in &self.sets {
            for (mark, times) in marks {
                let line = Line {
                    set: set.clone(),
                    mark: mark.clone(),
                    times: *times,
                };
                let line = serde_json::to_string(&line).unwrap_or_default();
                let _never_fails = write!(text, "{separator}\n{line}");
                separator = ",";
            }
        }
        text.push_str("\n]\n}\n");
        text
    }

    /// Accepts so many findings of this mark of a set more.
    pub fn add(&mut self, set: &str, mark: Mark, times: u64) {
        let marks = self.sets.entry(set.to_owned()).or_default();
        let known = marks.entry(mark).or_default();
        *known = known.saturating_add(times);
    }

    /// The names of the sets of which findings are accepted, in their order.
    pub fn sets(&self) -> impl Iterator<Item = &str> {
        self.sets.keys().map(String::as_str)
    }

    /// How many findings are accepted.
    pub fn count(&self) -> u64 {
        let marks = self.sets.values().flat_map(BTreeMap::values);
        marks.fold(0, |sum, times| sum.saturating_add(*times))
    }

    /// Those that are accepted of a set.
    pub fn of_set(&self, set: &str) -> Accepting {
        Accepting {
            left: self.sets.get(set).cloned().unwrap_or_default(),
        }
    }
}

/// The findings of one set that are accepted, while they are met.
#[derive(Clone, Debug, Default)]
pub struct Accepting {
    left: BTreeMap<Mark, u64>,
}

impl Accepting {
    /// Whether a finding of this mark is accepted: no more than there were, and of a file that is no shorter and begins as it
    /// did, where that was recorded.
    pub fn accept(&mut self, mark: &Mark) -> bool {
        let of_any_beginning = Mark {
            begins: None,
            ..mark.clone()
        };
        self.accept_of_length(mark) || self.accept_of_length(&of_any_beginning)
    }

    fn accept_of_length(&mut self, mark: &Mark) -> bool {
        let any_length = Mark {
            least_length: None,
            ..mark.clone()
        };
        // They are in the order of that length.
        let mut known = self.left.range_mut(any_length..=mark.clone());
        match known.find(|(_, times)| **times > 0) {
            Some((_, times)) => {
                *times -= 1;
                true
            }
            None => false,
        }
    }

    /// What was not met, and how often.
    pub fn gone(&self) -> impl Iterator<Item = (&Mark, u64)> {
        let left = self.left.iter().map(|(mark, times)| (mark, *times));
        left.filter(|(_, times)| *times > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(rule: &str, bytes: Option<(u64, u64)>) -> Mark {
        Mark {
            rule: rule.to_owned(),
            file: "database".to_owned(),
            part: "page 4".to_owned(),
            bytes,
            begins: None,
            least_length: None,
        }
    }

    /// One that grew is the same, and one that lost something is another; what was recorded without a length has any.
    #[test]
    fn a_file_that_is_shorter_is_another_finding() {
        let of = |least_length| Mark {
            least_length,
            ..mark("DB007", None)
        };
        let mut baseline = Baseline::default();
        baseline.add("app.db", of(Some(8192)), 1);
        let text = baseline.to_json();
        assert_eq!(Baseline::parse(&text).unwrap(), baseline);
        for (length, is_accepted) in [(8191, false), (8192, true), (12288, true)] {
            let mut accepting = baseline.of_set("app.db");
            assert_eq!(accepting.accept(&of(Some(length))), is_accepted);
            assert_eq!(accepting.gone().count(), usize::from(!is_accepted));
        }
        assert!(!baseline.of_set("app.db").accept(&of(None)));
        let mut older = Baseline::default();
        older.add("app.db", of(None), 1);
        assert!(older.of_set("app.db").accept(&of(Some(1))));
    }

    /// What was recorded without a beginning has any.
    #[test]
    fn a_file_that_begins_otherwise_is_another_finding() {
        let of = |begins: Option<&str>, length| Mark {
            begins: begins.map(str::to_owned),
            least_length: Some(length),
            ..mark("DB007", None)
        };
        let accepts = |known: &Mark, mark: &Mark| {
            let mut baseline = Baseline::default();
            baseline.add("app.db", known.clone(), 1);
            let baseline = Baseline::parse(&baseline.to_json()).unwrap();
            let mut accepting = baseline.of_set("app.db");
            let is_accepted = accepting.accept(mark);
            assert!(!accepting.accept(mark), "once");
            is_accepted
        };
        assert!(accepts(&of(Some("00ff"), 8192), &of(Some("00ff"), 9000)));
        assert!(!accepts(&of(Some("00ff"), 8192), &of(Some("00ff"), 8191)));
        assert!(!accepts(&of(Some("00ff"), 8192), &of(Some("00fe"), 9000)));
        assert!(!accepts(&of(Some("00ff"), 8192), &of(None, 9000)));
        assert!(accepts(&of(None, 8192), &of(Some("00ff"), 9000)));
        assert!(!accepts(&of(None, 8192), &of(Some("00ff"), 8191)));
    }

    #[test]
    fn what_is_accepted_is_so_as_often_as_it_was() {
        let mut baseline = Baseline::default();
        baseline.add("a/app.db", mark("RC101", Some((4096, 8192))), 2);
        baseline.add("a/app.db", mark("SET201", None), 1);
        baseline.add("b.db", mark("RC101", None), 1);
        let text = baseline.to_json();
        assert_eq!(Baseline::parse(&text).unwrap(), baseline);
        assert_eq!(text.lines().count(), 8, "{text}");
        assert_eq!(baseline.count(), 4);
        assert_eq!(baseline.sets().collect::<Vec<_>>(), ["a/app.db", "b.db"]);

        let mut accepting = baseline.of_set("a/app.db");
        let twice = mark("RC101", Some((4096, 8192)));
        assert!(accepting.accept(&twice));
        assert!(accepting.accept(&twice));
        assert!(!accepting.accept(&twice));
        assert!(!accepting.accept(&mark("RC101", Some((4096, 8193)))));
        let gone: Vec<_> = accepting.gone().collect();
        assert_eq!(gone, [(&mark("SET201", None), 1)]);
        assert!(!baseline.of_set("c.db").accept(&twice));
    }

    #[test]
    fn what_is_no_baseline_is_refused() {
        let empty = Baseline::default();
        assert_eq!(Baseline::parse(&empty.to_json()).unwrap(), empty);
        for (text, said) in [
            ("", "it is no baseline"),
            ("{}", "it is no baseline"),
            (
                r#"{"stillframe_manifest":1,"sets":[]}"#,
                "it is no baseline",
            ),
            (
                r#"{"stillframe_baseline":2,"accepted":[]}"#,
                "a newer stillframe",
            ),
        ] {
            let error = Baseline::parse(text).unwrap_err().to_string();
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
