use std::fmt;

use serde::Serialize;

use crate::{Evidence, Findings};

/// How bad what a rule finds is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Normal, and worth knowing.
    Note,
    /// A healthy set would not look so.
    Warning,
    /// Committed content is lost or wrong.
    Error,
}

impl Severity {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// One thing that is looked for.
pub struct Rule {
    /// Its code, as `WAL101`: never used again for anything else.
    pub code: &'static str,
    /// Its name, as `frame_checksum_mismatch`.
    pub name: &'static str,
    /// How bad it is: one severity a rule.
    pub severity: Severity,
    /// The version that had it first.
    pub since: &'static str,
    /// What it means, why it matters, how it is checked, an example, what to do and when it is normal, as Markdown.
    pub explain: &'static str,
    pub(crate) check: fn(&Evidence<'_>, &mut Findings),
}

impl Rule {
    /// The explanation as Markdown of its own: without the space that stands before each line of a comment.
    pub fn markdown(&self) -> String {
        let lines = self.explain.trim().lines();
        let lines: Vec<&str> = lines
            .map(|line| line.strip_prefix(' ').unwrap_or(line))
            .collect();
        lines.join("\n")
    }

    /// The first sentence of the explanation.
    pub fn summary(&self) -> &'static str {
        let text = self.explain.trim_start();
        text.split("\n\n").next().unwrap_or(text)
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.name)
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

/// Declares the rule of a module, whose doc comment is its explanation and whose function `check` looks for it.
macro_rules! rule {
    ($(#[doc = $line:literal])* $code:literal $name:literal $severity:ident since $since:literal) => {
        $(#[doc = $line])*
        pub(crate) static RULE: $crate::Rule = $crate::Rule {
            code: $code,
            name: $name,
            severity: $crate::Severity::$severity,
            since: $since,
            explain: concat!($($line, "\n"),*),
            check,
        };
    };
}
pub(crate) use rule;
