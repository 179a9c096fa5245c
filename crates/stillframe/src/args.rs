//! The command line: verbs, options and their help.

use std::path::PathBuf;

use clap::{Args as Group, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use stillframe_check::content::Level;
use stillframe_check::{MOST_FINDINGS, Severity};
use stillframe_format::PageNumber;
use stillframe_wal::CommitNumber;

use crate::inputs::Names;

const EXIT_STATUS: &str = "\
Exit status:
  0    nothing found at or above --fail-on, or done
  1    findings, or SQLite would refuse what was asked for
  2    wrong usage, or the output could not be written
  3    some inputs could not be read
  130  interrupted: no output was made";

/// See what is in a SQLite backup, whether it is complete, and rebuild the database of any commit, without SQLite
///
/// stillframe reads databases, WALs, wal-indexes and rollback journals from their bytes. It never changes an input and
/// never makes a file beside one.
#[derive(Debug, Parser)]
#[command(name = "stillframe", version, max_term_width = 100, after_long_help = EXIT_STATUS)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
    #[command(flatten)]
    pub common: Common,
}

/// Options of every verb.
#[derive(Debug, Group)]
pub struct Common {
    /// When to use colour; NO_COLOR is heeded
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
    /// Read files instead of mapping them: for files that others may cut short (done where a -shm lies beside)
    #[arg(long, global = true)]
    pub no_mmap: bool,
    /// No progress and no remarks on standard error
    #[arg(short, long, global = true)]
    pub quiet: bool,
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
    #[command(after_long_help = INSPECT_EXAMPLES)]
    Inspect(Inspect),
    /// Say what is wrong, and whether the backup is complete
    ///
    /// Every database below the paths gets one verdict, which separates well-formed from complete, and findings with a
    /// rule code, an input and a byte range. `explain` tells what a code means.
    #[command(after_long_help = CHECK_EXAMPLES)]
    Check(Check),
    /// List the commits of a WAL
    #[command(after_long_help = LOG_EXAMPLES)]
    Log(Log),
    /// Write the database of a commit as a new file
    ///
    /// The file is what SQLite's own checkpoint of that commit would leave, byte for byte. Where SQLite would refuse
    /// the checkpoint, or a page exists nowhere, nothing is written. Where the last commit is not what it seems, as
    /// where SQLite ignores the WAL or commits are lost behind damage, the file is written with a warning; the exit
    /// status is 1 then, unless --at asks for just this moment.
    #[command(after_long_help = REBUILD_EXAMPLES)]
    Rebuild(Rebuild),
    /// Write a shorter WAL with the same content
    ///
    /// Of every page the last committed version is kept, under fresh checksums and with one commit at the end. Every
    /// frame is verified when it is read and again in the output.
    #[command(after_long_help = COMPACT_EXAMPLES)]
    Compact(Compact),
    /// Write the rows of the tables as SQL text, CSV or JSON
    ///
    /// The SQL text is what `.dump` of SQLite's shell writes, but for floating-point numbers, which keep all their digits,
    /// and for text with a NUL in it, which is not cut there. Rows come in the order of their rowids. What cannot be read
    /// is said on standard error, and all else is written.
    #[command(after_long_help = DUMP_EXAMPLES)]
    Dump(Dump),
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

const INSPECT_EXAMPLES: &str = "\
Examples:
  stillframe inspect app.db                a database, with its WAL if there is one
  stillframe inspect --frames app.db-wal   every slot of the WAL, with its reason
  stillframe inspect --pages app.db        what every page is, whose, and where it comes from
  stillframe inspect --cell 7/0 app.db     the first cell of page 7, value by value
  stillframe inspect --sizes app.db        what each table and index takes
  stillframe inspect --map app.db          a picture of that

Exit status:
  0    done
  2    wrong usage
  3    some inputs could not be read
  130  interrupted";

/// Options of `inspect`.
#[derive(Debug, Group)]
pub struct Inspect {
    /// Files, folders, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub wal: WalFile,
    /// List every slot of the WAL, with its reason and the CRC-32 of its page
    #[arg(long)]
    pub frames: bool,
    /// List what every page of the database is, the table or index it belongs to, and where it comes from
    #[arg(long)]
    pub pages: bool,
    /// Show one page: its header, its cells, its freeblocks
    #[arg(long, value_name = "PAGE", value_parser = page_number)]
    pub page: Option<PageNumber>,
    /// Show one cell and its record: PAGE/CELL, or CELL with --page; cells are counted from 0
    #[arg(long, value_name = "CELL")]
    pub cell: Option<CellPlace>,
    /// Show what each table and index takes: entries, payload, pages, depth, bytes unused
    #[arg(long)]
    pub sizes: bool,
    /// Draw which pages belong to which table or index
    #[arg(long)]
    pub map: bool,
    /// Draw that into a file: a picture (SVG) that needs nothing else
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
    /// Replace FILE if it exists
    #[arg(long, requires = "svg")]
    pub force: bool,
    #[command(flatten)]
    pub at: At,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "full")]
    pub format: TextOrJson,
}

