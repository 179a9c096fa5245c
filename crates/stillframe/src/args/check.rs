use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use anyhow::{bail, ensure};
use clap::builder::{OsStringValueParser, TypedValueParser as _};
use clap::{Args as Group, ValueEnum};
use stillframe_check::content::Level;
use stillframe_check::{MOST_FINDINGS, Report, Severity, VerdictKind};

use super::{Expected, WalFile};
use crate::inputs::Names;
use crate::names::shown;

pub(super) const EXAMPLES: &str = "\
Examples:
  stillframe check app.db                      one database, with its WAL if there is one
  stillframe check /backups                    every database below a folder
  stillframe check backup.tar.zst              every database in an archive
  stillframe check --format json /backups      for machines
  stillframe check --fail-on error /backups    let warnings pass
  stillframe check --fail-on incomplete app.db fail where a WAL may be missing
  stillframe check --report html=a.html app.db make a page to be handed over, too
  stillframe check --max-age 26h --expect 'users >= 1000' app.db
  stillframe check --policy backups.toml /backups
  stillframe check --format pragma app.db      the rows of PRAGMA integrity_check

Exit status:
  0    nothing found that --fail-on names; with --exit-zero whatever was found or not read
  1    findings
  2    wrong usage, or a report could not be written
  3    some inputs could not be read, or changed meanwhile, whatever was found in the others; or
       there was nothing to check
  130  interrupted";

/// Options of `check`.
#[derive(Debug, Group)]
pub struct Check {
    /// Files, folders, archives, ARCHIVE!MEMBER, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub wal: WalFile,
    /// What makes the exit status 1: a severity and all that is worse, or another thing; several with commas between them
    ///
    /// If neither it nor a policy says anything, it is warning.
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    pub fail_on: Vec<FailOn>,
    /// End with status 0 whatever was found, or could not be read: for a step that reports and stops nothing
    #[arg(long)]
    pub exit_zero: bool,
    /// How much of the inside of the databases to look at; full below 1 GiB, structure from there on if it is not said
    #[arg(long, value_name = "LEVEL")]
    pub level: Option<CheckLevel>,
    /// Compare with what `stillframe manifest` recorded of PATH where the originals are
    ///
    /// The names are those from PATH on. A database that the manifest records and that is not here makes the exit
    /// status 1, whatever --fail-on says; --severity MF103=note makes less of it.
    #[arg(long, value_name = "FILE")]
    pub manifest: Option<PathBuf>,
    #[command(flatten)]
    pub expected: Expected,
    /// How many findings of a database to list; the others are counted
    ///
    /// With --format pragma it is the N of PRAGMA integrity_check(N), where 0 stands for 100.
    #[arg(long, value_name = "N", default_value_t = MOST_FINDINGS)]
    pub max_findings: usize,
    /// How to print on standard output; full if it is not said
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<CheckFormat>,
    /// Write a report in a format of --format as a file, beside what is printed; may be given several times
    ///
    /// The file appears when it is complete. With - for FILE the report is printed in place of the text.
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = OsStringValueParser::new().try_map(ReportFile::parse))]
    pub reports: Vec<ReportFile>,
    /// Replace files of --report and --write-baseline that exist
    #[arg(long)]
    pub force: bool,
    /// Have SARIF, JUnit and HTML say when the check was made: without it, the same inputs make the same report
    #[arg(long)]
    pub timestamp: bool,
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
    /// SARIF 2.1.0, for code scanning, with the SHA-256 of inputs
    Sarif,
    /// JUnit, a test case a database
    Junit,
    /// A short summary in Markdown, for the page of a CI job
    Markdown,
    /// One page with pictures, bytes and the SHA-256 of inputs, to be handed over
    Html,
    /// The rows of SQLite's PRAGMA integrity_check, at --level quick of quick_check, and nothing else
    Pragma,
}

/// A report that is written beside what is printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportFile {
    /// Its format.
    pub format: CheckFormat,
    /// The file, or `-`.
    pub target: PathBuf,
}

