use std::io::{self, Write};

use super::html::{CommitPicture, HexWindow};
use super::left_over::LeftOver;
use crate::Report;

/// What is said of the databases that one run checked, in one format: a beginning, a part for each of them, and an end.
pub trait Document {
    /// Whether the beginning says what is known only at the end: then the parts have to wait for it.
    fn begins_with_a_summary(&self) -> bool {
        false
    }

    /// Writes what stands before the first database.
    ///
    /// # Errors
    /// `out` could not be written.
    fn begin(&mut self, run: &Run, out: &mut dyn Write) -> io::Result<()>;

    /// Writes what is said of the next database.
    ///
    /// # Errors
    /// `out` could not be written.
    fn add(&mut self, checked: &Checked, out: &mut dyn Write) -> io::Result<()>;

    /// Writes what stands behind the last database.
    ///
    /// # Errors
    /// `out` could not be written.
    fn end(&mut self, run: &Run, out: &mut dyn Write) -> io::Result<()>;
}

/// A run of the command.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// The version of the command.
    pub version: String,
    /// The words of the command line, as they were given.
    pub arguments: Vec<String>,
    /// The same, as a shell takes it.
    pub command_line: String,
    /// How it ended; 0 as long as it has not.
    pub exit_status: u8,
    /// What could not be read, a sentence each.
    pub not_read: Vec<String>,
    /// What of the inputs is of no database.
    pub left_over: LeftOver,
    /// When it began, as RFC 3339 writes it, where that is to be said.
    pub began: Option<String>,
    /// And when it had checked the last database.
    pub ended: Option<String>,
    /// The archives that databases were read from, where they are files and were looked at.
    pub archives: Vec<Archive>,
}

/// An archive that was looked at as a file.
#[derive(Clone, Debug)]
pub struct Archive {
    /// Its name.
    pub name: String,
    /// Its address: see [`Examined::uris`].
    pub uri: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// The SHA-256 of its bytes.
    pub sha256: Sums,
}

/// A database that was checked, and what some documents show beside its report.
#[derive(Clone, Debug)]
pub struct Checked {
    /// What the check says.
    pub report: Report,
    /// Whether the run fails for it.
    pub fails: bool,
    /// What else is known of its inputs, in the order of [`Report::inputs`]; empty where it was not asked for.
    pub inputs: Vec<Examined>,
    /// The bytes around the place of each finding, in their order; empty where they were not asked for.
    pub windows: Vec<Option<HexWindow>>,
    /// A picture of its pages as the element `svg`, where it was asked for and can be drawn.
    pub page_map: Option<String>,
    /// The commits of its WAL, where they were asked for and there is one.
    pub commits: Option<CommitPicture>,
}

impl Checked {
    /// A report with nothing beside it.
    pub const fn new(report: Report, fails: bool) -> Self {
        Self {
            report,
            fails,
            inputs: Vec::new(),
            windows: Vec::new(),
            page_map: None,
            commits: None,
        }
    }
}

/// What is known of an input beside its length.
#[derive(Clone, Debug, Default)]
pub struct Examined {
    /// Where it is: addresses as RFC 3986 writes them, relative or absolute. Of a file there is one; of a member of an
    /// archive that of the archive stands before its own, which is its name in there.
    pub uris: Vec<String>,
    /// The SHA-256 of its bytes.
    pub sha256: Sums,
}

/// The SHA-256 of some bytes, in hexadecimal, where it was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Before the check.
    pub before: Option<String>,
    /// After it.
    pub after: Option<String>,
}
