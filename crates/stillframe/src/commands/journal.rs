//! What the bytes of a rollback journal say, for the verbs that show one.

mod doubts;
mod super_journal;

use std::io::{self, Write};

use serde::Serialize;
use stillframe_check::render::text::field;
use stillframe_history::{
    BackupSet, Error, HeaderContradiction, JournalState, Misplaced, Rollback,
};
use stillframe_journal::SlotReason;

use crate::inputs::Found;
pub use doubts::{doubts, wrong_after};
use super_journal::SuperJournalFacts;

use crate::words::{Run, bytes, count, many, runs};

/// A rollback journal.
#[derive(Serialize)]
pub struct JournalFacts {
    state: &'static str,
    header: Option<HeaderFacts>,
    /// The size in pages that SQLite cuts or extends the database to; `None` where it plays nothing back.
    initial_size: Option<u32>,
    sector_size: Option<u32>,
    page_size: Option<u32>,
    segments: u64,
    /// Different pages that are written back.
    pages: usize,
    slots: Slots,
    end: Option<String>,
    super_journal: Option<SuperJournalFacts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page_numbers: Option<Vec<Run>>,
    #[serde(skip)]
    words: &'static str,
    #[serde(skip)]
    is_played_back: bool,
}

/// The first header, as it stands there.
#[derive(Serialize)]
struct HeaderFacts {
    magic: String,
    records: u32,
    nonce: String,
    initial_size: u32,
    sector_size: u32,
    page_size: u32,
}

/// How many slots there are for each reason.
#[derive(Serialize)]
struct Slots {
    played_back: u64,
    beyond_initial_size: u64,
    checksum_mismatch: u64,
    page_number_invalid: u64,
    short: u64,
    after_stop: u64,
    after_stop_intact: u64,
    unsynced: u64,
    left_over: u64,
    left_over_intact: u64,
    header_ignored: u64,
}

impl JournalFacts {
    /// Of the journal of a set; with `pages`, which pages are written back.
    pub fn new(set: &BackupSet, rollback: &Rollback, pages: bool) -> Self {
        let (state, words) = match (rollback.state(), &set.database) {
            (JournalState::DatabaseEmpty, None) => {
                ("database-empty", "not hot: there is no database here")
            }
            (other, _) => state(other, rollback),
        };
        let layout = rollback.layout();
        Self {
            state,
            header: rollback.header().map(|header| HeaderFacts {
                magic: format!("{:016x}", u64::from_be_bytes(header.magic)),
                records: header.records,
                nonce: format!("{:08x}", header.nonce),
                initial_size: header.initial_size,
                sector_size: header.sector_size_field,
                page_size: header.page_size_field,
            }),
            initial_size: rollback.initial_size(),
            sector_size: layout.map(|layout| layout.sector_size.get()),
            page_size: layout.map(|layout| layout.page_size.get()),
            segments: rollback.segments(),
            pages: rollback.pages(),
            slots: Slots::new(rollback),
            end: rollback.end().map(|end| end.to_string()),
            super_journal: rollback
                .super_journal()
                .map(|name| SuperJournalFacts::new(set, name)),
            page_numbers: pages.then(|| Run::all(rollback.records().map(|(page, _)| page.get()))),
            words,
            is_played_back: rollback.state() == JournalState::Hot,
        }
    }

    /// Prints it in lines of at most `width` columns.
    pub fn print(&self, width: usize, out: &mut dyn Write) -> io::Result<()> {
        let mut line = |label: &str, text: &str| field(out, 2, label, text, width);
        line("state", self.words)?;
        if let Some(size) = self.page_size {
            line("page size", &many(size.into(), "byte"))?;
        }
        if let Some(size) = self.sector_size {
            line("sector size", &many(size.into(), "byte"))?;
        }
        if let Some(size) = self.initial_size {
            let pages = many(self.pages as u64, "page");
            let size = many(size.into(), "page");
            let label = if self.is_played_back {
                "rolls back"
            } else {
                "would roll back"
            };
            line(label, &format!("{pages}, and the size to {size}"))?;
        }
        if self.segments > 0 {
            line("segments", &count(self.segments))?;
            line("slots", &self.slots.words(self.is_played_back))?;
        }
        if let Some(end) = &self.end {
            let label = match (self.initial_size, self.is_played_back) {
                (None, _) => "header",
                (_, true) => "playback ends",
                (_, false) => "would end",
            };
            line(label, end)?;
        }
        if let Some(name) = &self.super_journal {
            name.print(width, out)?;
        }
        let mut line = |label: &str, text: &str| field(out, 2, label, text, width);
        match &self.page_numbers {
            Some(pages) if !pages.is_empty() => line("pages", &runs(pages, usize::MAX)),
            _ => Ok(()),
        }
    }
}

fn state(state: JournalState, rollback: &Rollback) -> (&'static str, &'static str) {
    match state {
        JournalState::Absent => ("empty", "empty: it counts as none"),
        JournalState::DatabaseEmpty => (
            "database-empty",
            "not hot: the database has no page, and SQLite deletes the journal unread",
        ),
        JournalState::NotHot => ("not-hot", not_hot(rollback)),
        JournalState::SuperJournalGone => (
            "super-journal-gone",
            "taken for committed: without its super-journal SQLite deletes it and rolls nothing back",
        ),
        JournalState::SuperJournalUnknown => (
            "super-journal-unknown",
            "hot if its super-journal is there; if not, SQLite deletes it and rolls nothing back",
        ),
        JournalState::Hot => ("hot", "hot: SQLite plays it back and deletes it"),
    }
}

