//! `log`: the commits of a WAL.

mod json;

use std::io::{self, IsTerminal as _, Write};

use anstyle::Style;
use anyhow::Context as _;
use stillframe_check::render::text;
use stillframe_format::{FileKind, PageNumber, PageSize};
use stillframe_history::{CommitRecord, Exactness, Mismatch, Rollback, Timeline, WalState, log};
use stillframe_wal::frame::slot_bytes;
use stillframe_wal::header::HEADER_BYTES;
use stillframe_wal::{FrameNumber, Header};

use super::doubts::{Doubts, unknowable};
use super::fill::{self, Fill, Frames};
use super::journal::JournalFacts;
use crate::args::{Common, Log, LogFormat};
use crate::exit::{Exit, say};
use crate::inputs::Found;
use crate::progress::Bar;
use crate::table::{Column, Table, counted, digits};
use crate::terminal::{columns, stdout, verbatim, width};
use crate::words::{count, many, runs};
use json::{Commit, Head, Tail};

/// Lists the commits of a WAL.
pub fn run(common: &Common, options: &Log) -> anyhow::Result<Exit> {
    let search = super::search(common, options.wal.wal.as_deref(), options.format.names());
    let found = search.one(&options.path)?;
    found.tell_of_pairing();
    let set = &found.set;
    // A listing on a terminal shows by itself how far it is.
    let is_shown = io::stdout().is_terminal();
    let bar = Bar::new("reading", set.wal_bytes(), common.quiet || is_shown);
    let header = match &set.wal {
        Some(wal) if wal.bytes.len() >= HEADER_BYTES as u64 => {
            let bytes = wal.bytes.window(0, HEADER_BYTES);
            Header::parse(&bytes.context("the WAL cannot be read")?).ok()
        }
        _ => None,
    };
    let name = set.wal.as_ref().map_or(found.name(), |wal| &wal.name);
    let mut listing = Listing {
        name,
        header: header
            .as_ref()
            .and_then(|header| Some((header, header.page_size()?))),
        options,
        table: None,
        width: width(),
        begun: false,
        out: match options.format {
            LogFormat::Full => stdout(common.color),
            LogFormat::Json | LogFormat::Jsonl => verbatim(),
        },
    };
    let mut fill = match listing.header {
        Some((header, page_size)) if options.tables && header.validate().is_ok() => {
            Some(Fill::new(set, page_size, &bar)?)
        }
        _ => None,
    };
    // An error is kept until the listing is over: nothing is printed after it.
    let mut printed = listing.begin(&found).map_err(anyhow::Error::from);
    let mut page_1 = None;
    let (timeline, exactness) = log(set, &bar, |record| {
        page_1 = record.pages.frame(PageNumber::FIRST).or(page_1);
        if printed.is_ok() {
            printed = listing.take(record, fill.as_mut());
        }
    })?;
    drop(bar);
    printed?;
    let mut ending = Ending::new(&found, &timeline, &exactness, page_1)?;
    ending.tables = fill.map(|fill| fill.total(false));
    ending.journal = journal(&found, options)?;
    listing.end(&ending)?;
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
        WalState::Absent | WalState::Empty | WalState::Read => Exit::Done,
    })
}

/// What there is to say when all commits have been listed.
struct Ending {
    /// `Absent` where there is no file.
    state: WalState,
    /// What the database file is, where it is no database.
    other: Option<FileKind>,
    last: u32,
    uncommitted: u32,
    later: Later,
    doubts: Doubts,
    /// Whose the frames are, where that was asked for.
    tables: Option<Vec<Frames>>,
    /// The rollback journal, and its name.
    journal: Option<(String, JournalFacts)>,
}

/// The rollback journal of a set: the records in it are the pages before the transaction.
fn journal(found: &Found, options: &Log) -> anyhow::Result<Option<(String, JournalFacts)>> {
    let set = &found.set;
    let Some(journal) = set.journal.as_ref().filter(|it| !it.bytes.is_empty()) else {
        return Ok(None);
    };
    let rollback = Rollback::read(set, &())?;
    let facts = JournalFacts::new(set, &rollback, options.pages);
    Ok(Some((journal.name.clone(), facts)))
}

