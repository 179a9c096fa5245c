use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde::Serialize;
use stillframe_check::render::{SCHEMA_VERSION, text};
use stillframe_format::{PageNumber, PageSize};
use stillframe_history::compact::{Keep, Plan};
use stillframe_history::{Image, Input, commits, exactness};
use stillframe_wal::CommitNumber;

use super::Told;
use super::fill::{self, Fill, Frames};
use crate::args::{Common, Compact, Moment};
use crate::exit::Exit;
use crate::inputs::Found;
use crate::names::shown;
use crate::output::{Output, OutputOptions};
use crate::progress::Bar;
use crate::terminal::columns;
use crate::words::{Run, bytes, count, many, runs};

/// Writes a shorter WAL.
pub fn run(common: &Common, options: &Compact) -> anyhow::Result<Exit> {
    let found = super::search(common, None, options.format.names()).one(&options.path)?;
    found.tell_of_pairing();
    let Some(wal) = &found.set.wal else {
        bail!(
            "{} is no WAL and has none beside it; name a WAL",
            shown(&options.path)
        );
    };
    let plan = {
        let bar = Bar::new("verifying", wal.bytes.len(), common.quiet);
        let plan = match &options.keep[..] {
            [] => match options.at.commit() {
                None => Plan::read(wal, &Keep::Last, &bar),
                Some(at) => Plan::read(wal, &Keep::Commits(vec![at]), &bar),
            },
            moments => Plan::read(wal, &kept(moments), &bar),
        };
        let plan = plan.with_context(|| wal.name.clone());
        super::unless_changed(&found, super::NOT_WRITTEN, plan)?
    };
    let tables = match plan.timeline().page_size() {
        Some(page_size) if options.tables => Some(tables(common, &found, &plan, page_size)?),
        _ => None,
    };
    // Before anything is written: it takes reading the WAL again.
    let warnings = no_true_states(&found, &plan)?;
    match &options.output {
        Some(output) if !options.dry_run => {
            write(common, &found, wal, &plan, output, options.force)?;
        }
        _ => super::refuse_changes(&found, super::READ_AGAIN)?,
    }
    let mut outcome = Outcome::new(wal, &plan, options);
    outcome.tables = tables;
    outcome.warnings.extend(refused_growth(&found, &plan));
    outcome.warnings.extend(warnings);
    let done = super::tell(common, options.format, &outcome)?;
    Ok(if outcome.warnings.is_empty() {
        done
    } else {
        Exit::Findings
    })
}

/// That SQLite can read the output and never checkpoint it.
fn refused_growth(found: &Found, plan: &Plan) -> Option<String> {
    let database = found.set.database.as_ref()?;
    let growth = plan.growth(database.bytes.len())?;
    let before = if growth.was_refused {
        "as one of the WAL as it was does"
    } else {
        "which one of the WAL as it was does not"
    };
    Some(format!(
        "SQLite reads it, and a checkpoint into {} fails as corrupt, {before}: the last commit makes the database {}, \
         and the file and the frames that are kept account for {}. Pages exist nowhere; see stillframe check",
        database.name,
        bytes(growth.after),
        bytes(growth.reach)
    ))
}

/// That the database file beside the WAL is not what kept commits were written over: over it, they are no states that
/// there were.
fn no_true_states(found: &Found, plan: &Plan) -> anyhow::Result<Vec<String>> {
    let (set, timeline) = (&found.set, plan.timeline());
    let mut earlier = plan
        .kept()
        .filter(|commit| commit.number < timeline.last())
        .peekable();
    let (Some(database), Some(&first)) = (&set.database, earlier.peek()) else {
        return Ok(Vec::new());
    };
    let exactness = exactness(set, timeline)?;
    let mut warnings = Vec::new();
    for commit in earlier {
        let later = exactness.later_pages(commit.number, commit.size_after);
        let later = Run::all(later.map(PageNumber::get));
        if !later.is_empty() {
            warnings.push(format!(
                "commit {} is no true state over {}, which may hold {} as a later commit left them, because a checkpoint \
                 copied them there: {}",
                commit.number,
                database.name,
                many(Run::count(&later), "page"),
                runs(&later, MOST_RUNS)
            ));
        }
    }
    let image = Image::at(set, timeline, first.number, &())?;
    if let Some(refusal) = image.refusal() {
        warnings.push(format!(
            "commit {} is no true state over {}: {refusal}",
            first.number, database.name
        ));
    }
    Ok(warnings)
}

/// How many runs of pages are spelled out.
const MOST_RUNS: usize = 20;

/// Whose the frames are that are kept and dropped.
fn tables(
    common: &Common,
    found: &Found,
    plan: &Plan,
    page_size: PageSize,
) -> anyhow::Result<Vec<Frames>> {
    let bar = Bar::new("reading", found.set.wal_bytes(), common.quiet);
    let mut fill = Fill::new(&found.set, page_size, &bar)?;
    let mut taken = Ok(());
    commits(&found.set, &bar, |record| {
        if taken.is_ok() {
            taken = fill.take(record, |frame| plan.keeps(frame)).map(drop);
        }
    })?;
    taken?;
    Ok(fill.total(true))
}

/// The commits to keep, each once and in order.
fn kept(moments: &[Moment]) -> Keep {
    let numbers = moments.iter().filter_map(|moment| match moment {
        Moment::Commit(number) => Some(*number),
        // The second is not taken as an argument.
        Moment::Last | Moment::RolledBack => None,
    });
    let mut commits: Vec<CommitNumber> = numbers.collect();
    commits.sort_unstable();
    commits.dedup();
    match moments.iter().any(|moment| matches!(moment, Moment::Last)) {
        true => Keep::CommitsAndLast(commits),
        false => Keep::Commits(commits),
    }
}

