use std::path::PathBuf;

use clap::Args as Group;

use super::{At, OutputFile, TextOrJson, WalFile};

pub(super) const EXAMPLES: &str = "\
Examples:
  stillframe rebuild app.db -o rebuilt.db             the last commit
  stillframe rebuild app.db --at 41 -o before.db      the state after commit 41
  stillframe rebuild app.db --at 0 -o without-wal.db  the database file alone
  stillframe rebuild app.db --repair -o repaired.db   what SQLite would not show, put right
  stillframe rebuild app.db --at journal -o was.db    as the rollback journal leaves it

Exit status:
  0    written
  1    written with a warning, and no --at was given; or nothing was written, as SQLite would
       refuse the database, or a page exists nowhere
  2    wrong usage, or the output could not be written
  3    the input could not be read
  130  interrupted: no output was made";

/// What SQLite would not show, and is written all the same.
#[derive(Debug, Group)]
pub struct Repair {
    /// Put damage right: bytes of the WAL whose value its checksums tell, its header, and pages that the database file lacks
    /// and that the WAL still holds from before it was begun anew. What comes of it is checked first
    #[arg(long)]
    pub repair: bool,
    /// As --repair, and write what is behind damage that cannot be put right. What may be damaged or older is named as far as
    /// that is known, and the file is evidence
    #[arg(long, conflicts_with_all = ["at", "ignore_journal"])]
    pub past_damage: bool,
}

impl Repair {
    /// Whether something is to be put right.
    pub const fn is_asked(&self) -> bool {
        self.repair || self.past_damage
    }
}

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
    pub repair: Repair,
    #[command(flatten)]
    pub output: OutputFile,
    /// How to print what was done
    #[arg(long, value_name = "FORMAT", default_value = "full")]
    pub format: TextOrJson,
}
