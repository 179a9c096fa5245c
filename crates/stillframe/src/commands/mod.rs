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

use stillframe_source::Access;

use crate::args::{Args, Common, Verb};
use crate::exit::Exit;
use crate::inputs::{Found, Search};

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

fn search<'a>(common: &Common, wal: Option<&'a Path>) -> Search<'a> {
    Search {
        access: if common.no_mmap {
            Access::Read
        } else {
            Access::Map
        },
        wal,
    }
}

/// Fails where an input changed since it was opened: what was made of it may be of no moment at all.
fn refuse_changes(found: &Found) -> anyhow::Result<()> {
    match found.changes().first() {
        None => Ok(()),
        Some((name, change)) => anyhow::bail!(
            "{name}: {change} while it was read, so nothing was written; copy the files first, or stop what writes to them"
        ),
    }
}
