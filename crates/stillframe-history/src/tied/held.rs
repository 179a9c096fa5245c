use stillframe_format::PageSize;

use crate::timeline::window;
use crate::{BackupSet, Error, Input, Progress, Rollback};

/// How much of a transaction the database file holds, as it looks beside the journal, which holds the pages as they were
/// before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// The file is as the journal would leave it. A transaction that was committed has changed page 1 at least.
    Nothing,
    /// Some pages are as they were before and others not: a part of it, or all, as it need not have changed each page that
    /// the journal holds.
    Some,
    /// Every page that the journal holds is another one now, and the file is as long as page 1 says.
    All,
}

impl Held {
    /// Compares the database file with the journal, until both a page that is the same and one that is not are known.
    ///
    /// # Errors
    /// The set could not be read.
    pub fn read(set: &BackupSet, progress: &dyn Progress) -> Result<Self, Error> {
        let rollback = Rollback::read(set, progress)?;
        let (Some(journal), Some(database)) = (&set.journal, &set.database) else {
            return Ok(Self::Some);
        };
        let (Some(layout), Some(size)) = (rollback.layout(), rollback.initial_size()) else {
            return Ok(Self::Some);
        };
        let size_before = u64::from(size) * u64::from(layout.page_size.get());
        let has_size_before = database.bytes.len() == size_before;
        let (mut same, mut changed) = (false, !has_size_before);
        for (page, _) in rollback.records() {
            let Some(record) = rollback.record(page) else {
                continue;
            };
            let now = page.offset(layout.page_size);
            let is_same = same_page(journal, record.offset, database, now, layout.page_size)?;
            (same, changed) = (same || is_same, changed || !is_same);
            if same && changed {
                return Ok(Self::Some);
            }
        }
        Ok(match (same, changed) {
            (true, false) => Self::Nothing,
            (false, true) if has_named_size(set)? => Self::All,
            _ => Self::Some,
        })
    }
}

/// Whether a page is in the database file as it is in the journal. One that was cut off is not.
fn same_page(
    journal: &Input,
    before: u64,
    database: &Input,
    now: u64,
    size: PageSize,
) -> Result<bool, Error> {
    let length = size.get() as usize;
    if database.bytes.len() < now.saturating_add(length as u64) {
        return Ok(false);
    }
    Ok(window(journal, before, length)?[..] == window(database, now, length)?[..])
}

/// Whether the database file has as many pages as its header counts: what a transaction adds is written last.
fn has_named_size(set: &BackupSet) -> Result<bool, Error> {
    let header = set.database_header()?;
    Ok(header.is_some_and(|header| {
        let named = u64::from(header.size_in_pages);
        let size = header.page_size().map_or(0, |size| u64::from(size.get()));
        named * size == set.database_bytes()
    }))
}
