//! Whether the super-journal that a rollback journal names is there.

use std::fs;
use std::path::Path;

use stillframe_history::{BackupSet, SuperJournalFile, SuperJournalName};

/// Looks for the super-journal of a set in the folder of its database, by the last part of the name. Nothing else is
/// looked at, wherever the name leads, and the file is not opened. That it is not there is known where the database that
/// it was made beside lies in that folder: a super-journal lies beside one of its databases.
pub fn look_for(set: &BackupSet, database: &Path) -> anyhow::Result<SuperJournalFile> {
    let unknown = SuperJournalFile::Unknown;
    let Some(name) = SuperJournalName::of(set)? else {
        return Ok(unknown);
    };
    let beside = name.database.as_deref().and_then(last_part);
    let (Some(last), Some(beside)) = (last_part(&name.name), beside) else {
        return Ok(unknown);
    };
    let found = fs::metadata(database.with_file_name(last));
    Ok(match found {
        Ok(found) if found.is_file() && found.len() == 0 => SuperJournalFile::Empty,
        Ok(_) => SuperJournalFile::Present,
        Err(_) if database.with_file_name(beside).exists() => SuperJournalFile::Missing,
        Err(_) => unknown,
    })
}

/// The name of a file at the end of a path, if that climbs nowhere.
fn last_part(path: &[u8]) -> Option<&str> {
    let mut parts = std::str::from_utf8(path).ok()?.split(['/', '\\']);
    let last = parts.next_back()?;
    let is_plain = !last.is_empty() && !last.contains(':') && parts.all(|part| part != "..");
    is_plain.then_some(last)
}
