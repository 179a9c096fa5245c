use std::path::PathBuf;

use clap::Args as Group;
use stillframe_wal::CommitNumber;

use super::{Moment, TextOrJson};

pub(super) const EXAMPLES: &str = "\
Examples:
  stillframe compact app.db-wal -o small.db-wal     keep the last commit
  stillframe compact app.db-wal --keep 3,7,last -o small.db-wal
  stillframe compact app.db-wal --dry-run           only say what would be saved

Exit status:
  0    written, or the dry run is done
  1    written with a warning; or nothing was written, as SQLite ignores or refuses the WAL, or
       commits behind a damaged frame would be left out
  2    wrong usage, or the output could not be written
  3    the input could not be read
  130  interrupted: no output was made";

/// Options of `compact`.
#[derive(Debug, Group)]
pub struct Compact {
    /// A WAL, or the database that it lies beside
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

/// A moment that a WAL has.
fn of_a_wal(text: &str) -> Result<Moment, &'static str> {
    match text.parse()? {
        Moment::Commit(CommitNumber::DATABASE) => {
            Err("0 is the database file alone; the commits of a WAL are counted from 1")
        }
        Moment::RolledBack => Err("a rollback journal is no moment of a WAL; name a commit"),
        moment => Ok(moment),
    }
}
