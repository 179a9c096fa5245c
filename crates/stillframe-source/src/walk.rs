//! The files below a directory.

use std::io;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::Error;

/// What a walk meets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walked {
    /// Where it is.
    pub path: PathBuf,
    /// Whether it is a symbolic link, to whatever; else it is a regular file.
    pub is_link: bool,
}

/// Every regular file and every symbolic link below the directory `path`, or `path` itself if it is a file.
///
/// The order is fixed: the entries of a directory by name (bytes, not language), and a directory's
/// files where its name stands. Symbolic links below `path` are not followed, so there are no
/// cycles and nothing outside is listed; `path` itself may be one. A folder that cannot be read
/// is an [`Error::List`] and the walk goes on with the next entry. The names of one directory at
/// a time, and of those above it, are held in memory.
pub fn walk(path: &Path) -> impl Iterator<Item = Result<Walked, Error>> + use<> {
    let top = path.to_path_buf();
    WalkDir::new(path)
        .sort_by_file_name()
        .into_iter()
        .filter_map(move |entry| match entry {
            Ok(entry) => {
                // Only the top is ever followed; what it leads to is asked for here.
                let is_top = entry.depth() == 0;
                let is_link = entry.file_type().is_symlink() && !is_top;
                let is_file = match is_top {
                    true => top.is_file(),
                    false => entry.file_type().is_file(),
                };
                let path = entry.into_path();
                (is_file || is_link).then_some(Ok(Walked { path, is_link }))
            }
            Err(error) => Some(Err(Error::List {
                name: error.path().unwrap_or(&top).to_string_lossy().into_owned(),
                source: io::Error::from(error),
            })),
        })
}

#[cfg(test)]
mod tests;