fn write(
    common: &Common,
    found: &Found,
    wal: &Input,
    plan: &Plan,
    target: &Path,
    force: bool,
) -> anyhow::Result<()> {
    let mut output = Output::create(
        target,
        &found.paths(),
        OutputOptions {
            force,
            ..OutputOptions::default()
        },
    )?;
    let bar = Bar::new("writing", plan.summary().bytes_after, common.quiet);
    let mut back = File::open(output.path()).context("the output cannot be read back")?;
    let written = plan
        .write_verified(wal, output.file(), &mut back, &bar)
        .map_err(|error| output.failed(error.into()));
    drop((bar, back));
    super::unless_changed(found, super::NOT_WRITTEN, written)?;
    output.commit()
}

/// What was done, or would be, as it stands in JSON.
#[derive(Serialize)]
struct Outcome<'a> {
    schema_version: u32,
    input: &'a str,
    dry_run: bool,
    /// What was written.
    output: Option<String>,
    /// What a dry run would have written.
    #[serde(skip)]
    unwritten: Option<String>,
    bytes_before: u64,
    bytes_after: u64,
    frames_kept: u32,
    frames_superseded: u32,
    frames_past_size: u32,
    frames_later: u32,
    frames_uncommitted: u32,
    slots_residual: u64,
    commits_before: u32,
    commits_kept: Vec<u32>,
    /// What SQLite would not do with the output, in words.
    warnings: Vec<String>,
    /// Whose the committed frames are.
    #[serde(skip_serializing_if = "Option::is_none")]
    tables: Option<Vec<Frames>>,
}

impl<'a> Outcome<'a> {
    fn new(wal: &'a Input, plan: &Plan, options: &Compact) -> Self {
        let name = |output: &PathBuf| options.format.names().name(output);
        let (output, unwritten) = match (&options.output, options.dry_run) {
            (Some(output), false) => (Some(name(output)), None),
            (output, _) => (None, output.as_ref().map(name)),
        };
        let summary = plan.summary();
        Self {
            schema_version: SCHEMA_VERSION,
            input: &wal.name,
            dry_run: options.dry_run,
            output,
            unwritten,
            bytes_before: summary.bytes_before,
            bytes_after: summary.bytes_after,
            frames_kept: summary.frames_kept,
            frames_superseded: summary.frames_superseded,
            frames_past_size: summary.frames_past_size,
            frames_later: summary.frames_later,
            frames_uncommitted: summary.frames_uncommitted,
            slots_residual: summary.slots_residual,
            commits_before: summary.commits_before,
            commits_kept: plan.kept().map(|commit| commit.number.get()).collect(),
            warnings: Vec::new(),
            tables: None,
        }
    }
}

impl Told for Outcome<'_> {
    fn print(&self, out: &mut dyn Write, width: usize) -> io::Result<()> {
        let bold = text::BOLD;
        match &self.output {
            Some(output) => writeln!(out, "{bold}{output}{bold:#}")?,
            None => {
                let what = self.unwritten.as_deref().unwrap_or("nothing");
                let not = if self.unwritten.is_some() { "not " } else { "" };
                let dry = format!(": a dry run, {what} is {not}written");
                text::headline(self.input, &dry, width, out)?;
            }
        }
        text::field(out, 2, "before", &bytes(self.bytes_before), width)?;
        text::field(out, 2, "after", &self.after(), width)?;
        text::field(out, 2, "frames", &self.frames(), width)?;
        text::field(out, 2, "commits", &self.commits(), width)?;
        let verified = match self.output {
            Some(_) => "every frame as it was read, and again in the output",
            None => "every frame as it was read",
        };
        text::field(out, 2, "verified", verified, width)?;
        for text in &self.warnings {
            text::field(out, 2, "warning", text, width)?;
        }
        match &self.tables {
            Some(tables) => {
                writeln!(out)?;
                fill::print(tables, columns(), out)
            }
            None => Ok(()),
        }
    }
}

impl Outcome<'_> {
    fn after(&self) -> String {
        let after = bytes(self.bytes_after);
        if self.bytes_after >= self.bytes_before || self.bytes_after == 0 {
            return after;
        }
        let times = self.bytes_before as f64 / self.bytes_after as f64;
        let saved = format!("{:.1} % saved", 100.0 - 100.0 / times);
        // Less is 1.0 times smaller, which nobody calls smaller.
        match times >= 1.05 {
            true => format!("{after}: {times:.1} times smaller, {saved}"),
            false => format!("{after}: {saved}"),
        }
    }

    fn frames(&self) -> String {
        let mut parts = vec![format!("{} kept", count(self.frames_kept.into()))];
        let mut dropped = |number: u64, what: &str| {
            if number > 0 {
                parts.push(format!("{} {what}", count(number)));
            }
        };
        dropped(self.frames_superseded.into(), "replaced by later ones");
        dropped(
            self.frames_past_size.into(),
            "past the size of the database",
        );
        dropped(self.frames_later.into(), "of later commits");
        dropped(self.frames_uncommitted.into(), "never committed");
        dropped(self.slots_residual, "left over behind the end of the log");
        parts.join(", ")
    }

    fn commits(&self) -> String {
        let kept = self.commits_kept.len() as u64;
        if kept == u64::from(self.commits_before) {
            return match kept {
                0 => "there are none".to_owned(),
                1 => "the only one is kept".to_owned(),
                _ => format!("all {} are kept", count(kept)),
            };
        }
        let which = if kept == 1 { "commit" } else { "commits" };
        format!(
            "{} of {} kept: {which} {}",
            count(kept),
            count(self.commits_before.into()),
            runs(&Run::all(self.commits_kept.iter().copied()), usize::MAX)
        )
    }
}
