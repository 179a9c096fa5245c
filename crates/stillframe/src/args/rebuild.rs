use std::path::PathBuf;

use clap::Args as Group;

use super::{At, OutputFile, TextOrJson, WalFile};

pub(super) const EXAMPLES: &str = "\
Examples:
  stillframe rebuild app.db -o rebuilt.db             the last commit
  stillframe rebuild app.db --at 41 -o before.db      the state after commit 41
  stillframe rebuild app.db --at 0 -o without-wal.db  the database file alone
  stillframe rebuild app.db --at journal -o was.db    as the rollback journal leaves it

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
    /// A database, with its WAL or its rollback journal beside it; or a WAL alone
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
