//! How the names of a database and its sidecars are made of each other.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use same_file::is_same_file;
use stillframe_history::Role;

/// Endings of file names that databases have.
const DATABASE_ENDINGS: [&str; 6] = ["db", "db3", "sqlite", "sqlite3", "sqlitedb", "s3db"];

/// Whether a file has a name as databases have.
pub fn looks_like_database(path: &Path) -> bool {
    path.extension()
        .and_then(|ending| ending.to_str())
        .is_some_and(|ending| {
            DATABASE_ENDINGS
                .iter()
                .any(|known| known.eq_ignore_ascii_case(ending))
        })
}

/// The path of the database that a file belongs to by its name: its own where it is no sidecar.
pub fn database_of(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default();
    Role::SIDECARS
        .into_iter()
        .find_map(|role| strip_suffix(name, role.suffix()))
        .filter(|database| !database.is_empty())
        .map_or_else(
            || path.to_path_buf(),
            |database| path.with_file_name(database),
        )
}

/// A name without its ending, also where it is not UTF-8.
#[cfg(unix)]
fn strip_suffix<'a>(name: &'a OsStr, suffix: &str) -> Option<&'a OsStr> {
    use std::os::unix::ffi::OsStrExt as _;
    let start = name.as_bytes().strip_suffix(suffix.as_bytes())?;
    Some(OsStr::from_bytes(start))
}

#[cfg(not(unix))]
fn strip_suffix<'a>(name: &'a OsStr, suffix: &str) -> Option<&'a OsStr> {
    name.to_str()?.strip_suffix(suffix).map(OsStr::new)
}

/// The path of a sidecar of a database, by its name.
pub fn sidecar(database: &Path, role: Role) -> PathBuf {
    let mut path = OsString::from(database);
    path.push(role.suffix());
    path.into()
}

/// The path of a sidecar. Where the name of the database is a link, SQLite looks beside the file that it leads to (on
/// Windows it does not); what lies beside the link is taken where nothing does there, as in a store that keeps each file
/// under a name of its own.
pub fn sidecar_of(database: &Path, role: Role) -> PathBuf {
    let beside = sidecar(database, role);
    if cfg!(windows) || !database.is_symlink() {
        return beside;
    }
    let Ok(itself) = fs::canonicalize(database) else {
        return beside;
    };
    let there = sidecar(&itself, role);
    if is_there(&there) && !is_same_file(&there, &beside).unwrap_or(false) {
        there
    } else {
        beside
    }
}

/// Whether there is anything of that name. A link that leads nowhere is there: to pass over it would be to pass over a
/// WAL.
pub fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// Whether it is a file itself, and no link.
pub fn is_plain_file(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|found| found.is_file())
}

/// What is in a folder that can be read; an empty path is the working directory.
pub fn paths_in(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let is_here = folder.as_os_str().is_empty();
    let found = fs::read_dir(if is_here { Path::new(".") } else { folder });
    let files = found.into_iter().flatten().flatten();
    files.map(move |file| folder.join(file.file_name()))
}

/// Bytes of a name as a name.
#[cfg(unix)]
pub fn os_str(bytes: &[u8]) -> Option<&OsStr> {
    use std::os::unix::ffi::OsStrExt as _;
    Some(OsStr::from_bytes(bytes))
}

/// Bytes of a name as a name, where they are text.
#[cfg(not(unix))]
pub fn os_str(bytes: &[u8]) -> Option<&OsStr> {
    std::str::from_utf8(bytes).ok().map(OsStr::new)
}
