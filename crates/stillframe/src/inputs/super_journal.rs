//! Whether the super-journal that a rollback journal names is there.

use std::fs;
use std::path::Path;

use stillframe_history::{BackupSet, SuperJournalFile, SuperJournalName};

/// Bytes that SQLite appends to the name of a database to name a super-journal: `-mjXXXXXX9XX`.
const ENDING_BYTES: usize = 12;

/// Looks for the super-journal of a set in the folder of its database, by the last part of the name. Nothing else is
/// looked at, wherever the name leads, and the file is not opened. That it is not there is known where the database that
/// it was made beside lies in that folder: a super-journal lies beside one of its databases.
pub fn look_for(set: &BackupSet, database: &Path) -> anyhow::Result<SuperJournalFile> {
    let unknown = SuperJournalFile::Unknown;
    let Some(name) = SuperJournalName::of(set)?.filter(|name| name.is_heeded) else {
        return Ok(unknown);
    };
    let Ok(name) = std::str::from_utf8(&name.name) else {
        return Ok(unknown);
    };
    let mut parts = name.split(['/', '\\']);
    let Some(last) = parts.next_back().filter(|last| !last.is_empty()) else {
        return Ok(unknown);
    };
    if parts.any(|part| part == "..") || last.contains(':') {
        return Ok(unknown);
    }
    Ok(match fs::metadata(database.with_file_name(last)) {
        Ok(found) if found.is_file() && found.len() == 0 => SuperJournalFile::Empty,
        Ok(_) => SuperJournalFile::Present,
        Err(_) => {
            let beside = last.len().checked_sub(ENDING_BYTES);
            let beside = beside.and_then(|end| last.get(..end));
            match beside.filter(|beside| !beside.is_empty()) {
                Some(beside) if database.with_file_name(beside).exists() => {
                    SuperJournalFile::Missing
                }
                _ => unknown,
            }
        }
    })
}