/// Whether pages of later commits may show in earlier states.
enum Later {
    NoDatabase,
    /// For this reason.
    Unknown(&'static str),
    /// Nothing shows one from this commit on.
    NoneFrom(u32),
}

impl Later {
    /// In words, where `last` is the last commit.
    fn words(&self, last: u32) -> String {
        match *self {
            Self::NoDatabase => "the database file is not here".to_owned(),
            Self::Unknown(reason) => reason.to_owned(),
            Self::NoneFrom(0) => "nothing shows a later page in the database file".to_owned(),
            Self::NoneFrom(from) if from > last => {
                "the database file already holds pages of commits behind the end of the log"
                    .to_owned()
            }
            Self::NoneFrom(1) => {
                "the state before commit 1 may show later pages, which the database file already holds"
                    .to_owned()
            }
            Self::NoneFrom(from) => format!(
                "states before commit {from} may show later pages, which the database file already holds"
            ),
        }
    }
}

impl Ending {
    fn new(
        found: &Found,
        timeline: &Timeline,
        exactness: &Exactness,
        page_1: Option<FrameNumber>,
    ) -> anyhow::Result<Self> {
        let mismatch = Mismatch::of(&found.set, timeline, page_1, &())?;
        let doubts = Doubts::of(found, timeline, None, mismatch)?;
        let unknowable = unknowable(timeline, mismatch).or(doubts.unknowable());
        Ok(Self {
            state: match timeline.state() {
                WalState::Absent if found.set.wal.is_some() => WalState::Empty,
                state => state,
            },
            other: found
                .set
                .database_kind()?
                .filter(|kind| *kind != FileKind::Database),
            last: timeline.last().get(),
            uncommitted: timeline.accepted() - timeline.mx_frame(),
            later: if found.set.database.is_none() {
                Later::NoDatabase
            } else if let Some(reason) = unknowable {
                Later::Unknown(reason)
            } else {
                Later::NoneFrom(exactness.exact_from().get())
            },
            doubts,
            tables: None,
            journal: None,
        })
    }
}

struct Listing<'a, W: Write> {
    name: &'a str,
    header: Option<(&'a Header, PageSize)>,
    options: &'a Log,
    table: Option<Table>,
    width: usize,
    /// Whether a commit was printed.
    begun: bool,
    out: W,
}

impl<W: Write> Listing<'_, W> {
    fn begin(&mut self, found: &Found) -> io::Result<()> {
        match self.options.format {
            LogFormat::Json => Head::new(found, self.header).write(&mut self.out),
            LogFormat::Jsonl | LogFormat::Full => {
                self.table = self
                    .header
                    .map(|(_, size)| table(found.set.wal_bytes(), size));
                Ok(())
            }
        }
    }

    /// Lists a commit, and whose its frames are.
    fn take(
        &mut self,
        record: &CommitRecord<'_>,
        fill: Option<&mut Fill<'_>>,
    ) -> anyhow::Result<()> {
        let Some((header, page_size)) = self.header else {
            return Ok(());
        };
        let mut commit = Commit::new(record, header, page_size, self.options.pages);
        if let Some(fill) = fill {
            commit.tables = Some(fill.take(record, |_| true)?);
        }
        Ok(self.commit(&commit)?)
    }

    fn commit(&mut self, commit: &Commit) -> io::Result<()> {
        let is_first = !self.begun;
        self.begun = true;
        match self.options.format {
            LogFormat::Jsonl => commit.write_line(self.name, &mut self.out),
            LogFormat::Json => {
                let separator = if is_first { "" } else { "," };
                write!(self.out, "{separator}\n    ")?;
                Ok(serde_json::to_writer(&mut self.out, commit)?)
            }
            LogFormat::Full => {
                if is_first {
                    self.heading()?;
                }
                self.line(commit)
            }
        }
    }

