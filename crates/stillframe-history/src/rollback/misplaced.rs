use stillframe_journal::record::checksum;
use stillframe_journal::{RecordNumber, Slot, SlotReason};

use super::{JournalEvent, Rollback};
use crate::{BackupSet, Error};

/// Records in the part of a journal that SQLite plays back which SQLite does not write: it journals a page once, with a bit
/// for each that it has (`pInJournal` in `pager.c`), and none behind the size that the database had before.
///
/// The number of a page is no part of the checksum of its record, so that a wrong one does not show there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Misplaced {
    /// How many there are. Of two of a page one is counted.
    pub records: u64,
    /// The first of them.
    pub first: Slot,
    /// The record that is played back of the same page; `None` where the page is behind the size.
    pub again: Option<RecordNumber>,
}

impl Misplaced {
    /// Looks for them in the journal of `set`, which was followed; only where there are any is it read once more.
    ///
    /// # Errors
    /// The journal could not be read.
    pub fn of(set: &BackupSet, rollback: &Rollback) -> Result<Option<Self>, Error> {
        let count = |what| rollback.count(|reason| reason == what);
        let twice = count(SlotReason::PlayedBack) - rollback.pages() as u64;
        if twice + count(SlotReason::BeyondInitialSize) == 0 {
            return Ok(None);
        }
        // Where the first header is damaged, pages that the database had are behind the size that it names.
        let size = rollback.agreed_size();
        let (mut found, mut nonce) = (None::<Self>, 0);
        Rollback::follow(set, &(), |event| match event {
            JournalEvent::Segment(segment) => nonce = segment.header.nonce,
            JournalEvent::Slot(slot, page) => {
                let again = match slot.reason {
                    SlotReason::PlayedBack => rollback.played_later(&slot),
                    _ => None,
                };
                // What is left over of a transaction before is passed over as well, behind a header that counts nothing.
                let is_behind = slot.reason == SlotReason::BeyondInitialSize
                    && slot.page > size
                    && slot.checksum == Some(checksum(nonce, page));
                if again.is_some() || is_behind {
                    let first = Self {
                        records: 0,
                        first: slot,
                        again,
                    };
                    found.get_or_insert(first).records += 1;
                }
            }
        })?;
        Ok(found)
    }
}
