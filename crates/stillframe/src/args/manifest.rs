use std::path::PathBuf;

use clap::Args as Group;

pub(super) const EXAMPLES: &str = "\
Examples:
  stillframe manifest /srv/data -o data.manifest.json     where the originals are
  stillframe check backup.tar.zst --manifest data.manifest.json
  stillframe manifest app.db                              to standard output

Exit status:
  0    written
  1    written, and SQLite would not have one of the databases: only its files are recorded
  2    wrong usage, or the output could not be written
  3    an input could not be read, or changed meanwhile: nothing was written
  130  interrupted: no output was made";

/// Options of `manifest`.
#[derive(Debug, Group)]
pub struct Manifest {
    /// A folder, an archive, or a database with its sidecars beside it
    #[arg(value_name = "PATH")]
    pub path: PathBuf,
    /// The file to write; standard output where none is named
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// Replace OUT if it exists
    #[arg(long, requires = "output")]
    pub force: bool,
}
