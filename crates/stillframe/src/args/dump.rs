use std::path::PathBuf;

use clap::{Args as Group, ValueEnum};

use super::{At, WalFile};

pub(super) const EXAMPLES: &str = "\
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
    /// A database, with its WAL or its rollback journal beside it; or a WAL alone
    #[arg(value_name = "DB")]
    pub path: PathBuf,
    /// The tables to write, and by their names indexes, views and triggers; without any, all, but in CSV and JSON
    /// those of SQLite's own, as sqlite_sequence, which are written where they are named
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
