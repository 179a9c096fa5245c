//! The command line: verbs, options and their help; a file for the options of each verb that has several.

mod check;
mod compact;
mod dump;
mod expected;
mod inspect;
mod log;
mod manifest;
mod rebuild;

use std::path::PathBuf;

use clap::{
    Args as Group, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum,
};
use clap_complete::Shell;
use stillframe_wal::CommitNumber;

pub use check::{Check, CheckFormat, FailOn, NEVER_IS_ALONE, ReportFile, is_alone};
pub use compact::Compact;
pub use dump::{Dump, DumpFormat};
pub use expected::{Expected, rule_called, severity_called};
pub use inspect::Inspect;
pub use log::{Log, LogFormat};
pub use manifest::Manifest;
pub use rebuild::Rebuild;

use crate::inputs::Names;
use crate::terminal::asked_for;

const EPILOGUE: &str = "\
Environment:
  COLUMNS   how wide text may be, whatever the terminal says
  NO_COLOR  no colour, where it is not empty

Exit status:
  0    nothing found that --fail-on names, or done
  1    findings, or SQLite would refuse what was asked for
  2    wrong usage, or the output could not be written
  3    some inputs could not be read
  130  interrupted: no output was made";

/// See what is in a SQLite backup, whether it is complete, and rebuild the database of any commit, without SQLite
///
/// stillframe reads databases, WALs, wal-indexes and rollback journals from their bytes. It never changes an input and
/// never makes a file beside one.
#[derive(Debug, Parser)]
#[command(name = "stillframe", version, max_term_width = WIDEST, after_long_help = EPILOGUE)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
    #[command(flatten)]
    pub common: Common,
}

/// No line of the help is longer, however wide the terminal.
const WIDEST: usize = 100;

impl Args {
    /// What the command line says. Its help is as wide as COLUMNS says, where that is set.
    pub fn read() -> Result<Self, clap::Error> {
        let mut command = Self::command();
        if let Some(columns) = asked_for() {
            command = command.term_width(columns.min(WIDEST));
        }
        let matches = command.try_get_matches_from_mut(std::env::args_os())?;
        Self::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
    }
}

/// Options of every verb.
#[derive(Debug, Group)]
pub struct Common {
    /// When to use colour; NO_COLOR is heeded
    #[arg(
        long,
        global = true,
        display_order = LAST,
        value_name = "WHEN",
        default_value = "auto"
    )]
    pub color: Color,
    /// Read files instead of mapping them: for files that others may cut short (done where a -shm or -journal lies beside)
    #[arg(long, global = true, display_order = LAST + 1)]
    pub no_mmap: bool,
    /// Bytes of what is decoded of an archive that may be in memory, as 300M or 2G; more goes into temporary files
    #[arg(
        long,
        global = true,
        display_order = LAST + 2,
        value_name = "BYTES",
        default_value = "512M"
    )]
    pub max_memory: Bytes,
    /// No progress and no remarks on standard error
    #[arg(short, long, global = true, display_order = LAST + 3)]
    pub quiet: bool,
}

/// Where the help lists options of every verb: behind those of its own, and before `--help`.
const LAST: usize = 100;

/// A number of bytes, as `300M`.
#[derive(Clone, Copy, Debug)]
pub struct Bytes(pub u64);

impl std::str::FromStr for Bytes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let unit = match text[digits.len()..].to_ascii_uppercase().as_str() {
            "" | "B" => 1,
            "K" | "KB" | "KIB" => 1 << 10,
            "M" | "MB" | "MIB" => 1 << 20,
            "G" | "GB" | "GIB" => 1 << 30,
            unit => return Err(format!("{unit} is no unit; use K, M or G")),
        };
        let number: u64 = digits
            .parse()
            .map_err(|_| "it is no number of bytes, as 300M is".to_owned())?;
        let bytes = number.checked_mul(unit);
        bytes.map(Self).ok_or_else(|| "it is too much".to_owned())
    }
}

