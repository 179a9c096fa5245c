//! What `rebuild` tells of what it wrote.

use std::io::{self, Write};
use std::ops::Not;

use serde::Serialize;
use stillframe_check::content::Level;
use stillframe_check::render::{SCHEMA_VERSION, text};
use stillframe_check::{AfterRollback, Looked, after_rollback};
use stillframe_format::Pages as _;
use stillframe_history::rebuild::Rebuilt;
use stillframe_history::{
    BackupSet, Error, Exactness, Image, Input, Origin, Timeline, WalIndex, exactness,
};

use super::repair::{self, Repaired};
use super::{mismatch, warnings};
use crate::args::{Common, Rebuild};
use crate::commands::doubts::{Doubts, unknowable};
use crate::commands::{self, Told, journal};
use crate::inputs::Found;
use crate::progress::Bar;
use crate::words::{Run, bytes, count, many, runs};

/// What was found in what is written.
pub struct Seen {
    /// What a rollback journal leaves.
    after: Option<AfterRollback>,
    /// What there is besides, where neither that nor a repair was looked at.
    looked: Option<Looked>,
}

impl Seen {
    /// Looks at the structure where nothing else looks at more.
    pub fn of(
        common: &Common,
        found: &Found,
        timeline: &Timeline,
        image: &Image<'_>,
        repaired: &Repaired,
    ) -> anyhow::Result<Self> {
        let bar = Bar::new("looking at what is written", 0, common.quiet);
        let after = after_rollback(&found.set, timeline, image, &bar)?;
        let looked = match (after, repaired.looked) {
            (None, None) => Looked::at_structure(image, &bar),
            (_, looked) => Ok(looked),
        };
        let looked =
            commands::unless_changed(found, commands::NOT_WRITTEN, looked.map_err(Into::into))?;
        Ok(Self { after, looked })
    }

    fn level(&self) -> Option<Level> {
        let after = self.after.map(|after| after.level);
        after.or(self.looked.map(|looked| looked.level))
    }

    fn problems(&self) -> Option<usize> {
        let after = self.after.map(|after| after.problems);
        after.or(self.looked.map(|looked| looked.problems))
    }
}

/// The pages of an image that the database file may hold as a later commit left them.
fn later_pages(image: &Image<'_>, timeline: &Timeline) -> Result<Vec<Run>, Error> {
    // The last commit is exact where nothing stands behind it, nor did once.
    let set = image.set();
    let is_end =
        timeline.slots() == u64::from(timeline.mx_frame()) && !knows_later_frames(set, timeline)?;
    let exactness = if image.number() == timeline.last() && is_end {
        Exactness::default()
    } else {
        exactness(set, timeline)?
    };
    let later = exactness
        .later_pages(image.number(), image.stored_pages())
        .filter(|&page| matches!(image.origin(page), Origin::Database { .. }));
    Ok(Run::all(later.map(|page| page.get())))
}

/// Whether the wal-index of a set knows frames that the WAL does not have.
fn knows_later_frames(set: &BackupSet, timeline: &Timeline) -> Result<bool, Error> {
    let index = set.wal_index.as_ref().map(WalIndex::read).transpose()?;
    Ok(index.is_some_and(|index| index.mx_frame() > timeline.mx_frame()))
}

