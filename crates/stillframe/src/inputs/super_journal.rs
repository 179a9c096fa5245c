//! Whether the super-journal that a rollback journal names is there, and what it lists.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use stillframe_history::{BackupSet, Input, SuperJournalFile, SuperJournalName};
use stillframe_journal::super_journal::MAX_CHILDREN_BYTES;

use super::found::Names;

/// Looks for the super-journal of a set in the folder of its database, by the last part of the name, and reads what
/// stands in it. Nothing else is looked at, wherever the name leads. That it is not there is known where the database that
/// it was made beside lies in that folder: a super-journal lies beside one of its databases.
pub fn look_for(set: &mut BackupSet, database: &Path, names: Names) -> anyhow::Result<()> {
    let Some(name) = SuperJournalName::of(set)? else {
        return Ok(());
    };
    let beside = name.database.as_deref().and_then(last_part);
    let (Some(last), Some(beside)) = (last_part(&name.name), beside) else {
        return Ok(());
    };
    let place = database.with_file_name(last);
    set.super_journal_is_sought_elsewhere = !is_path_of(&name.name, database, last);
    // As SQLite asks for it on Unix: by what a link leads to, and only a file can be empty.
    set.super_journal = match fs::metadata(&place) {
        Ok(found) if found.is_file() && found.len() == 0 => SuperJournalFile::Empty,
        Ok(_) => {
            if is_short_file(&place) {
                set.super_journal_list = Some(Input::new(names.name(&place), fs::read(&place)?));
            }
            SuperJournalFile::Present
        }
        Err(_) if database.with_file_name(beside).exists() => SuperJournalFile::Missing,
        Err(_) => SuperJournalFile::Unknown,
    };
    Ok(())
}

/// Whether it is a file itself, and no longer than SQLite writes one: neither a pipe is waited for, nor a link followed to
/// what is none of a backup's.
fn is_short_file(place: &Path) -> bool {
    fs::symlink_metadata(place)
        .is_ok_and(|found| found.is_file() && found.len() <= MAX_CHILDREN_BYTES as u64)
}

/// Whether a name is the path of a file of the name `last` beside the database, as SQLite makes such a path.
fn is_path_of(name: &[u8], database: &Path, last: &OsStr) -> bool {
    let place = full_path(database).map(|database| database.with_file_name(last));
    place.is_ok_and(|place| {
        let place = place.as_os_str().as_encoded_bytes();
        match cfg!(windows) {
            true => place.eq_ignore_ascii_case(name),
            false => place == name,
        }
    })
}

/// The path of a database as SQLite makes it (`unixFullPathname` in `os_unix.c`, which follows links).
#[cfg(not(windows))]
fn full_path(database: &Path) -> io::Result<PathBuf> {
    fs::canonicalize(database)
}

/// The path of a database as SQLite makes it: `winFullPathname` in `os_win.c` follows no link, and a path that has been
/// followed to its end would begin with `\\?\`.
#[cfg(windows)]
fn full_path(database: &Path) -> io::Result<PathBuf> {
    std::path::absolute(database)
}

/// The name of a file at the end of a path, if that climbs nowhere.
fn last_part(path: &[u8]) -> Option<&OsStr> {
    let mut parts = path.split(|byte| matches!(byte, b'/' | b'\\'));
    let last = parts.next_back()?;
    let is_plain = !last.is_empty() && !last.contains(&b':') && parts.all(|part| part != b"..");
    os_str(last).filter(|_| is_plain)
}

#[cfg(unix)]
fn os_str(bytes: &[u8]) -> Option<&OsStr> {
    use std::os::unix::ffi::OsStrExt as _;
    Some(OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn os_str(bytes: &[u8]) -> Option<&OsStr> {
    std::str::from_utf8(bytes).ok().map(OsStr::new)
}
