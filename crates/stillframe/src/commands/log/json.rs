use std::io::{self, Write};

use serde::Serialize;
use stillframe_check::render::SCHEMA_VERSION;
use stillframe_format::PageSize;
use stillframe_history::{CommitRecord, WalState};
use stillframe_wal::Header;

use super::{Ending, Later};
use crate::commands::fill::Frames;
use crate::commands::journal::JournalFacts;
use crate::inputs::Found;
use crate::words::Run;

/// What stands before the commits.
#[derive(Serialize)]
pub struct Head<'a> {
    schema_version: u32,
    inputs: Vec<InputJson<'a>>,
    page_size: Option<u32>,
    checkpoint_sequence: Option<u32>,
}

#[derive(Serialize)]
struct InputJson<'a> {
    name: &'a str,
    role: &'static str,
    bytes: u64,
}

impl<'a> Head<'a> {
    pub fn new(found: &'a Found, header: Option<(&Header, PageSize)>) -> Self {
        let inputs = [("database", &found.set.database), ("wal", &found.set.wal)];
        Self {
            schema_version: SCHEMA_VERSION,
            inputs: inputs
                .into_iter()
                .filter_map(|(role, input)| {
                    input.as_ref().map(|input| InputJson {
                        name: &input.name,
                        role,
                        bytes: input.bytes.len(),
                    })
                })
                .collect(),
            page_size: header.map(|(_, size)| size.get()),
            checkpoint_sequence: header.map(|(header, _)| header.checkpoint_sequence),
        }
    }

    /// Begins the document, and the list of commits in it.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let head = serde_json::to_string_pretty(self)?;
        let open = head.strip_suffix("\n}").unwrap_or(&head);
        write!(out, "{open},\n  \"commits\": [")
    }
}

/// A commit.
#[derive(Serialize)]
pub struct Commit {
    pub commit: u32,
    first_frame: u32,
    last_frame: u32,
    frames: u32,
    pub pages: usize,
    pub size_after: u32,
    pub start: u64,
    pub end: u64,
    salts: String,
    pub checksum: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_numbers: Option<Vec<Run>>,
    /// Whose the frames are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tables: Option<Vec<Frames>>,
}

impl Commit {
    pub fn new(
        record: &CommitRecord<'_>,
        header: &Header,
        page_size: PageSize,
        with_pages: bool,
    ) -> Self {
        let commit = record.commit;
        let range = commit.range(page_size);
        let numbers = || Run::all(record.pages.iter().map(|(page, _)| page.get()));
        Self {
            commit: commit.number.get(),
            first_frame: commit.first_frame.get(),
            last_frame: commit.last_frame.get(),
            frames: commit.frames(),
            pages: record.pages.len(),
            size_after: commit.size_after,
            start: range.start,
            end: range.end,
            salts: header.salts.to_string(),
            checksum: commit.checksum.to_string(),
            page_numbers: with_pages.then(numbers),
            tables: None,
        }
    }

    /// The frames of the commit.
    pub fn frames(&self) -> Run {
        Run {
            first: self.first_frame,
            last: self.last_frame,
        }
    }

    /// Writes the commit as a document of its own, in one line.
    pub fn write_line(&self, wal: &str, out: &mut dyn Write) -> io::Result<()> {
        #[derive(Serialize)]
        struct Line<'a> {
            schema_version: u32,
            wal: &'a str,
            #[serde(flatten)]
            commit: &'a Commit,
        }
        let line = Line {
            schema_version: SCHEMA_VERSION,
            wal,
            commit: self,
        };
        serde_json::to_writer(&mut *out, &line)?;
        writeln!(out)
    }
}

/// What stands behind the commits.
#[derive(Serialize)]
pub struct Tail<'a> {
    wal_state: &'static str,
    wal_reason: Option<String>,
    uncommitted_frames: u32,
    exact_from: Option<u32>,
    lost: Option<&'a str>,
    /// What there is to doubt, in words; what is lost, too.
    warnings: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tables: Option<&'a [Frames]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    journal: Option<JournalJson<'a>>,
}

#[derive(Serialize)]
struct JournalJson<'a> {
    name: &'a str,
    #[serde(flatten)]
    facts: &'a JournalFacts,
}

impl<'a> Tail<'a> {
    pub fn new(ending: &'a Ending) -> Self {
        let (wal_state, wal_reason) = match ending.state {
            WalState::Absent => ("absent", None),
            WalState::Empty => ("empty", None),
            WalState::Ignored(error) => ("ignored", Some(error.to_string())),
            WalState::Refused(error) => ("refused", Some(error.to_string())),
            WalState::Read => ("read", None),
        };
        Self {
            wal_state,
            wal_reason,
            uncommitted_frames: ending.uncommitted,
            exact_from: match ending.later {
                Later::NoneFrom(commit) => Some(commit),
                Later::NoDatabase | Later::Unknown(_) => None,
            },
            lost: ending.doubts.lost.as_deref(),
            warnings: ending.doubts.all().collect(),
            tables: ending.tables.as_deref(),
            journal: ending
                .journal
                .as_ref()
                .map(|(name, facts)| JournalJson { name, facts }),
        }
    }

    /// Ends the list of commits, and the document.
    pub fn write(&self, has_commits: bool, out: &mut dyn Write) -> io::Result<()> {
        let tail = serde_json::to_string_pretty(self)?;
        let rest = tail.strip_prefix('{').unwrap_or(&tail);
        let separator = if has_commits { "\n  " } else { "" };
        writeln!(out, "{separator}],{rest}")
    }
}