/// Why a journal that begins with a zero is left alone.
fn not_hot(rollback: &Rollback) -> &'static str {
    match rollback.header() {
        Some(header) if header.is_unsynced() => {
            "not hot: its header was never filled in, as of records that were not synced yet, and SQLite leaves it alone"
        }
        Some(header) if !header.is_zeroed() => {
            "not hot: it begins with zeros that SQLite did not write, and SQLite leaves it alone"
        }
        _ => "not hot: its header is zeroed, and SQLite leaves it alone",
    }
}

impl Slots {
    fn new(rollback: &Rollback) -> Self {
        use SlotReason::{
            AfterStop, BeyondInitialSize, ChecksumMismatch, HeaderIgnored, Leftover,
            PageNumberInvalid, PlayedBack, Short, Unsynced,
        };
        let count = |is: fn(SlotReason) -> bool| rollback.count(is);
        Self {
            played_back: count(|reason| reason == PlayedBack),
            beyond_initial_size: count(|reason| reason == BeyondInitialSize),
            checksum_mismatch: count(|reason| reason == ChecksumMismatch),
            page_number_invalid: count(|reason| reason == PageNumberInvalid),
            short: count(|reason| matches!(reason, Short { .. })),
            after_stop: count(|reason| matches!(reason, AfterStop { .. })),
            after_stop_intact: count(|reason| reason == AfterStop { holds: true }),
            unsynced: count(|reason| reason == Unsynced),
            left_over: count(|reason| matches!(reason, Leftover { .. })),
            left_over_intact: count(|reason| reason == Leftover { holds: true }),
            header_ignored: count(|reason| matches!(reason, HeaderIgnored { .. })),
        }
    }

    fn words(&self, is_played_back: bool) -> String {
        let intact = |what: &str, slots| format!("{what} ({} intact)", count(slots));
        let after = intact("after the stop", self.after_stop_intact);
        let left = intact("left over", self.left_over_intact);
        let played_back = if is_played_back {
            "played back"
        } else {
            "that would be played back"
        };
        let parts = [
            (self.played_back, played_back),
            (self.beyond_initial_size, "beyond the initial size"),
            (self.checksum_mismatch, "with a checksum that does not hold"),
            (self.page_number_invalid, "of a page that has no records"),
            (self.short, "short"),
            (self.after_stop, after.as_str()),
            (self.unsynced, "unsynced"),
            (self.left_over, left.as_str()),
            (self.header_ignored, "behind a header that is not accepted"),
        ];
        let there = parts.into_iter().filter(|&(slots, _)| slots > 0);
        let there: Vec<String> = there
            .map(|(slots, words)| format!("{} {words}", count(slots)))
            .collect();
        match there.is_empty() {
            true => "none".to_owned(),
            false => there.join(", "),
        }
    }
}

/// Whether the playback ends at a record that was written and is damaged or cut off, or before some for what a header
/// counts.
pub fn is_damaged(rollback: &Rollback) -> bool {
    let contradiction = rollback.contradiction();
    let is_too_few = matches!(contradiction, Some(HeaderContradiction::TooFew { .. }));
    rollback.damage().is_some() || is_too_few
}

/// Why the file that was written cannot be told to be of one moment, for what becomes of the rollback journal.
pub fn unknowable(
    found: &Found,
    rollback: Option<&Rollback>,
) -> Result<Option<&'static str>, Error> {
    let is_left = rollback.is_none() && JournalState::of(&found.set)?.is_hot();
    Ok(match rollback {
        Some(rollback)
            if is_damaged(rollback)
                || rollback.outvoted_size().is_some()
                || Misplaced::of(&found.set, rollback)?.is_some() =>
        {
            Some("the rollback journal is damaged")
        }
        Some(rollback) if rollback.are_sums_sealed() => Some(
            "without the key nothing tells whether the records of the rollback journal are intact",
        ),
        _ if is_left || found.is_journal_ignored() => {
            Some("a rollback journal was not played back, and may have been meant to be")
        }
        None if lacks_journal(found)? => Some("a rollback journal of it is missing"),
        _ => None,
    })
}

/// Whether a super-journal shows that a rollback journal is missing.
fn lacks_journal(found: &Found) -> Result<bool, Error> {
    let header = found.set.database_header()?;
    Ok(found.tied().is_some_and(|tied| tied.lacks_journal(header)))
}

/// That a rollback journal was not played back which may have been meant to be, and why.
pub fn not_played_back(found: &Found) -> Result<Option<String>, Error> {
    let set = &found.set;
    if !JournalState::of(set)?.is_hot() {
        return Ok(lacks_journal(found)?.then(|| {
            "a super-journal lists a rollback journal of the database, which is not here: the file may hold a part of a \
             transaction that was not committed"
                .to_owned()
        }));
    }
    let rollback = Rollback::read(set, &())?;
    Ok(match rollback.state() {
        // The file looks as the transaction left it.
        JournalState::SuperJournalGone
            if found
                .tied()
                .is_some_and(|tied| !tied.may_be_half_there(set)) =>
        {
            None
        }
        JournalState::SuperJournalGone => Some(
            "the rollback journal was not played back: it names a super-journal that is not there, or empty, and SQLite takes the transaction for committed then; if the copy only left that file out, --at journal rolls back"
                .to_owned(),
        ),
        _ if rollback.initial_size().is_none() => Some(format!(
            "nothing of the rollback journal, of {}, was played back, as SQLite plays back nothing of one like this: {}",
            bytes(rollback.length()),
            rollback.end().map_or_else(String::new, |end| end.to_string())
        )),
        _ => Some(
            "a hot journal lies beside the database: the file may hold a part of a transaction that SQLite would roll back"
                .to_owned(),
        ),
    })
}