    fn heading(&mut self) -> io::Result<()> {
        let (Some((header, page_size)), Some(table)) = (self.header, &self.table) else {
            return Ok(());
        };
        let bold = text::BOLD;
        let line = format!(
            "pages of {}, salts {}, checkpoint sequence {}",
            many(page_size.get().into(), "byte"),
            header.salts,
            header.checkpoint_sequence
        );
        writeln!(self.out, "{bold}{}{bold:#}", self.name)?;
        text::paragraph(&mut self.out, 2, &line, self.width)?;
        writeln!(self.out)?;
        table.heading(&mut self.out)
    }

    fn line(&mut self, commit: &Commit) -> io::Result<()> {
        let cells = [
            commit.commit.to_string(),
            commit.frames().to_string(),
            count(commit.pages as u64),
            count(commit.size_after.into()),
            range(commit.start, commit.end),
            commit.checksum.clone(),
        ];
        if let Some(table) = &self.table {
            table.row(&cells, Style::new(), Style::new(), &mut self.out)?;
        }
        match &commit.page_numbers {
            Some(pages) => {
                let pages = runs(pages, usize::MAX);
                let indent = if self.width < ROOM_TO_INDENT { 2 } else { 8 };
                text::field(&mut self.out, indent, "pages", &pages, self.width)
            }
            None => Ok(()),
        }
    }

    fn end(&mut self, ending: &Ending) -> io::Result<()> {
        match self.options.format {
            LogFormat::Jsonl => {}
            LogFormat::Json => Tail::new(ending).write(self.begun, &mut self.out)?,
            LogFormat::Full => self.remarks(ending)?,
        }
        self.out.flush()
    }

    fn remarks(&mut self, ending: &Ending) -> io::Result<()> {
        let last = ending.last;
        let mut line = match (last, ending.state) {
            (0, WalState::Absent) => match ending.other {
                Some(kind) => format!("{}: {kind}, no WAL, and so no commits", self.name),
                None => format!("{}: no WAL, and so no commits", self.name),
            },
            (0, _) => format!("{}: no commits", self.name),
            _ => many(last.into(), "commit"),
        };
        if let (Some(tables), 1..) = (&ending.tables, last) {
            let bold = text::BOLD;
            writeln!(self.out, "\n{bold}what fills it{bold:#}")?;
            fill::print(tables, columns(), &mut self.out)?;
        }
        if last > 0 {
            writeln!(self.out)?;
            line += &format!("; {}", ending.later.words(last));
        }
        if let Some(checkpointed) = &ending.doubts.checkpointed {
            line += &format!("; {checkpointed}");
        }
        for doubt in ending.doubts.all() {
            line += &format!("; {doubt}");
        }
        if ending.uncommitted > 0 {
            let were = if ending.uncommitted == 1 {
                "was"
            } else {
                "were"
            };
            line += &format!(
                "; {} behind the last commit {were} never committed",
                many(ending.uncommitted.into(), "frame")
            );
        }
        text::paragraph(&mut self.out, 0, &line, self.width)?;
        match &ending.journal {
            Some((name, journal)) => {
                let bold = text::BOLD;
                writeln!(self.out, "\n{bold}{name}{bold:#}")?;
                journal.print(self.width, &mut self.out)
            }
            None => Ok(()),
        }
    }
}

/// In fewer columns the pages of a commit stand as far to the left as all else.
const ROOM_TO_INDENT: usize = 60;

/// The table for a WAL of `length` bytes, as wide as its numbers may become.
fn table(length: u64, page_size: PageSize) -> Table {
    let slots = length / slot_bytes(page_size) as u64;
    let columns_of_table = vec![
        Column::number("commit", digits(slots)),
        Column::number("frames", 2 * digits(slots) + 1),
        Column::number("pages", counted(slots)),
        Column::number("size", 7),
        Column::text("bytes", range(length, length).len()).dispensable(1),
        Column::text("checksum", 17).dispensable(2),
    ];
    Table::new(columns_of_table, columns())
}

/// Bytes from `start` to `end`, as they are printed.
fn range(start: u64, end: u64) -> String {
    format!("0x{start:x}..0x{end:x}")
}