impl Inspect {
    /// Whether something of the pages is asked for that the bytes of the headers are no part of.
    pub const fn is_narrow(&self) -> bool {
        let of_one = self.page.is_some() || self.cell.is_some();
        of_one || self.sizes || self.map || self.svg.is_some()
    }

    /// Whether it has to be known what each page is.
    pub const fn needs_map(&self) -> bool {
        self.pages || self.is_narrow()
    }

    /// The cell that is asked for, and its page.
    pub fn cell(&self) -> anyhow::Result<Option<(PageNumber, u16)>> {
        let Some(cell) = self.cell else {
            return Ok(None);
        };
        match (cell.page, self.page) {
            (Some(page), None) => Ok(Some((page, cell.index))),
            (None, Some(page)) => Ok(Some((page, cell.index))),
            (Some(_), Some(_)) => anyhow::bail!("--cell names its page itself; leave --page out"),
            (None, None) => anyhow::bail!(
                "--cell {index} is on no page; say --cell PAGE/{index}",
                index = cell.index
            ),
        }
    }
}

/// A cell, as it is given: of a page, or of the page that is given elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellPlace {
    page: Option<PageNumber>,
    index: u16,
}

impl std::str::FromStr for CellPlace {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (page, index) = match text.split_once('/') {
            Some((page, index)) => (Some(page_number(page)?), index),
            None => (None, text),
        };
        let index = index.parse();
        let index = index.map_err(|_| "expected PAGE/CELL, as in 7/0; cells are counted from 0")?;
        Ok(Self { page, index })
    }
}

/// The number of a page.
fn page_number(text: &str) -> Result<PageNumber, &'static str> {
    let number = text.parse().ok().and_then(PageNumber::new);
    number.ok_or("expected the number of a page; pages are counted from 1")
}

const CHECK_EXAMPLES: &str = "\
Examples:
  stillframe check app.db                      one database, with its WAL if there is one
  stillframe check /backups                    every database below a folder
  stillframe check --format json /backups      for machines
  stillframe check --fail-on error /backups    let warnings pass
  stillframe check --format pragma app.db      the rows of PRAGMA integrity_check

Exit status:
  0    nothing found at or above --fail-on
  1    findings
  2    wrong usage
  3    some inputs could not be read
  130  interrupted";

/// Options of `check`.
#[derive(Debug, Group)]
pub struct Check {
    /// Files, folders, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub wal: WalFile,
    /// The least severity that makes the exit status 1
    #[arg(long, value_name = "SEVERITY", default_value = "warning")]
    pub fail_on: FailOn,
    /// How much of the inside of the databases to look at; full below 1 GiB, structure from there on if it is not said
    #[arg(long, value_name = "LEVEL")]
    pub level: Option<CheckLevel>,
    /// How many findings of a database to list; the others are counted
    #[arg(long, value_name = "N", default_value_t = MOST_FINDINGS)]
    pub max_findings: usize,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "full")]
    pub format: CheckFormat,
}

const LOG_EXAMPLES: &str = "\
Examples:
  stillframe log app.db                    the commits of app.db-wal
  stillframe log --tables app.db           which tables and indexes fill the WAL
  stillframe log --format jsonl app.db     one JSON object a line

