use std::path::PathBuf;

use clap::{Args as Group, ValueEnum};
use stillframe_check::content::Level;
use stillframe_check::{MOST_FINDINGS, Severity};

use super::WalFile;
use crate::inputs::Names;

pub(super) const EXAMPLES: &str = "\
Examples:
  stillframe check app.db                      one database, with its WAL if there is one
  stillframe check /backups                    every database below a folder
  stillframe check backup.tar.zst              every database in an archive
  stillframe check --format json /backups      for machines
  stillframe check --fail-on error /backups    let warnings pass
  stillframe check --format pragma app.db      the rows of PRAGMA integrity_check

Exit status:
  0    nothing found at or above --fail-on
  1    findings
  2    wrong usage
  3    some inputs could not be read
  130  interrupted";

/// Options of `check`.
#[derive(Debug, Group)]
pub struct Check {
    /// Files, folders, archives, ARCHIVE!MEMBER, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub wal: WalFile,
    /// The least severity that makes the exit status 1
    #[arg(long, value_name = "SEVERITY", default_value = "warning")]
    pub fail_on: FailOn,
    /// How much of the inside of the databases to look at; full below 1 GiB, structure from there on if it is not said
    #[arg(long, value_name = "LEVEL")]
    pub level: Option<CheckLevel>,
    /// How many findings of a database to list; the others are counted
    ///
    /// With --format pragma it is the N of PRAGMA integrity_check(N), where 0 stands for 100.
    #[arg(long, value_name = "N", default_value_t = MOST_FINDINGS)]
    pub max_findings: usize,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "full")]
    pub format: CheckFormat,
}

/// How `check` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// Text for people
    Full,
    /// A line a finding
    Concise,
    /// One JSON document
    Json,
    /// A JSON document a database, each on a line
    Jsonl,
    /// The rows of SQLite's PRAGMA integrity_check, at --level quick of quick_check, and nothing else
    Pragma,
}

/// How much of the inside of a database `check` looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CheckLevel {
    /// Every page is there for exactly one thing, and every tree and list in order
    Structure,
    /// And what PRAGMA quick_check looks at: types of values, entries of indexes counted
    Quick,
    /// And what PRAGMA integrity_check looks at: every row has its entry in every index
    Full,
}

impl From<CheckLevel> for Level {
    fn from(level: CheckLevel) -> Self {
        match level {
            CheckLevel::Structure => Self::Structure,
            CheckLevel::Quick => Self::Quick,
            CheckLevel::Full => Self::Full,
        }
    }
}

impl CheckFormat {
    /// How inputs are called in it.
    pub const fn names(self) -> Names {
        match self {
            Self::Full | Self::Concise | Self::Pragma => Names::Shown,
            Self::Json | Self::Jsonl => Names::Raw,
        }
    }
}

/// The least severity that counts.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum FailOn {
    /// Anything worth knowing
    Note,
    /// What a healthy set would not look like
    Warning,
    /// Committed content that is lost or wrong
    Error,
}

impl FailOn {
    /// As the rules know it.
    pub const fn severity(self) -> Severity {
        match self {
            Self::Note => Severity::Note,
            Self::Warning => Severity::Warning,
            Self::Error => Severity::Error,
        }
    }
}
