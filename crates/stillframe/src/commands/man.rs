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
    clap_mangen::Man::new(command).render(&mut std::io::stdout())?;
    Ok(Exit::Done)
}
