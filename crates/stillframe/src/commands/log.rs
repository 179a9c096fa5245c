use std::io::{self, IsTerminal as _, Write};

use anyhow::Context as _;
use serde::Serialize;
use stillframe_check::render::{SCHEMA_VERSION, text};
use stillframe_format::PageSize;
use stillframe_history::{CommitRecord, Exactness, Timeline, WalState, log};
use stillframe_wal::Header;

use crate::args::{Common, Log, LogFormat};
use crate::exit::{Exit, say};
use crate::progress::Bar;
use crate::terminal::{stdout, width};
use crate::words::{count, many, runs};

/// Lists the commits of a WAL.
pub fn run(common: &Common, options: &Log) -> anyhow::Result<Exit> {
    let found = super::search(common, options.wal.wal.as_deref(), options.format.names())
        .one(&options.path)?;
    let set = &found.set;
    // A listing on a terminal shows by itself how far it is.
    let is_shown = io::stdout().is_terminal();
    let bar = Bar::new("reading", set.wal_bytes(), common.quiet || is_shown);
    let name = set.wal.as_ref().map_or(found.name(), |wal| &wal.name);
    let mut listing = Listing {
        name,
        format: options.format,
        pages: options.pages,
        width: width(),
        range_width: range(set.wal_bytes(), set.wal_bytes()).len().max(21),
        out: stdout(common.color),
        begun: false,
    };
    // An error of the output is kept until the listing is over: nothing is printed after it.
    let mut printed = Ok(());
    let header = match &set.wal {
        Some(wal) if wal.bytes.len() >= 32 => {
            let bytes = wal.bytes.window(0, 32).context("the WAL cannot be read")?;
            Header::parse(&bytes).ok()
        }
        _ => None,
    };
    let (timeline, exactness) = log(set, &bar, |record| {
        if let (Ok(()), Some(header)) = (&printed, &header) {
            printed = listing.commit(record, header);
        }
    })?;
    drop(bar);
    printed?;
    let lost = super::lost_commits(&found, &timeline)?;
    listing.end(
        &timeline,
        &exactness,
        set.database.is_some(),
        lost.as_deref(),
    )?;
    super::refuse_changes(&found, super::READ_AGAIN)?;
    Ok(match timeline.state() {
        WalState::Ignored(error) => {
            say(&format!("{name}: SQLite ignores this WAL: {error}"));
            Exit::Findings
        }
        WalState::Refused(error) => {
            say(&format!("{name}: SQLite refuses this WAL: {error}"));
            Exit::Findings
        }
        _ => Exit::Done,
    })
}

struct Listing<'a, W: Write> {
    name: &'a str,
    format: LogFormat,
    pages: bool,
    width: usize,
    /// Columns of a byte range of this WAL.
    range_width: usize,
    out: W,
    begun: bool,
}

/// Bytes from `start` to `end`, as they are printed.
fn range(start: u64, end: u64) -> String {
    format!("0x{start:x}..0x{end:x}")
}

/// A commit as it stands in JSON.
#[derive(Serialize)]
struct CommitJson {
    commit: u32,
    first_frame: u32,
    last_frame: u32,
    frames: u32,
    pages: usize,
    size_after: u32,
    start: u64,
    end: u64,
    salts: String,
    checksum: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    page_numbers: Option<String>,
}

