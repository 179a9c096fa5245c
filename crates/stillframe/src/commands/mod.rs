//! The verbs, one file each.

mod check;
mod compact;
mod completions;
mod doubts;
mod dump;
mod explain;
mod fill;
mod inspect;
mod journal;
mod log;
mod man;
mod manifest;
mod rebuild;

use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;
use stillframe_history::{Error, Image, Progress, Timeline};
use stillframe_source::Access;

use crate::args::{Args, At, Common, TextOrJson, Verb};
use crate::exit::{Changed, Exit, complain};
use crate::inputs::{Found, Inputs, Look, Names, Search};
use crate::terminal::{EvenUnread, stdout_for, width};

/// Does what the command line says.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let common = &args.common;
    match &args.verb {
        Verb::Inspect(options) => inspect::run(common, options),
        Verb::Check(options) => check::run(common, options),
        Verb::Log(options) => log::run(common, options),
        Verb::Rebuild(options) => rebuild::run(common, options),
        Verb::Compact(options) => compact::run(common, options),
        Verb::Dump(options) => dump::run(common, options),
        Verb::Manifest(options) => manifest::run(common, options),
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
        max_memory: common.max_memory.0,
        is_quiet: common.quiet,
        ahead: None,
        look: Look::No,
    }
}

/// The timeline of a set and the image at the moment that is asked for.
fn image_at<'a>(
    found: &'a Found,
    at: &At,
    progress: &dyn Progress,
) -> Result<(Timeline, Result<Image<'a>, Error>), Error> {
    if !at.is_rolled_back() {
        return Image::read(&found.set, at.commit(), progress);
    }
    let timeline = Timeline::read(&found.set, progress)?;
    Ok((timeline, Image::rolled_back(&found.set, progress)))
}

/// Leaves the rollback journal aside where that is asked for.
fn ignore_journal(found: &mut Found, at: &At, look: Option<&dyn Progress>) -> anyhow::Result<()> {
    anyhow::ensure!(
        !at.ignore_journal || !at.is_rolled_back(),
        "--at journal and --ignore-journal exclude each other; leave one out"
    );
    match at.ignore_journal {
        true => found.ignore_journal(look),
        false => Ok(()),
    }
}

/// What a verb has done, as JSON and in words.
trait Told: Serialize {
    /// Prints it in lines of at most `width` columns.
    fn print(&self, out: &mut dyn Write, width: usize) -> io::Result<()>;
}

/// Says what was done.
fn tell(common: &Common, format: TextOrJson, done: &impl Told) -> anyhow::Result<Exit> {
    let mut out = EvenUnread(stdout_for(format, common.color));
    match format {
        TextOrJson::Json => {
            serde_json::to_writer_pretty(&mut out, done)?;
            writeln!(out)?;
        }
        TextOrJson::Full => done.print(&mut out, width())?,
    }
    out.flush()?;
    Ok(Exit::Done)
}

/// Says what could not be read. Fails where there was nothing to read at all.
fn complain_of(failures: &[anyhow::Error], inputs: &Inputs<'_>) -> anyhow::Result<()> {
    if let (Some(nothing), []) = (inputs.nothing(), failures) {
        return Err(nothing);
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

/// What was done, unless an input changed meanwhile: that is why it failed, if it did.
fn unless_changed<T>(
    found: &Found,
    remedy: &'static str,
    done: anyhow::Result<T>,
) -> anyhow::Result<T> {
    refuse_changes(found, remedy)?;
    done
}

/// What to do where an input changed before anything was written.
const NOT_WRITTEN: &str =
    ", so nothing was written; copy the files first, or stop what writes to them";
/// What to do where an input changed that was only looked at.
const READ_AGAIN: &str = "; read it again, or a copy of it";
