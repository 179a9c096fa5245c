//! Whether the super-journal that a rollback journal names is there, and what it lists.

use std::ffi::OsStr;
use std::path::Path;

use stillframe_history::{BackupSet, Input, SuperJournalFile, SuperJournalName};

use super::beside::Beside;
use super::found::Names;
use super::paths::os_str;

/// Looks for the super-journal of a set in the folder of its database, by the last part of the name, and reads what
/// stands in it. Nothing else is looked at, wherever the name leads. That it is not there is known where the database that
/// it was made beside lies in that folder: a super-journal lies beside one of its databases.
pub fn look_for(
    set: &mut BackupSet,
    database: &Path,
    names: Names,
    files: &Beside<'_>,
) -> anyhow::Result<()> {
    let Some(name) = SuperJournalName::of(set)? else {
        return Ok(());
    };
    let beside = name.database.as_deref().and_then(last_part);
    let (Some(last), Some(beside)) = (last_part(&name.name), beside) else {
        return Ok(());
    };
    let place = files.path(database, last);
    // Where its path leads into that folder, SQLite looks nowhere else.
    let is_here = files.is_path_of(&name.name, database, last);
    set.super_journal_is_sought_elsewhere = !is_here;
    set.super_journal = match files.length(&place) {
        // Only a file can be empty.
        Some(Some(0)) => SuperJournalFile::Empty,
        Some(_) => {
            let list = files.read_short(&place)?;
            set.super_journal_list = list.map(|list| Input::new(names.name(&place), list));
            SuperJournalFile::Present
        }
        None if is_here || files.has(&files.path(database, beside)) => SuperJournalFile::Missing,
        None => SuperJournalFile::Unknown,
    };
    Ok(())
}

/// The name of a file at the end of a path, if that climbs nowhere.
pub fn last_part(path: &[u8]) -> Option<&OsStr> {
    let mut parts = path.split(|byte| matches!(byte, b'/' | b'\\'));
    let last = parts.next_back()?;
    let is_plain = !last.is_empty() && !last.contains(&b':') && parts.all(|part| part != b"..");
    os_str(last).filter(|_| is_plain)
}
