//! Where sets are.

use std::path::{Path, PathBuf};

use stillframe_format::FileKind;

use super::pairing::Paired;

/// Where a set is.
#[derive(Debug)]
pub enum Place {
    Stdin,
    Files {
        /// The file that was named, or the first of the set that was met.
        named: PathBuf,
        database: PathBuf,
        /// What the file is, where it is the only one below a folder, and was looked at.
        kind: Option<FileKind>,
        /// What it was given by its content.
        paired: Option<Box<Paired>>,
    },
    Archive {
        path: PathBuf,
        /// Other files of the set, where it is a file that is compressed for itself.
        with: Vec<PathBuf>,
        /// What is wanted of it.
        member: Option<PathBuf>,
        /// Whether it was named, and not just met in a folder.
        is_named: bool,
    },
}

impl Place {
    /// The files that are there, but for what lies beside a database.
    pub fn files(&self) -> Vec<&Path> {
        match self {
            Self::Stdin => Vec::new(),
            Self::Files {
                named,
                database,
                paired,
                ..
            } => {
                let paired = paired.iter().flat_map(|paired| paired.paths());
                [named.as_path(), database]
                    .into_iter()
                    .chain(paired)
                    .collect()
            }
            Self::Archive { path, with, .. } => {
                let with = with.iter().map(PathBuf::as_path);
                [path.as_path()].into_iter().chain(with).collect()
            }
        }
    }
}
