//! The first commit of a WAL, and what it tells of the database file that the WAL was begun over.

use stillframe_format::PageNumber;
use stillframe_wal::FrameNumber;

use crate::mismatch::header_in;
use crate::timeline::frame_headers;
use crate::{BackupSet, Error, Timeline};

/// The first commit of a WAL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FirstCommit {
    /// Its last frame.
    last: FrameNumber,
    /// The size of the database in pages after it.
    size: u32,
    /// Its last frame of page 1.
    page_1: Option<FrameNumber>,
}

impl FirstCommit {
    /// `None` where there is no commit.
    pub(crate) fn read(set: &BackupSet, timeline: &Timeline) -> Result<Option<Self>, Error> {
        let (mut page_1, mut found) = (None, None);
        frame_headers(set, timeline, true, |frame, header| {
            if header.page == PageNumber::FIRST.get() {
                page_1 = Some(frame);
            }
            if header.is_commit() {
                found = Some(Self {
                    last: frame,
                    size: header.size_after,
                    page_1,
                });
            }
            found.is_none()
        })?;
        Ok(found)
    }

    /// How many pages the database file had when the WAL was begun, where the first commit did not change that; `None` where it
    /// wrote page 1, and may have.
    pub(crate) fn pages_before(&self) -> Option<u32> {
        self.page_1.is_none().then_some(self.size)
    }

    /// How many pages the database file had at most when the WAL was begun; `None` where that cannot be told.
    ///
    /// A WAL is begun once the file has just the pages of the database (`walCheckpoint` cuts it in `wal.c`). What
    /// changes how many these are writes page 1 (`allocateBtreePage` in `btree.c`). Without auto-vacuum they become
    /// fewer only where every page is written: by `VACUUM`, or by the backup API.
    pub(crate) fn most_pages_before(
        &self,
        set: &BackupSet,
        timeline: &Timeline,
    ) -> Result<Option<u32>, Error> {
        let Some(page_1) = self.page_1 else {
            return Ok(Some(self.size));
        };
        // All but the lock-byte page.
        let may_be_all = self.last.get().saturating_add(1) >= self.size;
        let header = header_in(set, timeline, page_1)?;
        let is_bound = header.is_some_and(|header| !header.auto_vacuum() && !may_be_all);
        Ok(is_bound.then_some(self.size))
    }
}
