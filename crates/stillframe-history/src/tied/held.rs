use core::cmp::Ordering;

use stillframe_database::Header as DatabaseHeader;
use stillframe_format::PageSize;
use stillframe_journal::header::RECORDS_THAT_FIT;
use stillframe_journal::{Header, SegmentKind};

use crate::timeline::window;
use crate::{BackupSet, Error, Input, JournalEvent, Progress, Rollback};

/// How much of a transaction the database file holds, as it looks beside the journal, which holds the pages as they were
/// before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// The file is as the journal would leave it. A transaction that was committed has changed page 1 at least.
    Nothing,
    /// A part of it: records at the end of the journal were never synced, or the file is shorter than page 1 says. So pages
    /// were still to be written, and it was not committed.
    Unfinished,
    /// Some pages are as they were before and others not, or the cache had no room for all of them: a part of it, or all, as
    /// it need not have changed each page that the journal holds, and may have written one more than once.
    Some,
    /// The pages were written in one go, by their numbers, and the last one that the journal holds is another one now, or
    /// the file became longer; and it is as long as page 1 says.
    All,
}

impl Held {
    /// Compares the database file with the journal, as far as it takes to tell.
    ///
    /// # Errors
    /// The set could not be read.
    pub fn read(set: &BackupSet, progress: &dyn Progress) -> Result<Self, Error> {
        let mut is_synced = true;
        let rollback = Rollback::follow(set, progress, |event| {
            // SQLite cuts the journal off behind the name of the super-journal, so that none is left over from before.
            if let JournalEvent::Segment(segment) = event {
                is_synced &= segment.kind != SegmentKind::Unsynced;
            }
        })?;
        let (Some(journal), Some(database)) = (&set.journal, &set.database) else {
            return Ok(Self::Some);
        };
        let (Some(layout), Some(size)) = (rollback.layout(), rollback.initial_size()) else {
            return Ok(Self::Some);
        };
        let size_before = u64::from(size) * u64::from(layout.page_size.get());
        let size_now = database.bytes.len();
        let is_in_order = was_written_in_order(&rollback);
        let (mut same, mut changed) = (None, None);
        for (page, _) in rollback.records() {
            let Some(record) = rollback.record(page) else {
                continue;
            };
            let now = page.offset(layout.page_size);
            let is_same = same_page(journal, record.offset, database, now, layout.page_size)?;
            match is_same {
                true => same = Some(page),
                false => changed = Some(page),
            }
            // Where pages were not written in order, one that is there tells nothing of others.
            if changed.is_some() && !is_in_order {
                break;
            }
        }
        let has_other_size = size_now != size_before;
        let is_behind_all = size_now > size_before || changed > same;
        Ok(match (same, changed) {
            (Some(_), None) if !has_other_size => Self::Nothing,
            _ if !is_synced => Self::Unfinished,
            (None, None) if !has_other_size => Self::Some,
            _ => match size_now.cmp(&named_size(set)?.unwrap_or(size_now)) {
                Ordering::Less => Self::Unfinished,
                Ordering::Equal if is_in_order && is_behind_all => Self::All,
                Ordering::Equal | Ordering::Greater => Self::Some,
            },
        })
    }
}

/// Whether the pages of the transaction were written in one go, by their numbers, so that one that is there shows that those
/// before it are: a full cache writes none before the records are synced, and a header follows those (`pagerStress` and
/// `syncJournal` in `pager.c`).
fn was_written_in_order(rollback: &Rollback) -> bool {
    let is_counted = |header: &Header| header.records != RECORDS_THAT_FIT;
    rollback.segments() == 1 && rollback.header().is_some_and(is_counted)
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

/// How many bytes the database file has by the size in its header, where that is valid: what a transaction adds is written
/// last.
fn named_size(set: &BackupSet) -> Result<Option<u64>, Error> {
    let header = set.database_header()?.filter(DatabaseHeader::size_is_valid);
    Ok(header.and_then(|header| {
        let page = u64::from(header.page_size()?.get());
        Some(u64::from(header.size_in_pages) * page)
    }))
}