impl<W: Write> Listing<'_, W> {
    fn commit(&mut self, record: &CommitRecord<'_>, header: &Header) -> io::Result<()> {
        let Some(page_size) = header.page_size() else {
            return Ok(());
        };
        let json = self.json(record, header, page_size);
        match self.format {
            LogFormat::Jsonl => {
                serde_json::to_writer(&mut self.out, &json)?;
                writeln!(self.out)
            }
            LogFormat::Json => {
                let separator = if self.begun { "," } else { "" };
                if !self.begun {
                    write!(
                        self.out,
                        "{{\n  \"schema_version\": {SCHEMA_VERSION},\n  \"commits\": ["
                    )?;
                }
                self.begun = true;
                write!(self.out, "{separator}\n    ")?;
                serde_json::to_writer(&mut self.out, &json)?;
                Ok(())
            }
            LogFormat::Full => {
                if !self.begun {
                    self.heading(header, page_size)?;
                }
                self.begun = true;
                self.line(&json)
            }
        }
    }

    fn json(&self, record: &CommitRecord<'_>, header: &Header, page_size: PageSize) -> CommitJson {
        let commit = record.commit;
        let range = commit.range(page_size);
        let numbers = || runs(record.pages.iter().map(|(page, _)| page.get()));
        CommitJson {
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
            page_numbers: self.pages.then(numbers),
        }
    }

    fn heading(&mut self, header: &Header, page_size: PageSize) -> io::Result<()> {
        let (bold, dim) = (text::BOLD, text::DIM);
        let line = format!(
            "pages of {page_size} bytes, salts {}, checkpoint sequence {}",
            header.salts, header.checkpoint_sequence
        );
        writeln!(self.out, "{bold}{}{bold:#}", self.name)?;
        text::paragraph(&mut self.out, 2, &line, self.width)?;
        let columns = ["commit", "frames", "pages", "size"];
        let [commit, frames, pages, size] = columns;
        write!(
            self.out,
            "\n{dim}{commit:>7} {frames:>15} {pages:>6} {size:>7}  "
        )?;
        if self.is_wide() {
            write!(self.out, "{:<1$}  ", "bytes", self.range_width)?;
        }
        writeln!(self.out, "checksum{dim:#}")
    }

    fn line(&mut self, json: &CommitJson) -> io::Result<()> {
        let frames = match json.frames {
            1 => json.first_frame.to_string(),
            _ => format!("{}-{}", json.first_frame, json.last_frame),
        };
        let CommitJson {
            commit,
            pages,
            size_after,
            ..
        } = json;
        write!(
            self.out,
            "{commit:>7} {frames:>15} {pages:>6} {size_after:>7}  "
        )?;
        if self.is_wide() {
            let bytes = range(json.start, json.end);
            write!(self.out, "{:<1$}  ", bytes, self.range_width)?;
        }
        writeln!(self.out, "{}", json.checksum)?;
        if let Some(numbers) = &json.page_numbers {
            text::field(&mut self.out, 8, "pages", numbers, self.width)?;
        }
        Ok(())
    }

    /// Where the byte ranges find no room, the checksum still does.
    fn is_wide(&self) -> bool {
        self.width >= 80
    }

    fn end(
        &mut self,
        timeline: &Timeline,
        exactness: &Exactness,
        has_database: bool,
        lost: Option<&str>,
    ) -> io::Result<()> {
        let exact_from = has_database.then(|| exactness.exact_from().get());
        match self.format {
            LogFormat::Jsonl => {}
            LogFormat::Json => {
                if !self.begun {
                    write!(
                        self.out,
                        "{{\n  \"schema_version\": {SCHEMA_VERSION},\n  \"commits\": ["
                    )?;
                }
                let exact_from = serde_json::to_string(&exact_from)?;
                let lost = serde_json::to_string(&lost)?;
                let uncommitted = timeline.accepted() - timeline.mx_frame();
                let break_ = if self.begun { "\n  " } else { "" };
                writeln!(
                    self.out,
                    "{break_}],\n  \"uncommitted_frames\": {uncommitted},\n  \"exact_from\": {exact_from},\n  \"lost\": {lost}\n}}"
                )?;
            }
            LogFormat::Full => self.remarks(timeline, exact_from, lost)?,
        }
        self.out.flush()
    }

    fn remarks(
        &mut self,
        timeline: &Timeline,
        exact_from: Option<u32>,
        lost: Option<&str>,
    ) -> io::Result<()> {
        let last = timeline.last().get();
        let mut line = match (last, timeline.state()) {
            (0, WalState::Absent) => format!("{}: no WAL, and so no commits", self.name),
            (0, _) => format!("{}: no commits", self.name),
            _ => many(last.into(), "commit"),
        };
        if last > 0 {
            writeln!(self.out)?;
            line += &match exact_from {
                None => "; the database file is not here".to_owned(),
                Some(0) if last == 1 => "; it can be rebuilt exactly".to_owned(),
                Some(0) => "; every one of them can be rebuilt exactly".to_owned(),
                Some(from) if from > last => {
                    "; the database file already holds pages of commits behind the end of the log"
                        .to_owned()
                }
                Some(from) => format!(
                    "; exact from commit {} on: the database file already holds later pages than earlier commits had",
                    count(from.into())
                ),
            };
        }
        if let Some(lost) = lost {
            line += &format!("; {lost}");
        }
        let uncommitted = timeline.accepted() - timeline.mx_frame();
        if uncommitted > 0 {
            let were = if uncommitted == 1 { "was" } else { "were" };
            line += &format!(
                "; {} behind the last commit {were} never committed",
                many(uncommitted.into(), "frame")
            );
        }
        text::paragraph(&mut self.out, 0, &line, self.width)
    }
}
