//! From which commit on the images of a set are exact: the pages that a checkpoint has copied into the database file
//! already.

mod comparer;
mod lookout;

use stillframe_format::PageNumber;
use stillframe_wal::frame::slot_bytes;
use stillframe_wal::{CommitNumber, Frame, FrameHeader, FrameNumber};

use crate::base::Base;
use crate::reserved::compared_bytes;
use crate::timeline::pieces;
use crate::{BackupSet, Error, Input, Timeline, WalIndex};
pub(crate) use comparer::Comparer;
pub(crate) use lookout::{Lookout, Probe, Sighting, probe};

/// From which commit on the images of a set are exact.
///
/// A checkpoint copies pages into the database file while the WAL still holds them. The image of an earlier commit then
/// takes from the database file a page that a later commit wrote. Such a page shows itself: the database file holds
/// just what a frame holds. (So does a page that was written without being changed; it is counted here, as it cannot be
/// told.)
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exactness {
    /// Pages that the database file holds as some frame does, and the first commit that wrote each, by page.
    backfilled: Vec<(PageNumber, CommitNumber)>,
    /// As much of those that it has of frames which the WAL has lost, as the wal-index knows.
    lost: Vec<(PageNumber, CommitNumber)>,
}

impl Exactness {
    /// The first moment from which on nothing shows that an image is not exact. 0: all of them; past the last commit:
    /// none, as the database file holds pages of commits behind the damage that ended the log.
    pub fn exact_from(&self) -> CommitNumber {
        let commits = self.later().map(|(_, commit)| commit);
        commits.max().unwrap_or_default()
    }

    /// The pages up to `stored` of the image at `at` that the database file may hold as a later commit left them, sorted.
    pub fn later_pages(
        &self,
        at: CommitNumber,
        stored: u32,
    ) -> impl Iterator<Item = PageNumber> + '_ {
        let later = self
            .later()
            .filter(|&(page, first)| first > at && page.get() <= stored);
        let mut pages: Vec<PageNumber> = later.map(|(page, _)| page).collect();
        pages.sort_unstable();
        pages.into_iter()
    }

    fn later(&self) -> impl Iterator<Item = (PageNumber, CommitNumber)> + '_ {
        let is_not_found = |it: &&(PageNumber, CommitNumber)| !self.may_be_copied(it.0);
        let lost = self.lost.iter().filter(is_not_found);
        self.backfilled.iter().chain(lost).copied()
    }

    /// Whether the database file holds the page as some frame does. Of an encrypted database that cannot be told, and is
    /// said of every page.
    pub fn may_be_copied(&self, page: PageNumber) -> bool {
        let at = self.backfilled.partition_point(|&(other, _)| other < page);
        self.backfilled
            .get(at)
            .is_some_and(|&(found, _)| found == page)
    }

    /// How many pages of the WAL the database file holds as some frame does.
    pub fn backfilled_pages(&self) -> usize {
        self.backfilled.len()
    }
}

/// Finds the pages of a WAL that were already copied into the database file; beside a hot journal that is the file rolled
/// back.
///
/// # Errors
/// The set could not be read.
pub fn exactness(set: &BackupSet, timeline: &Timeline) -> Result<Exactness, Error> {
    let (Some(wal), Some(_), Some(header)) = (&set.wal, &set.database, timeline.header()) else {
        return Ok(Exactness::default());
    };
    let Some(page_size) = timeline.page_size() else {
        return Ok(Exactness::default());
    };
    let mut lookout = Lookout::new(header, page_size);
    let (base, _) = Base::below_wal(set, &())?;
    let mut comparer = Comparer::new(wal, &base, header, page_size)?;
    let mut number = 0;
    let mut result = Ok(());
    pieces(wal, page_size, 0, |piece| {
        for slot in piece.chunks_exact(slot_bytes(page_size)) {
            number += 1;
            let frame = FrameNumber::new(number).filter(|frame| frame.get() <= timeline.mx_frame());
            let Some(frame) = frame.and_then(|number| Frame::accepted(number, slot)) else {
                return false;
            };
            result = comparer.compare(&lookout.sight(frame.summary(), probe(frame.data)));
            if result.is_err() {
                return false;
            }
        }
        true
    })?;
    result?;
    resolve(set, wal, &base, timeline, &comparer)
}

/// Puts what was compared, what stands behind the log, and what the wal-index knows of that together.
pub(crate) fn resolve(
    set: &BackupSet,
    wal: &Input,
    base: &Base<'_>,
    timeline: &Timeline,
    comparer: &Comparer<'_>,
) -> Result<Exactness, Error> {
    // No commit that can be reached wrote these, or an earlier one did that is known.
    let unreachable = CommitNumber::new(timeline.last().get().saturating_add(1));
    let with_first = |page| (page, comparer.first(page).unwrap_or(unreachable));
    let behind = behind_the_log(wal, base, timeline)?;
    let behind = behind.into_iter().map(with_first);
    let mut backfilled: Vec<(PageNumber, CommitNumber)> = comparer.found().chain(behind).collect();
    backfilled.sort_unstable();
    backfilled.dedup();
    let index = set.wal_index.as_ref().map(WalIndex::read).transpose()?;
    let lost = index.map_or_else(Vec::new, |index| index.pages_ahead_of(timeline));
    Ok(Exactness {
        backfilled,
        lost: lost.into_iter().map(with_first).collect(),
    })
}

/// The pages that the database file holds as a slot of the present generation behind the last commit does: they were
/// committed and copied before the log was damaged, and are of a moment that can no longer be reached.
fn behind_the_log(
    wal: &Input,
    base: &Base<'_>,
    timeline: &Timeline,
) -> Result<Vec<PageNumber>, Error> {
    let mut found = Vec::new();
    let (Some(header), Some(page_size)) = (timeline.header(), timeline.page_size()) else {
        return Ok(found);
    };
    let mut held = vec![0; page_size.as_len()];
    let compared = compared_bytes(page_size, base.header()?.as_ref());
    let mut result = Ok(());
    pieces(wal, page_size, timeline.mx_frame(), |piece| {
        for slot in piece.chunks_exact(slot_bytes(page_size)) {
            let Some((bytes, data)) = slot.split_first_chunk() else {
                continue;
            };
            let slot = FrameHeader::parse(bytes);
            let Some(page) = PageNumber::new(slot.page).filter(|_| slot.salts == header.salts)
            else {
                continue;
            };
            let offset = page.offset(page_size);
            if offset + u64::from(page_size.get()) > base.bytes() {
                continue;
            }
            match base.read(offset, &mut held) {
                Ok(()) if held.get(..compared) == data.get(..compared) => found.push(page),
                Ok(()) => {}
                Err(error) => result = Err(error),
            }
        }
        found.sort_unstable();
        found.dedup();
        result.is_ok()
    })?;
    result.map(|()| found)
}
