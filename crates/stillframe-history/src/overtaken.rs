//! Pages that a checkpoint left out although it has copied others that it comes to later.

use std::collections::BTreeMap;

use stillframe_format::{PageNumber, Pages as _};
use stillframe_wal::frame::slot_bytes;
use stillframe_wal::{Frame, FrameNumber};

use crate::first_commit::FirstCommit;
use crate::reserved::Copies;
use crate::timeline::pieces;
use crate::{BackupSet, Error, Exactness, Image, Timeline};

/// Pages that the database file does not hold as their newest frame has them, and others that it holds of later frames:
/// no checkpoint writes the one and not the other.
///
/// A checkpoint that comes to a frame copies every page whose newest frame is no later, in the order of their numbers
/// (`walCheckpoint` in `wal.c`). So a database file of one moment, be it in the midst of a checkpoint, has a page of a
/// later frame and a greater number only once it has the earlier one. That it has it from a checkpoint must be certain:
/// that the bytes are the same is not enough, as a page is also written without being changed. It is where the page is
/// behind all that the file had when the WAL was begun, and no hole.
///
/// What remains is that a checkpoint skipped the page, that its write was lost, that the file was not copied as of one
/// moment, or that it is newer than the WAL and the page was written again since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overtaken {
    /// The pages that are not there, by number, each with its newest frame.
    pub pages: Vec<(PageNumber, FrameNumber)>,
    /// A page that is there, behind the first of them, with the frame that it is of at least: later than the first one's.
    pub witness: (PageNumber, FrameNumber),
}

impl Overtaken {
    /// Looks for such pages in a set; `image` is that of the last commit, and `exactness` that of the set.
    ///
    /// # Errors
    /// The set could not be read.
    pub fn of(
        set: &BackupSet,
        timeline: &Timeline,
        exactness: &Exactness,
        image: &Image<'_>,
    ) -> Result<Option<Self>, Error> {
        if timeline.page_size() != Some(image.page_size()) {
            return Ok(None);
        }
        let copied = |page| exactness.may_be_copied(page);
        let lacking = image
            .overlay()
            .iter()
            .filter(|&(page, _)| page.get() <= timeline.smallest_size() && !copied(page));
        let lacking: Vec<(PageNumber, FrameNumber)> = lacking.collect();
        Self::among(&lacking, set, timeline, image)
    }

    /// Those of `lacking` that a checkpoint overtook: pages that the database file does not hold as their newest frame has
    /// them, sorted, none past the smallest size that a commit left from that frame on.
    pub(crate) fn among(
        lacking: &[(PageNumber, FrameNumber)],
        set: &BackupSet,
        timeline: &Timeline,
        image: &Image<'_>,
    ) -> Result<Option<Self>, Error> {
        let Some(oldest) = lacking.iter().map(|&(_, frame)| frame).min() else {
            return Ok(None);
        };
        let Some(before) = pages_before(set, timeline)? else {
            return Ok(None);
        };
        let size = image.page_size();
        let stored = size.pages_in(set.database_bytes());
        // A page that is written last before all that is lacking proves nothing.
        let mut newer = image
            .overlay()
            .iter()
            .filter(|&(page, frame)| before < page.get() && page.get() <= stored && frame > oldest);
        if newer.next().is_none() {
            return Ok(None);
        }
        let copied = copied(set, timeline, image, before)?;
        Ok(Self::overtaken_by(lacking, &copied))
    }

    fn overtaken_by(
        lacking: &[(PageNumber, FrameNumber)],
        copied: &BTreeMap<PageNumber, FrameNumber>,
    ) -> Option<Self> {
        let mut behind = copied.iter().rev().peekable();
        let mut latest: Option<(PageNumber, FrameNumber)> = None;
        let mut witness = None;
        let mut pages = Vec::new();
        for &(page, frame) in lacking.iter().rev() {
            while let Some((&copied, &of)) = behind.next_if(|&(&copied, _)| copied > page) {
                if latest.is_none_or(|(_, latest)| of > latest) {
                    latest = Some((copied, of));
                }
            }
            if latest.is_some_and(|(_, latest)| latest > frame) {
                witness = latest;
                pages.push((page, frame));
            }
        }
        pages.reverse();
        witness.map(|witness| Self { pages, witness })
    }
}

fn pages_before(set: &BackupSet, timeline: &Timeline) -> Result<Option<u32>, Error> {
    match FirstCommit::read(set, timeline)? {
        Some(first) => first.most_pages_before(set, timeline),
        None => Ok(None),
    }
}

/// The pages behind `before` that are in the database file from a checkpoint, each with the first frame that has just
/// these bytes: the checkpoint came at least so far.
fn copied(
    set: &BackupSet,
    timeline: &Timeline,
    image: &Image<'_>,
    before: u32,
) -> Result<BTreeMap<PageNumber, FrameNumber>, Error> {
    let mut copied = BTreeMap::new();
    let copies = Copies::of(set, timeline, image);
    let Some((wal, copies)) = set.wal.as_ref().zip(copies) else {
        return Ok(copied);
    };
    let size = image.page_size();
    let (mut number, mut result) = (0, Ok(()));
    pieces(wal, size, 0, |piece| {
        for slot in piece.chunks_exact(slot_bytes(size)) {
            number += 1;
            let frame = FrameNumber::new(number).filter(|frame| frame.get() <= timeline.mx_frame());
            let Some(frame) = frame.and_then(|number| Frame::accepted(number, slot)) else {
                return false;
            };
            if frame.page.get() <= before || copied.contains_key(&frame.page) {
                continue;
            }
            // What lies behind a page of zeros may have been written, and the page not.
            let is_written = || frame.data.iter().any(|&byte| byte != 0);
            match copies.hold_bytes(frame.page, frame.data) {
                Ok(true) if is_written() => drop(copied.insert(frame.page, frame.number)),
                Ok(_) => {}
                Err(error) => result = Err(error),
            }
        }
        result.is_ok()
    })?;
    result.map(|()| copied)
}
