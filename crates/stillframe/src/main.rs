//! See what is in a SQLite backup, whether it is complete, and rebuild the database of any commit, without SQLite.

mod args;
mod commands;
mod exit;
mod inputs;
mod interrupt;
mod names;
mod output;
mod owners;
mod progress;
mod table;
mod terminal;
mod words;

use std::process::ExitCode;

fn main() -> ExitCode {
    let args = args::Args::read().unwrap_or_else(|error| exit::usage(&error));
    interrupt::install();
    exit::code(commands::run(&args))
}
