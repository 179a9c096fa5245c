use std::cmp::Reverse;
use std::fmt;

use serde::{Serialize, Serializer, ser::SerializeStruct as _};
use stillframe_format::{ByteRange, PageNumber};
use stillframe_journal::RecordNumber;
use stillframe_wal::FrameNumber;

use crate::verdict::explains;
use crate::{Rule, Severity};

/// Something that a rule found.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// How bad it is: as the rule says, or whoever asked for the check.
    pub severity: Severity,
    /// Whether it is accepted.
    pub is_accepted: bool,
    /// Where.
    pub place: Place,
    /// What is there, and what it means here.
    pub message: String,
    /// What was expected at the place, where that can be said.
    pub expected: Option<String>,
    /// What was found at the place, where that can be said.
    pub found: Option<String>,
    /// Other places that belong to it, and what they are.
    pub related: Vec<(Place, String)>,
    /// What to do.
    pub help: Option<String>,
}

/// A byte range in an input as the user knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The name of the input.
    pub input: String,
    /// The bytes.
    pub range: ByteRange,
    /// What part of the file they are.
    pub part: Part,
}

/// A part of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// The file as a whole.
    File,
    /// The header of the database.
    DatabaseHeader,
    /// A page of the database file.
    Page(PageNumber),
    /// The header of the WAL.
    WalHeader,
    /// A frame, or the slot where one would be.
    Frame(FrameNumber),
    /// The head of the wal-index.
    WalIndexHeader,
    /// A block of the wal-index.
    WalIndexBlock(u32),
    /// A header of the rollback journal.
    JournalHeader,
    /// A record of the rollback journal, or the slot where one would be.
    Record(RecordNumber),
    /// The name of a super-journal at the end of the rollback journal.
    SuperJournalName,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File => f.write_str("file"),
            Self::DatabaseHeader => f.write_str("database header"),
            Self::Page(page) => write!(f, "page {page}"),
            Self::WalHeader => f.write_str("WAL header"),
            Self::Frame(frame) => write!(f, "frame {frame}"),
            Self::WalIndexHeader => f.write_str("wal-index header"),
            Self::WalIndexBlock(block) => write!(f, "block {block} of the wal-index"),
            Self::JournalHeader => f.write_str("journal header"),
            Self::Record(record) => write!(f, "record {record}"),
            Self::SuperJournalName => f.write_str("name of the super-journal"),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} at 0x{:x} ({})",
            self.input, self.range.start, self.part
        )
    }
}

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut place = serializer.serialize_struct("Place", 4)?;
        place.serialize_field("input", &self.input)?;
        place.serialize_field("start", &self.range.start)?;
        place.serialize_field("end", &self.range.end)?;
        place.serialize_field("part", &self.part.to_string())?;
        place.end()
    }
}

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Related<'a> {
            place: &'a Place,
            message: &'a str,
        }
        let related: Vec<Related<'_>> = self
            .related
            .iter()
            .map(|(place, message)| Related { place, message })
            .collect();
        let mut finding = serializer.serialize_struct("Finding", 9)?;
        finding.serialize_field("code", self.rule.code)?;
        finding.serialize_field("name", self.rule.name)?;
        finding.serialize_field("severity", &self.severity)?;
        finding.serialize_field("place", &self.place)?;
        finding.serialize_field("message", &self.message)?;
        finding.serialize_field("expected", &self.expected)?;
        finding.serialize_field("found", &self.found)?;
        finding.serialize_field("related", &related)?;
        finding.serialize_field("help", &self.help)?;
        finding.end()
    }
}

/// The findings of a set, as rules report them.
#[derive(Debug, Default)]
pub struct Findings {
    found: Vec<Finding>,
}

impl Findings {
    /// `rule` found something at `place`. More is said through what this returns.
    pub(crate) fn report(
        &mut self,
        rule: &'static Rule,
        place: Place,
        message: impl Into<String>,
    ) -> Details<'_> {
        self.found.push(Finding {
            rule,
            severity: rule.severity,
            is_accepted: false,
            place,
            message: message.into(),
            expected: None,
            found: None,
            related: Vec::new(),
            help: None,
        });
        Details(self.found.last_mut())
    }

    /// The findings: first what explains others, then the worst, and in the order of the rules otherwise.
    pub(crate) fn sorted(mut self) -> Vec<Finding> {
        self.found
            .sort_by_key(|finding| (!explains(finding), Reverse(finding.severity)));
        self.found
    }

    /// Each finding, as far as they were reported.
    pub(crate) fn each(&mut self) -> impl Iterator<Item = &mut Finding> {
        self.found.iter_mut()
    }

    /// Whether there is one of a severity.
    pub(crate) fn any(found: &[Finding], at_least: Severity) -> bool {
        found.iter().any(|finding| finding.severity >= at_least)
    }
}

/// What else there is to say of a finding.
pub(crate) struct Details<'a>(Option<&'a mut Finding>);

impl Details<'_> {
    /// What was found, and what was expected.
    pub(crate) fn values(self, found: impl fmt::Display, expected: impl fmt::Display) -> Self {
        self.with(|finding| {
            finding.found = Some(found.to_string());
            finding.expected = Some(expected.to_string());
        })
    }

    /// Another place that belongs to it.
    pub(crate) fn related(self, place: Place, message: impl Into<String>) -> Self {
        self.with(|finding| finding.related.push((place, message.into())))
    }

    /// What to do.
    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        self.with(|finding| finding.help = Some(help.into()))
    }

    fn with(mut self, change: impl FnOnce(&mut Finding)) -> Self {
        if let Some(finding) = &mut self.0 {
            change(finding);
        }
        self
    }
}