/// When to use colour.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Color {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Say what the bytes of databases and their sidecars say
    ///
    /// Headers, sizes, salts, and how many slots of the WAL are committed, uncommitted or left over, with the reason
    /// for each. Nothing is judged: that is what `check` is for.
    #[command(after_long_help = inspect::EXAMPLES)]
    Inspect(Inspect),
    /// Say what is wrong, and whether the backup is complete
    ///
    /// Every database below the paths gets one verdict, which separates well-formed from complete, and findings with a
    /// rule code, an input and a byte range. `explain` tells what a code means.
    #[command(after_long_help = check::EXAMPLES)]
    Check(Check),
    /// List the commits of a WAL
    #[command(after_long_help = log::EXAMPLES)]
    Log(Log),
    /// Write the database of a commit as a new file
    ///
    /// The file is what SQLite's own checkpoint of that commit would leave, byte for byte. Where SQLite would refuse
    /// the checkpoint, or a page exists nowhere, nothing is written. Where the last commit is not what it seems, as
    /// where SQLite ignores the WAL or commits are lost behind damage, the file is written with a warning; the exit
    /// status is 1 then, unless --at asks for just this moment.
    #[command(after_long_help = rebuild::EXAMPLES)]
    Rebuild(Rebuild),
    /// Write a shorter WAL with the same content
    ///
    /// Of every page the last committed version is kept, under fresh checksums and with one commit at the end. Every
    /// frame is verified when it is read and again in the output.
    #[command(after_long_help = compact::EXAMPLES)]
    Compact(Compact),
    /// Write the rows of the tables as SQL text, CSV or JSON
    ///
    /// The SQL text is what `.dump` of SQLite's shell writes, but for floating-point numbers, which keep all their digits,
    /// and for text with a NUL in it, which is not cut there. As there, text with control characters, as line ends are,
    /// takes the function unistr, so that SQLite 3.50 or newer is needed to load it. Rows come in the order of their
    /// rowids. What cannot be read is said on standard error, and all else is written.
    ///
    /// What is too long for a page is read along the links of its overflow pages. Where the pointer map of a damaged
    /// database contradicts them, SQLite follows now the one and now the other.
    ///
    /// CSV and JSON have the columns that the file holds. VIRTUAL generated columns are computed when they are read: they
    /// are left out, and a remark on standard error names them, which is no warning.
    #[command(after_long_help = dump::EXAMPLES)]
    Dump(Dump),
    /// Record what databases are, to prove later that a copy is complete
    ///
    /// Nothing in the files of SQLite says whether a copy of them is the newest there is. A manifest that was made where the
    /// originals are does: `check --manifest` compares a copy with it, file by file, commit by commit and page by page.
    /// What is recorded of a database is what SQLite shows of it, so that a checkpoint in between makes no difference.
    #[command(after_long_help = manifest::EXAMPLES)]
    Manifest(Manifest),
    /// Tell what a rule means, why it matters and what to do
    Explain(Explain),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page, of stillframe or of one verb
    Man {
        /// The verb
        verb: Option<String>,
    },
}

/// Options of `explain`.
#[derive(Debug, Group)]
pub struct Explain {
    /// The code of a rule, as WAL101; without one, all rules are listed
    pub code: Option<String>,
}

/// Which WAL goes with a database.
#[derive(Debug, Group)]
pub struct WalFile {
    /// The WAL of the database, where it is not PATH-wal
    #[arg(long, value_name = "FILE")]
    pub wal: Option<PathBuf>,
}

/// A moment of a database.
#[derive(Debug, Group)]
pub struct At {
    /// The moment: the number of a commit, `last` (the default), `journal` for the database as a rollback journal leaves
    /// it, without the WAL, or 0 for the database file alone
    #[arg(long, value_name = "COMMIT")]
    pub at: Option<Moment>,
    /// Do not roll back: take the database file as it lies there. Of a transaction under way that is evidence, and no
    /// database
    #[arg(long)]
    pub ignore_journal: bool,
}

impl At {
    /// The commit; `None` for the last one.
    pub fn commit(&self) -> Option<CommitNumber> {
        self.at.and_then(Moment::commit)
    }

    /// Whether the database is asked for as a rollback journal leaves it, without the WAL.
    pub fn is_rolled_back(&self) -> bool {
        self.at == Some(Moment::RolledBack)
    }

    /// Whether the moment was asked for.
    pub const fn is_given(&self) -> bool {
        self.at.is_some() || self.ignore_journal
    }
}

/// The file that is written.
#[derive(Debug, Group)]
pub struct OutputFile {
    /// The file to write
    #[arg(short, long, value_name = "OUT")]
    pub output: PathBuf,
    /// Replace OUT if it exists
    #[arg(long)]
    pub force: bool,
}

/// A moment of a database, as it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The last commit; the database file alone where there is none.
    Last,
    /// With the rollback journal played back, and without the WAL.
    RolledBack,
    /// After this commit, or the database file alone.
    Commit(CommitNumber),
}

impl std::str::FromStr for Moment {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "last" {
            return Ok(Self::Last);
        }
        if text == "journal" {
            return Ok(Self::RolledBack);
        }
        match text.parse() {
            Ok(number) => Ok(Self::Commit(CommitNumber::new(number))),
            Err(_) => Err("expected the number of a commit, `last`, or `journal`"),
        }
    }
}

impl Moment {
    /// The commit; `None` for the last one.
    pub const fn commit(self) -> Option<CommitNumber> {
        match self {
            Self::Last | Self::RolledBack => None,
            Self::Commit(number) => Some(number),
        }
    }
}

/// Text or JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TextOrJson {
    /// Text for people
    Full,
    /// JSON
    Json,
}

impl TextOrJson {
    /// How inputs are called in it.
    pub const fn names(self) -> Names {
        match self {
            Self::Full => Names::Shown,
            Self::Json => Names::Raw,
        }
    }
}