Exit status:
  0    done
  1    SQLite ignores or refuses the WAL
  2    wrong usage
  3    the input could not be read
  130  interrupted";

/// Options of `log`.
#[derive(Debug, Group)]
pub struct Log {
    /// A database or a WAL, or - for standard input
    #[arg(value_name = "PATH")]
    pub path: PathBuf,
    #[command(flatten)]
    pub wal: WalFile,
    /// List the numbers of the pages that each commit wrote
    #[arg(long)]
    pub pages: bool,
    /// Say to which tables and indexes the frames belong, at the commit that wrote each
    #[arg(long)]
    pub tables: bool,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "full")]
    pub format: LogFormat,
}

const REBUILD_EXAMPLES: &str = "\
Examples:
  stillframe rebuild app.db -o rebuilt.db             the last commit
  stillframe rebuild app.db --at 41 -o before.db      the state after commit 41
  stillframe rebuild app.db --at 0 -o without-wal.db  the database file alone

Exit status:
  0    written
  1    written with a warning, and no --at was given; or nothing was written, as SQLite would
       refuse the database, or a page exists nowhere
  2    wrong usage, or the output could not be written
  3    the input could not be read
  130  interrupted: no output was made";

/// Options of `rebuild`.
#[derive(Debug, Group)]
pub struct Rebuild {
    /// A database, with its WAL beside it
    #[arg(value_name = "DB")]
    pub path: PathBuf,
    #[command(flatten)]
    pub wal: WalFile,
    #[command(flatten)]
    pub at: At,
    #[command(flatten)]
    pub output: OutputFile,
    /// How to print what was done
    #[arg(long, value_name = "FORMAT", default_value = "full")]
    pub format: TextOrJson,
}

const COMPACT_EXAMPLES: &str = "\
Examples:
  stillframe compact app.db-wal -o small.db-wal     keep the last commit
  stillframe compact app.db-wal --keep 3,7,last -o small.db-wal
  stillframe compact app.db-wal --dry-run           only say what would be saved

Exit status:
  0    written, or the dry run is done
  1    SQLite ignores or refuses the WAL, or commits behind a damaged frame would be left out
  2    wrong usage, or the output could not be written
  3    the input could not be read
  130  interrupted: no output was made";

/// Options of `compact`.
#[derive(Debug, Group)]
pub struct Compact {
    /// A WAL
    #[arg(value_name = "WAL")]
    pub path: PathBuf,
    /// The last commit to keep: its number, or `last`; later ones are left out
    #[arg(long, value_name = "COMMIT", default_value = "last", value_parser = of_a_wal)]
    pub at: Moment,
    /// Commits to keep as states, as in 3,7,last: the WAL gets a commit for each
    #[arg(
        long,
        value_name = "COMMITS",
        value_delimiter = ',',
        conflicts_with = "at",
        value_parser = of_a_wal
    )]
    pub keep: Vec<Moment>,
    /// Write nothing, only say what would be saved
    #[arg(long)]
    pub dry_run: bool,
    /// Say to which tables and indexes the frames belong that are kept and dropped
    #[arg(long)]
    pub tables: bool,
    /// The file to write
    #[arg(short, long, value_name = "OUT", required_unless_present = "dry_run")]
    pub output: Option<PathBuf>,
    /// Replace OUT if it exists
    #[arg(long)]
    pub force: bool,
    /// How to print what was done
    #[arg(long, value_name = "FORMAT", default_value = "full")]
    pub format: TextOrJson,
}

const DUMP_EXAMPLES: &str = "\
Examples:
  stillframe dump app.db                           everything, as SQL text
  stillframe dump app.db orders --at 7             one table as commit 7 left it
  stillframe dump app.db --schema                  the statements without the rows
  stillframe dump app.db orders --format csv -o orders.csv
  stillframe dump app.db --format jsonl            a JSON object for each row

Exit status:
  0    written
  1    written, and rows are missing or a warning was given; or SQLite would refuse the database
  2    wrong usage, or the output could not be written
  3    the input could not be read
  130  interrupted: no output file was made";

