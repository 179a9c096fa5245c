use core::cmp::Ordering;

use stillframe_database::Header as DatabaseHeader;
use stillframe_database::header::HEADER_BYTES;
use stillframe_format::{PageNumber, PageSize};
use stillframe_journal::header::RECORDS_THAT_FIT;
use stillframe_journal::{SegmentKind, SlotReason};

use crate::base::Base;
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
    /// A part of it: something is wrong in the file, and not once the journal is played back ([`Child::tell_damaged`](super::Child::tell_damaged)).
    Damaged,
    /// The file is as long as page 1 says, and the last page that there was to write is another one now. Pages are written
    /// in the order of their numbers when the transaction is committed, and those whose records were synced last not before
    /// that.
    All,
}

impl Held {
    /// Compares the database file with the journal, as far as it takes to tell.
    ///
    /// # Errors
    /// The set could not be read.
    pub fn read(set: &BackupSet, progress: &dyn Progress) -> Result<Self, Error> {
        let mut segments = Segments::default();
        let rollback = Rollback::follow(set, progress, |event| segments.take(event))?;
        let (Some(journal), Some(database)) = (&set.journal, &set.database) else {
            return Ok(Self::Some);
        };
        let (Some(layout), Some(size)) = (rollback.layout(), rollback.initial_size()) else {
            return Ok(Self::Some);
        };
        let size_before = u64::from(size) * u64::from(layout.page_size.get());
        let size_now = database.bytes.len();
        let is_same = |page: PageNumber| {
            let record = rollback.record(page).map(|record| record.offset);
            let now = page.offset(layout.page_size);
            let same = |before| same_page(journal, before, database, now, layout.page_size);
            record.map(same).transpose()
        };
        let (mut same, mut changed) = (None, None);
        for (page, _) in rollback.records() {
            match is_same(page)? {
                Some(true) => same = Some(page),
                Some(false) => changed = Some(page),
                None => {}
            }
            // Where pages were not written in order, one that is there tells nothing of others.
            if changed.is_some() && !segments.is_one() {
                break;
            }
        }
        let is_encrypted = Base::as_found(set).is_encrypted()?;
        let has_other_size = size_now != size_before;
        Ok(match (same, changed) {
            (Some(_), None) if !has_other_size => Self::Nothing,
            _ if !segments.are_synced => Self::Unfinished,
            // The same page is encrypted otherwise in the journal.
            (_, Some(_)) if is_encrypted => Self::Some,
            (None, None) if !has_other_size => Self::Some,
            _ => match size_now.cmp(&named_size(set)?.unwrap_or(size_now)) {
                Ordering::Less => Self::Unfinished,
                Ordering::Greater => Self::Some,
                // What is added is written last.
                Ordering::Equal if segments.is_one() && size_now > size_before => Self::All,
                Ordering::Equal => {
                    let last = segments.last_to_be_written().filter(|_| !has_other_size);
                    let is_written = last.map(is_same).transpose()?.flatten() == Some(false);
                    match is_written && !may_be_more(set, &rollback, last)? {
                        true => Self::All,
                        false => Self::Some,
                    }
                }
            },
        })
    }
}

/// What the headers of a journal tell of the order in which pages were written (`pagerStress`, `syncJournal` and
/// `sqlite3PagerCommitPhaseOne` in `pager.c`). A full cache writes pages before the end, once their records are synced, and a
/// new header follows those. What is left is written at the end, by page numbers, when the last segment is synced.
struct Segments {
    count: u64,
    /// The last page of the journal, and the number of the segment that it is in.
    last: Option<(PageNumber, u64)>,
    /// Whether each header counts its records, which it does not where they are not synced.
    are_counted: bool,
    are_synced: bool,
}

impl Default for Segments {
    fn default() -> Self {
        Self {
            count: 0,
            last: None,
            are_counted: true,
            are_synced: true,
        }
    }
}

impl Segments {
    fn take(&mut self, event: JournalEvent<'_>) {
        match event {
            JournalEvent::Segment(segment) => {
                self.count += 1;
                self.are_counted &= segment.header.records != RECORDS_THAT_FIT;
                // SQLite cuts the journal off behind the name of the super-journal, so that none is left over from before.
                self.are_synced &= segment.kind != SegmentKind::Unsynced;
            }
            JournalEvent::Slot(slot, _) if slot.reason == SlotReason::PlayedBack => {
                let page = slot.page.and_then(PageNumber::new);
                let last = page.map(|page| (page, self.count));
                self.last = self.last.max(last);
            }
            JournalEvent::Slot(..) => {}
        }
    }

    /// Whether nothing was written before the end.
    const fn is_one(&self) -> bool {
        self.count == 1 && self.are_counted
    }

    /// The last page of the journal, where it was written at the end, behind all others of the journal.
    fn last_to_be_written(&self) -> Option<PageNumber> {
        let (page, segment) = self.last?;
        (self.are_counted && segment == self.count).then_some(page)
    }
}

/// Whether pages that were free before may be written behind `last`: the journal does not hold those (`PAGER_GET_NOCONTENT`).
fn may_be_more(
    set: &BackupSet,
    rollback: &Rollback,
    last: Option<PageNumber>,
) -> Result<bool, Error> {
    let is_at_end = last.map(PageNumber::get) == rollback.initial_size();
    Ok(!is_at_end && had_free_pages(set, rollback)?)
}

/// Whether there were free pages before the transaction, as page 1 in the journal says, or that of the file if it is not in
/// there.
fn had_free_pages(set: &BackupSet, rollback: &Rollback) -> Result<bool, Error> {
    let record = rollback.record(PageNumber::FIRST);
    let header = match (&set.journal, record) {
        (Some(journal), Some(record)) => {
            DatabaseHeader::parse(&window(journal, record.offset, HEADER_BYTES)?).ok()
        }
        _ => set.database_header()?,
    };
    Ok(header.is_none_or(|header| header.freelist_count > 0))
}

/// Whether the database file is as a journal leaves it that is played back: nothing of the transaction was written yet.
pub(crate) fn is_as_before(set: &BackupSet, rollback: &Rollback) -> Result<bool, Error> {
    let (Some(journal), Some(database)) = (&set.journal, &set.database) else {
        return Ok(false);
    };
    let (Some(layout), Some(size)) = (rollback.layout(), rollback.initial_size()) else {
        return Ok(false);
    };
    let size_before = u64::from(size) * u64::from(layout.page_size.get());
    if database.bytes.len() != size_before {
        return Ok(false);
    }
    for (page, _) in rollback.records() {
        let Some(record) = rollback.record(page) else {
            continue;
        };
        let now = page.offset(layout.page_size);
        if !same_page(journal, record.offset, database, now, layout.page_size)? {
            return Ok(false);
        }
    }
    Ok(true)
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
