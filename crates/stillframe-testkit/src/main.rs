//! `stillframe-testkit`: what the project's own tests and benchmarks are run with.

use std::path::PathBuf;
use std::process::ExitCode;
#[cfg(unix)]
use std::time::Duration;

use clap::{Parser, Subcommand};
#[cfg(unix)]
use stillframe_testkit::builder::{Writing, keep_writing};
use stillframe_testkit::{compare, fixtures, scenarios};

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
    /// Write the page of scenarios, or say that it is not up to date
    Scenarios {
        /// Write nothing; exit with 1 if the file differs
        #[arg(long)]
        check: bool,
        /// The page
        #[arg(default_value = "docs/scenarios.md")]
        file: PathBuf,
    },
    /// Measure stillframe beside real SQLite, in one run, and print the ratios
    Compare {
        /// Million bytes of WAL; 0 leaves the WALs out
        #[arg(long, default_value_t = 200)]
        megabytes: u64,
        /// Million bytes of the journal whose rollback is measured; 0 leaves it out
        #[arg(long, default_value_t = 200, value_name = "MEGABYTES")]
        journal: u64,
        /// Million bytes of the database whose check is measured; 0 leaves it out
        #[arg(long, default_value_t = 700, value_name = "MEGABYTES")]
        database: u64,
        /// How many small databases are checked in one folder; 0 leaves them out
        #[arg(long, default_value_t = 1000, value_name = "DATABASES")]
        many: u64,
        /// Million bytes of databases in the archive that is checked; 0 leaves it out
        #[arg(long, default_value_t = 2000, value_name = "MEGABYTES")]
        archive: u64,
        /// How often each thing is measured; the median counts
        #[arg(long, default_value_t = 9)]
        rounds: usize,
        /// Also measure the memory that a WAL of this many billion bytes takes
        #[arg(long, value_name = "GB")]
        huge: Option<u64>,
        /// Where the files are made: a folder on the file system to be measured
        #[arg(long, value_name = "FOLDER")]
        folder: Option<PathBuf>,
    },
    /// Write to a database in a folder until it is killed
    #[cfg(unix)]
    #[command(hide = true)]
    KeepWriting {
        folder: PathBuf,
        journal_mode: String,
        seed: u64,
        rows: u32,
        /// Microseconds
        rest: u64,
    },
    /// Do one thing and print the peak of resident memory
    #[command(hide = true)]
    Peak { what: String, path: PathBuf },
    /// Have SQLite check one database, and print what it says
    #[command(hide = true)]
    QuickCheck { path: PathBuf },
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
        Command::Scenarios { check: false, file } => std::fs::write(file, scenarios::page())?,
        Command::Scenarios { check: true, file } => {
            if std::fs::read_to_string(&file)? != scenarios::page() {
                println!("{}: differs", file.display());
                return Ok(ExitCode::from(1));
            }
        }
        Command::Compare {
            megabytes,
            journal,
            database,
            many,
            archive,
            rounds,
            huge,
            folder,
        } => compare::run(&compare::Options {
            megabytes,
            journal,
            database,
            many,
            archive,
            rounds,
            huge,
            folder,
        })?,
        #[cfg(unix)]
        Command::KeepWriting {
            folder,
            journal_mode,
            seed,
            rows,
            rest,
        } => {
            let writing = Writing {
                journal_mode: &journal_mode,
                seed,
                rows,
                rest: Duration::from_micros(rest),
                end: Duration::from_secs(600),
            };
            keep_writing(&folder, writing);
        }
        Command::Peak { what, path } => compare::peak(&what, &path)?,
        Command::QuickCheck { path } => compare::quick_check(&path)?,
    }
    Ok(ExitCode::SUCCESS)
}