/// Options of `dump`.
#[derive(Debug, Group)]
pub struct Dump {
    /// A database, with its WAL beside it
    #[arg(value_name = "DB")]
    pub path: PathBuf,
    /// The tables to write, and by their names indexes, views and triggers; without any, all
    #[arg(value_name = "TABLE")]
    pub tables: Vec<String>,
    #[command(flatten)]
    pub wal: WalFile,
    #[command(flatten)]
    pub at: At,
    /// Write the statements that make the tables, and no rows
    #[arg(long)]
    pub schema: bool,
    /// How to write rows
    #[arg(long, value_name = "FORMAT", default_value = "sql")]
    pub format: DumpFormat,
    /// The file to write; without it, standard output
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// Replace OUT if it exists
    #[arg(long, requires = "output")]
    pub force: bool,
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
    /// The moment: the number of a commit, `last` (the default), or 0 for the database file alone
    #[arg(long, value_name = "COMMIT")]
    pub at: Option<Moment>,
}

impl At {
    /// The commit; `None` for the last one.
    pub fn commit(&self) -> Option<CommitNumber> {
        self.at.and_then(Moment::commit)
    }

    /// Whether the moment was asked for.
    pub const fn is_given(&self) -> bool {
        self.at.is_some()
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
    /// After this commit, or the database file alone.
    Commit(CommitNumber),
}

impl std::str::FromStr for Moment {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "last" {
            return Ok(Self::Last);
        }
        match text.parse() {
            Ok(number) => Ok(Self::Commit(CommitNumber::new(number))),
            Err(_) => Err("expected the number of a commit, or `last`"),
        }
    }
}

/// A moment that a WAL has.
fn of_a_wal(text: &str) -> Result<Moment, &'static str> {
    match text.parse()? {
        Moment::Commit(CommitNumber::DATABASE) => {
            Err("0 is the database file alone; the commits of a WAL are counted from 1")
        }
        moment => Ok(moment),
    }
}

impl Moment {
    /// The commit; `None` for the last one.
    pub const fn commit(self) -> Option<CommitNumber> {
        match self {
            Self::Last => None,
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

/// How `check` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// Text for people
    Full,
    /// A line a finding
    Concise,
    /// One JSON document
    Json,
    /// A JSON document a database, each on a line
    Jsonl,
    /// The rows of SQLite's PRAGMA integrity_check, at --level quick of quick_check, and nothing else
    Pragma,
}

/// How much of the inside of a database `check` looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CheckLevel {
    /// Every page is there for exactly one thing, and every tree and list in order
    Structure,
    /// And what PRAGMA quick_check looks at: types of values, entries of indexes counted
    Quick,
    /// And what PRAGMA integrity_check looks at: every row has its entry in every index
    Full,
}

impl From<CheckLevel> for Level {
    fn from(level: CheckLevel) -> Self {
        match level {
            CheckLevel::Structure => Self::Structure,
            CheckLevel::Quick => Self::Quick,
            CheckLevel::Full => Self::Full,
        }
    }
}

impl CheckFormat {
    /// How inputs are called in it.
    pub const fn names(self) -> Names {
        match self {
            Self::Full | Self::Concise | Self::Pragma => Names::Shown,
            Self::Json | Self::Jsonl => Names::Raw,
        }
    }
}

/// How `dump` writes rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DumpFormat {
    /// Statements that make the tables again
    Sql,
    /// The rows of one table, below the names of its columns
    Csv,
    /// A JSON object for each row, each on a line
    Jsonl,
}

/// How `log` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Text for people
    Full,
    /// One JSON document
    Json,
    /// A JSON document a commit, each on a line
    Jsonl,
}

impl LogFormat {
    /// How inputs are called in it.
    pub const fn names(self) -> Names {
        match self {
            Self::Full => Names::Shown,
            Self::Json | Self::Jsonl => Names::Raw,
        }
    }
}

/// The least severity that counts.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum FailOn {
    /// Anything worth knowing
    Note,
    /// What a healthy set would not look like
    Warning,
    /// Committed content that is lost or wrong
    Error,
}

impl FailOn {
    /// As the rules know it.
    pub const fn severity(self) -> Severity {
        match self {
            Self::Note => Severity::Note,
            Self::Warning => Severity::Warning,
            Self::Error => Severity::Error,
        }
    }
}
