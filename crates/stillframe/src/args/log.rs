use std::path::PathBuf;

use clap::{Args as Group, ValueEnum};

use super::WalFile;
use crate::inputs::Names;

pub(super) const EXAMPLES: &str = "\
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
