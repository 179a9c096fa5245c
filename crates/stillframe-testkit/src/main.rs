//! `stillframe-testkit`: what the project's own tests and benchmarks are run with.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use stillframe_testkit::fixtures;

/// Makes the fixtures of stillframe
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write the committed fixtures and the table of them, or say which are not up to date
    Fixtures {
        /// Write nothing; exit with 1 if a file differs
        #[arg(long)]
        check: bool,
        /// Where they lie
        #[arg(default_value = "fixtures")]
        folder: PathBuf,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(command: Command) -> std::io::Result<ExitCode> {
    match command {
        Command::Fixtures {
            check: false,
            folder,
        } => fixtures::write(&folder)?,
        Command::Fixtures {
            check: true,
            folder,
        } => {
            let differences = fixtures::check(&folder)?;
            if !differences.is_empty() {
                println!("{}", differences.join("\n"));
                return Ok(ExitCode::from(1));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
