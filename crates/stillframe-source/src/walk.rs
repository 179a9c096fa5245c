//! The files below a directory.

use std::io;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::Error;

/// Every regular file below the directory `path`, or `path` itself if it is a file.
///
/// The order is fixed: the entries of a directory by name (bytes, not language), and a directory's
/// files where its name stands. Symbolic links below `path` are not followed, so there are no
/// cycles and nothing outside is listed; `path` itself may be one. A folder that cannot be read
/// is an [`Error::List`] and the walk goes on with the next entry. The names of one directory at
/// a time, and of those above it, are held in memory.
pub fn walk(path: &Path) -> impl Iterator<Item = Result<PathBuf, Error>> + use<> {
    let top = path.to_path_buf();
    WalkDir::new(path)
        .sort_by_file_name()
        .into_iter()
        .filter_map(move |entry| match entry {
            // Only the top is ever followed; what it leads to is asked for here.
            Ok(entry) if entry.depth() == 0 => top.is_file().then(|| Ok(entry.into_path())),
            Ok(entry) => entry.file_type().is_file().then(|| Ok(entry.into_path())),
            Err(error) => Some(Err(Error::List {
                name: error.path().unwrap_or(&top).to_string_lossy().into_owned(),
                source: io::Error::from(error),
            })),
        })
}

#[cfg(test)]
mod tests;
