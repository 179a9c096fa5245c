//! How a run ends: the exit status, which is a contract, and the one line that says why.

use std::fmt;
use std::io::{self, Write as _};
use std::process::ExitCode;

use stillframe_archive::Problem;
use stillframe_history::{Error as HistoryError, Refusal};
use stillframe_source::Error as SourceError;

use crate::names::{harmless, is_active};

/// The exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Nothing was found that `--fail-on` names, or what was asked for was done; with `--exit-zero` whatever was found, or
    /// could not be read.
    Done = 0,
    /// Something was found, or is refused as SQLite would refuse it.
    Findings = 1,
    /// The command line is wrong, or the output could not be written.
    Usage = 2,
    /// Some inputs could not be read.
    Unreadable = 3,
}

/// The status of a run; an error is printed.
pub fn code(result: anyhow::Result<Exit>) -> ExitCode {
    let exit = result.unwrap_or_else(|error| {
        if is_broken_pipe(&error) {
            return Exit::Done;
        }
        complain(&error);
        exit_of(&error)
    });
    ExitCode::from(exit as u8)
}

/// Prints an error in one line.
pub fn complain(error: &anyhow::Error) {
    say(&words(error));
}

/// An error in a sentence.
pub fn words(error: &anyhow::Error) -> String {
    // What the input itself has to say is the whole story: which one it is, where, and what to do.
    match (source_error(error), error.downcast_ref()) {
        (Some(source), _) => source.to_string(),
        (None, Some(read @ HistoryError::Read { source, .. })) => format!("{read}: {source}"),
        // All but standard output is named by whoever meets the error.
        _ if is_bare(error) => format!("cannot write to standard output: {error}"),
        _ => format!("{error:#}"),
    }
}

/// Prints a line on standard error.
pub fn say(words: &str) {
    print_error(&format!("stillframe: {}", harmless(words)));
}

/// Where standard error takes nothing there is nobody to say it to: the exit status says it all the same.
fn print_error(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Ends the run because of a command line that is not understood, or of one that asks for help.
pub fn usage(error: &clap::Error) -> ! {
    let mut arguments = std::env::args_os();
    if !error.use_stderr() || !arguments.any(|one| one.to_string_lossy().contains(is_active)) {
        error.exit();
    }
    // The message repeats the arguments as they are, and a shell makes arguments of any names.
    for line in error.render().to_string().lines() {
        print_error(&harmless(line));
    }
    std::process::exit(error.exit_code())
}

fn is_bare(error: &anyhow::Error) -> bool {
    let cause = error.chain().next();
    cause.is_some_and(|cause| cause.is::<io::Error>() || cause.is::<serde_json::Error>())
}

/// An input changed while it was read: what was made of it may be of no moment at all.
#[derive(Debug)]
pub struct Changed {
    /// Its name.
    pub input: String,
    /// How.
    pub change: String,
    /// What comes of it and what to do, in words that follow the change.
    pub remedy: &'static str,
}

impl fmt::Display for Changed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            input,
            change,
            remedy,
        } = self;
        write!(f, "{input}: {change} while it was read{remedy}")
    }
}

impl std::error::Error for Changed {}

/// An input has no pages that could be looked at.
#[derive(Debug)]
pub struct NoPages;

impl fmt::Display for NoPages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "what its pages are cannot be told: it is no database, or its page 1 is not here",
        )
    }
}

impl std::error::Error for NoPages {}

/// The status of a run that fails with an error.
pub fn exit_of(error: &anyhow::Error) -> Exit {
    let is_unreadable = error.is::<Changed>() || error.is::<NoPages>() || error.is::<Problem>();
    if is_unreadable || source_error(error).is_some() {
        return Exit::Unreadable;
    }
    if error.downcast_ref::<Refusal>().is_some() {
        return Exit::Findings;
    }
    match error.downcast_ref::<HistoryError>() {
        Some(HistoryError::Refused(_) | HistoryError::ReadBack(_)) => Exit::Findings,
        Some(HistoryError::Read { .. }) => Exit::Unreadable,
        _ => Exit::Usage,
    }
}

fn source_error(error: &anyhow::Error) -> Option<&SourceError> {
    error.chain().find_map(|cause| {
        cause.downcast_ref::<SourceError>().or_else(|| {
            cause
                .downcast_ref::<io::Error>()
                .and_then(io::Error::get_ref)
                .and_then(|inner| inner.downcast_ref())
        })
    })
}

/// Whoever read our output has seen enough.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref().map(io::Error::kind);
        // An error of serde's does not give the one of the output as its source.
        let json = cause.downcast_ref::<serde_json::Error>();
        io.or_else(|| json?.io_error_kind()) == Some(io::ErrorKind::BrokenPipe)
    })
}
