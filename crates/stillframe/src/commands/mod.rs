//! The verbs, one file each.

mod check;
mod compact;
mod completions;
mod explain;
mod inspect;
mod log;
mod man;
mod rebuild;

use std::path::Path;

use stillframe_history::{Residue, Timeline};
use stillframe_source::Access;

use crate::args::{Args, Common, Verb};
use crate::exit::{Changed, Exit, complain};
use crate::inputs::{Found, Inputs, Names, Search};
use crate::words::many;

/// Does what the command line says.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let common = &args.common;
    match &args.verb {
        Verb::Inspect(options) => inspect::run(common, options),
        Verb::Check(options) => check::run(common, options),
        Verb::Log(options) => log::run(common, options),
        Verb::Rebuild(options) => rebuild::run(common, options),
        Verb::Compact(options) => compact::run(common, options),
        Verb::Explain(options) => explain::run(common, options),
        Verb::Completions { shell } => completions::run(*shell),
        Verb::Man { verb } => man::run(verb.as_deref()),
    }
}

fn search<'a>(common: &Common, wal: Option<&'a Path>, names: Names) -> Search<'a> {
    Search {
        names,
        access: if common.no_mmap {
            Access::Read
        } else {
            Access::Map
        },
        wal,
    }
}

/// Says what could not be read. Fails where there was nothing to read at all.
fn complain_of(failures: &[anyhow::Error], inputs: &Inputs<'_>) -> anyhow::Result<()> {
    if inputs.len() == 0 && failures.is_empty() {
        anyhow::bail!(
            "there is no database and no WAL among {}",
            many(inputs.passed_over, "file")
        );
    }
    failures.iter().for_each(complain);
    Ok(())
}

/// Fails where an input changed since it was opened.
fn refuse_changes(found: &Found, remedy: &'static str) -> anyhow::Result<()> {
    match found.changes().into_iter().next() {
        None => Ok(()),
        Some((input, change)) => Err(anyhow::Error::new(Changed {
            input,
            change,
            remedy,
        })),
    }
}

/// What to do where an input changed before anything was written.
const NOT_WRITTEN: &str =
    ", so nothing was written; copy the files first, or stop what writes to them";
/// What to do where an input changed that was only looked at.
const READ_AGAIN: &str = "; read it again, or a copy of it";

/// What a reader of the last commit should know: commits that lie behind the end of the log.
fn lost_commits(found: &Found, timeline: &Timeline) -> anyhow::Result<Option<String>> {
    let residue = Residue::read(found.set.wal.as_ref(), timeline, &())?;
    let intact = residue.intact_commits.slots;
    let damaged = residue.unverified_commits.slots;
    Ok(match residue.end {
        Some(end) if intact + damaged > 0 => Some(format!(
            "frame {} ends the log, and {} and {damaged} damaged behind it are lost to SQLite",
            end.number,
            many(intact.into(), "intact commit")
        )),
        _ => None,
    })
}