/// What was done, as it stands in JSON.
#[derive(Serialize)]
pub struct Outcome {
    schema_version: u32,
    pub output: String,
    commit: u32,
    page_size: u32,
    pages: u32,
    /// How many of them SQLite counts: what stands behind is written as it is.
    #[serde(skip)]
    counted: u32,
    bytes: u64,
    pages_from_database: u32,
    pages_from_journal: u32,
    pages_from_wal: u32,
    /// Pages that got a checksum of `cksumvfs`, as the database keeps them.
    #[serde(skip_serializing_if = "is_zero")]
    pages_stamped: u32,
    /// Whether a rollback journal was played back before anything else.
    rolled_back: bool,
    /// Whether damage ended that.
    #[serde(skip)]
    damaged: bool,
    /// Whether nothing shows a later page; `None` where that cannot be told.
    exact: Option<bool>,
    /// Pages that the database file may hold as a later commit left them.
    later_pages: Option<Vec<Run>>,
    /// Whether it holds pages of later commits that the WAL hides: those that are written are older.
    #[serde(rename = "file_is_newer", skip_serializing_if = "Not::not")]
    is_file_newer: bool,
    /// What was put right, with `--repair`.
    #[serde(skip_serializing_if = "Option::is_none")]
    repairs: Option<Vec<repair::Repair>>,
    /// How much was looked at of what is written, as the levels of `check`; `None` where nothing was.
    checked: Option<&'static str>,
    /// How many problems were found there.
    problems: Option<usize>,
    /// What is lost or foreign, in words.
    pub warnings: Vec<String>,
    /// Whether it is evidence, and no database.
    #[serde(skip)]
    pub is_evidence: bool,
    /// Why there is no knowing.
    #[serde(skip)]
    unknowable: Option<&'static str>,
    #[serde(skip)]
    names: [String; 3],
}

impl Outcome {
    pub fn new(
        found: &Found,
        timeline: &Timeline,
        image: &Image<'_>,
        rebuilt: Rebuilt,
        repaired: Repaired,
        options: &Rebuild,
        seen: Seen,
    ) -> anyhow::Result<Self> {
        let name = |input: &Option<Input>| {
            let input = input.as_ref();
            input.map_or_else(String::new, |input| input.name.clone())
        };
        let mismatch = mismatch(image, timeline)?;
        let mut unknowable = journal::unknowable(found, image.rollback())?
            .or_else(|| unknowable(timeline, mismatch))
            .or(repaired.unknowable);
        let mut is_file_newer = false;
        let mut warnings = match repaired.unknowable {
            // What SQLite would not show is not in doubt for what SQLite shows.
            Some(_) => Vec::new(),
            None => {
                let last = (image.number() == timeline.last()).then_some(image);
                let doubts = Doubts::of(found, timeline, last, mismatch)?;
                is_file_newer = last.is_some() && doubts.hidden.is_some();
                let is_of_wal = image.commit().is_some();
                unknowable = unknowable.or(doubts.unknowable().filter(|_| is_of_wal));
                warnings(found, timeline, image, mismatch, seen.after, doubts)?
            }
        };
        let later = match unknowable {
            Some(_) => None,
            None => Some(later_pages(image, timeline)?),
        };
        warnings.extend(repaired.warnings);
        // What a journal leaves is told above.
        if let (None, Some(problems @ 1..)) = (seen.after, seen.problems()) {
            let problems = many(problems as u64, "problem");
            warnings.push(format!(
                "what was written has {problems}: see stillframe check"
            ));
        }
        Ok(Self {
            schema_version: SCHEMA_VERSION,
            output: options.format.names().name(&options.output.output),
            commit: image.number().get(),
            page_size: image.page_size().get(),
            pages: image.stored_pages(),
            counted: image.page_count(),
            bytes: rebuilt.bytes,
            pages_from_database: rebuilt.pages_from_database,
            pages_from_journal: rebuilt.pages_from_journal,
            pages_from_wal: rebuilt.pages_from_wal,
            pages_stamped: rebuilt.pages_stamped,
            rolled_back: image.rollback().is_some(),
            damaged: image.rollback().is_some_and(journal::is_damaged),
            exact: later.as_ref().map(Vec::is_empty),
            later_pages: later,
            is_file_newer,
            repairs: options.repair.is_asked().then_some(repaired.repairs),
            checked: seen.level().map(Level::name),
            problems: seen.problems(),
            warnings,
            is_evidence: repaired.is_evidence,
            unknowable,
            names: [
                name(&found.set.database),
                name(&found.set.journal),
                name(&found.set.wal),
            ],
        })
    }
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}

