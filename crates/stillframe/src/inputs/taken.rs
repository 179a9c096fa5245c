//! What was found already, where several paths lead to it.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Databases and archives that were found: each is read once.
#[derive(Default)]
pub struct Taken(HashSet<PathBuf>);

impl Taken {
    /// Whether it was not yet taken, and now is.
    pub fn take(&mut self, path: &Path) -> bool {
        self.0.insert(place(path))
    }

    /// Whether it was taken.
    pub fn has(&self, path: &Path) -> bool {
        self.0.contains(&place(path))
    }
}

/// A path that is the same for all that lead to one name in one folder. What a link of another name leads to may have
/// other files beside it.
fn place(path: &Path) -> PathBuf {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    match (fs::canonicalize(folder), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_path_buf(),
    }
}
