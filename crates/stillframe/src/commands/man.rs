use std::io::{self, Write as _};

use anyhow::Context as _;
use clap::CommandFactory as _;

use crate::args::Args;
use crate::exit::Exit;

/// Prints a manual page.
pub fn run(verb: Option<&str>) -> anyhow::Result<Exit> {
    let mut command = Args::command();
    command.build();
    if let Some(verb) = verb {
        command = command
            .find_subcommand(verb)
            .with_context(|| format!("there is no verb {verb}; see stillframe --help"))?
            .clone();
    }
    // A verb has no version of its own.
    let source = concat!("stillframe ", env!("CARGO_PKG_VERSION"));
    let mut page = Vec::new();
    clap_mangen::Man::new(command)
        .source(source)
        .render(&mut page)?;
    let mut out = io::stdout().lock();
    for line in String::from_utf8_lossy(&page).lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(Exit::Done)
}