impl ReportFile {
    fn parse(text: OsString) -> Result<Self, String> {
        let bytes = text.as_encoded_bytes();
        let split = bytes.iter().position(|byte| *byte == b'=');
        let format = split.and_then(|at| bytes.get(..at)).map(str::from_utf8);
        let (Some(at), Some(Ok(format))) = (split, format) else {
            return Err("expected FORMAT=FILE, as in sarif=check.sarif".to_owned());
        };
        let format = match CheckFormat::from_str(format, false) {
            Ok(CheckFormat::Pragma) | Err(_) => {
                let formats = CheckFormat::value_variants().iter();
                let names: Vec<String> = formats
                    .filter(|format| **format != CheckFormat::Pragma)
                    .filter_map(|format| Some(format.to_possible_value()?.get_name().to_owned()))
                    .collect();
                return Err(format!(
                    "{format} is no format of a report; there are {}",
                    names.join(", ")
                ));
            }
            Ok(format) => format,
        };
        let target = tail(&text, at + 1);
        match target.is_empty() {
            true => Err("there is no FILE behind FORMAT=".to_owned()),
            false => Ok(Self {
                format,
                target: target.into(),
            }),
        }
    }

    /// Whether it is to be printed.
    pub fn is_printed(&self) -> bool {
        self.target == Path::new("-")
    }
}

/// What stands behind some bytes of ASCII.
#[cfg(unix)]
fn tail(text: &OsStr, from: usize) -> OsString {
    use std::os::unix::ffi::OsStrExt as _;
    let bytes = text.as_bytes().get(from..).unwrap_or_default();
    OsStr::from_bytes(bytes).to_owned()
}

/// A name that is no Unicode loses what is not.
#[cfg(not(unix))]
fn tail(text: &OsStr, from: usize) -> OsString {
    let text = text.to_string_lossy();
    text.get(from..).unwrap_or_default().into()
}

impl Check {
    /// The format of standard output.
    pub fn printed(&self) -> anyhow::Result<CheckFormat> {
        let mut printed = self.reports.iter().filter(|report| report.is_printed());
        match (self.format, printed.next(), printed.next()) {
            (None, None, _) => Ok(CheckFormat::Full),
            (Some(format), None, _) => Ok(format),
            (None, Some(report), None) => Ok(report.format),
            _ => bail!("standard output takes one report; name a file for the others"),
        }
    }

    /// The reports that are files.
    pub fn files(&self) -> impl Iterator<Item = &ReportFile> {
        self.reports.iter().filter(|report| !report.is_printed())
    }

    /// Refuses what excludes each other.
    pub fn refuse(&self) -> anyhow::Result<()> {
        ensure!(is_alone(&self.fail_on), "--fail-on {NEVER_IS_ALONE}");
        ensure!(
            self.reports.is_empty() || self.format != Some(CheckFormat::Pragma),
            "--format pragma goes with no --report; run check twice"
        );
        ensure!(
            self.manifest.is_none() || self.format != Some(CheckFormat::Pragma),
            "--format pragma goes with no --manifest; run check twice"
        );
        if let (Some(option), Some(CheckFormat::Pragma)) =
            (self.expected.first_given(), self.format)
        {
            bail!("--format pragma goes with no {option}; run check twice");
        }
        let mut targets = HashSet::new();
        for report in self.files() {
            ensure!(
                targets.insert(&report.target),
                "{} is named for two reports; name another file for one",
                shown(&report.target)
            );
        }
        Ok(())
    }
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
            Self::Full
            | Self::Concise
            | Self::Junit
            | Self::Markdown
            | Self::Html
            | Self::Pragma => Names::Shown,
            Self::Json | Self::Jsonl | Self::Sarif => Names::Raw,
        }
    }
}

/// Said of a list that has `never` among others.
pub const NEVER_IS_ALONE: &str = "never goes with nothing else";

/// Whether `never` stands by itself, where it does.
pub fn is_alone(fail_on: &[FailOn]) -> bool {
    fail_on.len() == 1 || !fail_on.contains(&FailOn::Never)
}

impl FailOn {
    /// Whether the run fails for a database; `allows_unknown` where that may lack a WAL.
    pub fn fails_for(self, report: &Report, allows_unknown: bool) -> bool {
        match self {
            Self::Note => report.has(Severity::Note),
            Self::Warning => report.has(Severity::Warning),
            Self::Error => report.has(Severity::Error),
            Self::Incomplete => match report.verdict.kind {
                VerdictKind::Complete | VerdictKind::CompleteWithWal => false,
                VerdictKind::ConsistentCompletenessUnknown => !allows_unknown,
                _ => true,
            },
            Self::Never => false,
        }
    }
}

/// What makes a run fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Anything worth knowing
    Note,
    /// What a healthy set would not look like
    Warning,
    /// Committed content that is lost or wrong
    Error,
    /// Any verdict but complete, as where a WAL may be missing
    Incomplete,
    /// Nothing that is found
    Never,
}
