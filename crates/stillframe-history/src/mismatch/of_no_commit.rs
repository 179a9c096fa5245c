//! Pages that the database file holds as no commit of the WAL wrote them, nor as they were before.

use std::collections::BTreeMap;

use stillframe_format::PageNumber;
use stillframe_wal::{FrameNumber, SlotReason};

use super::OtherMoment;
use crate::first_commit::FirstCommit;
use crate::generation::Left;
use crate::reserved::Copies;
use crate::{BackupSet, Error, Image, Progress, Residue, Timeline, slots};

/// The first page that the database file can have neither from a checkpoint of the WAL nor from before that was begun.
///
/// What a page was when the WAL was begun is known of two kinds: of those that are left of the generation before, which was
/// checkpointed, and of those behind all that the file had then. While it is being written, or where the power failed, a
/// page has sectors of several of its versions, or of zeros.
pub(super) fn of_no_commit(
    set: &BackupSet,
    timeline: &Timeline,
    residue: &Residue,
    left: &Left,
    copies: &Copies<'_>,
    image: &Image<'_>,
    progress: &dyn Progress,
) -> Result<Option<OtherMoment>, Error> {
    // Where the log is damaged the file may have what cannot be read of it any more.
    if residue.intact_commits.slots + residue.unverified_commits.slots > 0 {
        return Ok(None);
    }
    let mut unlike = Unlike {
        copies,
        image,
        pages: BTreeMap::new(),
    };
    // A limit to its size cuts a WAL off within a slot as a rule: later frames of that generation may have been behind.
    if residue.torn.slots == 0 {
        for (page, before) in left.superseded(image.overlay(), image.stored_pages()) {
            unlike.take(page, Some(before))?;
        }
    }
    let first = FirstCommit::read(set, timeline)?;
    if let Some(before) = first.and_then(|first| first.pages_before()) {
        for (page, _) in image
            .overlay()
            .iter()
            .filter(|(page, _)| page.get() > before)
        {
            unlike.take(page, None)?;
        }
    }
    unlike.first_of_no_frame(set, timeline, progress)
}

/// Pages of the file, each with the sectors that none of the versions has that were looked at, and with the frame that shows
/// what it was before.
struct Unlike<'a> {
    copies: &'a Copies<'a>,
    image: &'a Image<'a>,
    pages: BTreeMap<PageNumber, (u128, Option<FrameNumber>)>,
}

impl Unlike<'_> {
    /// Takes a page, unless it is as it was before, or as the last commit that wrote it left it.
    fn take(&mut self, page: PageNumber, before: Option<FrameNumber>) -> Result<(), Error> {
        let mut sectors = u128::MAX;
        for frame in before.into_iter().chain(self.image.overlay().frame(page)) {
            sectors &= self.copies.sectors_unlike(page, frame)?;
            if sectors == 0 {
                return Ok(());
            }
        }
        sectors &= self.copies.sectors_not_zero(page)?;
        if sectors != 0 && !self.pages.contains_key(&page) {
            self.pages.insert(page, (sectors, before));
        }
        Ok(())
    }

    fn first_of_no_frame(
        mut self,
        set: &BackupSet,
        timeline: &Timeline,
        progress: &dyn Progress,
    ) -> Result<Option<OtherMoment>, Error> {
        if self.pages.is_empty() {
            return Ok(None);
        }
        progress.expect(set.wal_bytes());
        let mut result = Ok(());
        slots(set.wal.as_ref(), timeline, progress, |slot, data| {
            let header = slot.header.filter(|_| slot.reason == SlotReason::Committed);
            let page = header.and_then(|header| PageNumber::new(header.page));
            let known = page.and_then(|page| Some((page, self.pages.get_mut(&page)?)));
            let Some((page, (sectors, _))) = known else {
                return;
            };
            match self.copies.sectors_unlike_bytes(page, data) {
                Ok(of_frame) => *sectors &= of_frame,
                Err(error) => result = Err(error),
            }
        })?;
        result?;
        let found = self
            .pages
            .into_iter()
            .find(|(_, (sectors, _))| *sectors != 0);
        Ok(found.map(|(page, (_, before))| OtherMoment::OfNoCommit { page, before }))
    }
}