impl Outcome {
    /// Whether what was written is damaged.
    pub fn is_corrupt(&self) -> bool {
        self.problems.is_some_and(|problems| problems > 0)
    }
}

impl Told for Outcome {
    fn print(&self, out: &mut dyn Write, width: usize) -> io::Result<()> {
        let bold = text::BOLD;
        let [database, journal, wal] = &self.names;
        writeln!(out, "{bold}{}{bold:#}", self.output)?;
        let moment = match self.commit {
            0 if self.rolled_back && self.damaged => {
                format!("as {journal} leaves it, which ends in damage")
            }
            0 if self.rolled_back => format!("before the transaction that {journal} rolls back"),
            0 => "the database file alone".to_owned(),
            commit if self.rolled_back => {
                format!("after commit {commit}, over what {journal} rolls back")
            }
            commit => format!("after commit {commit}"),
        };
        text::field(out, 2, "moment", &moment, width)?;
        let pages = match self.counted {
            counted if 0 < counted && counted < self.pages => {
                format!(
                    "{}, of which SQLite counts {}",
                    many(self.pages.into(), "page"),
                    count(counted.into())
                )
            }
            _ => many(self.pages.into(), "page"),
        };
        let size = format!("{pages}, {}", bytes(self.bytes));
        text::field(out, 2, "size", &size, width)?;
        let mut origins = Vec::new();
        if self.pages_from_database > 0 {
            origins.push(format!(
                "{} from {database}",
                count(self.pages_from_database.into())
            ));
        }
        if self.pages_from_journal > 0 {
            origins.push(format!(
                "{} from {journal}",
                count(self.pages_from_journal.into())
            ));
        }
        if self.pages_from_wal > 0 {
            origins.push(format!("{} from {wal}", count(self.pages_from_wal.into())));
        }
        if !origins.is_empty() {
            text::field(out, 2, "pages", &origins.join(", "), width)?;
        }
        if self.pages_stamped > 0 {
            let sums = format!(
                "{} got sums of cksumvfs, as the database file has them",
                many(self.pages_stamped.into(), "page")
            );
            text::field(out, 2, "stamped", &sums, width)?;
        }
        let checked = match self.checked {
            None => "nothing: stillframe check says whether it is sound",
            Some("full") => "structure, rows and indexes",
            Some(_) => "structure: pages, trees and lists; not the rows",
        };
        text::field(out, 2, "checked", checked, width)?;
        let warning = text::WARNING;
        match self.repairs.as_deref() {
            Some([]) => text::field(out, 2, "repaired", "nothing was to be put right", width)?,
            repairs => {
                let repairs = repairs.unwrap_or_default();
                for repair in repairs.iter().take(MOST_REPAIRS) {
                    text::field(out, 2, "repaired", &repair.what, width)?;
                }
                if let others @ 1.. = repairs.len().saturating_sub(MOST_REPAIRS) {
                    let others = format!("and {} more", count(others as u64));
                    text::field(out, 2, "", &others, width)?;
                }
            }
        }
        for text in &self.warnings {
            text::field(out, 2, "warning", text, width)?;
        }
        let Some(later) = &self.later_pages else {
            let unknown = format!("unknown: {}", self.unknowable.unwrap_or_default());
            return text::field(out, 2, "exact", &unknown, width);
        };
        if later.is_empty() {
            let exact = match self.is_file_newer {
                true => format!("nothing shows a later page in it; {database} itself is newer"),
                false => "nothing shows a later page".to_owned(),
            };
            return text::field(out, 2, "exact", &exact, width);
        }
        writeln!(out, "  {:<16}{warning}not certain{warning:#}", "exact")?;
        let later = format!(
            "{} may be as a later commit left them, because a checkpoint copied them into {database}: {}",
            many(Run::count(later), "page"),
            runs(later, MOST_RUNS)
        );
        text::field(out, 2, "", &later, width)
    }
}

/// How many repairs are spelled out in text.
const MOST_REPAIRS: usize = 20;

/// How many runs of pages are spelled out in text.
pub const MOST_RUNS: usize = 20;
