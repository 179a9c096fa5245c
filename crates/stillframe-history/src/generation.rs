//! What the slots behind the log tell of the generations before: whether they can be of one at all, and whether the
//! database file holds what the last of them had brought into it.

use std::collections::{BTreeMap, BTreeSet};

use stillframe_format::{PageNumber, Pages as _};
use stillframe_wal::frame::slot_bytes;
use stillframe_wal::header::HEADER_BYTES;
use stillframe_wal::{FrameNumber, Header, Salts, Slot, SlotReason};

use crate::timeline::window;
use crate::{BackupSet, Error, Image, Progress, Residue, Rest, Tally, Timeline, tail};

/// How many generations before the header's the one with these salts is: 1 for the last. `None` where it can be none of
/// them: a reset adds 1 to salt-1 and to the checkpoint sequence (`walRestartHdr` in `wal.c`).
pub(crate) fn age(header: &Header, salts: Salts) -> Option<u32> {
    let age = header.salts.salt1.wrapping_sub(salts.salt1);
    (1..=header.checkpoint_sequence)
        .contains(&age)
        .then_some(age)
}

/// Finds slots that are neither of this generation nor of one before it: salts that no reset explains, in slots of
/// which none follows from another. (Where a first transaction was never committed SQLite begins a WAL anew under
/// salts that have nothing to do with the old ones; what is left of it chains.)
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Unexplained {
    run: Option<Run>,
    pub(crate) found: Tally,
}

/// Slots with the same salts that follow one another.
#[derive(Clone, Copy, Debug)]
struct Run {
    salts: Salts,
    slots: Tally,
    is_explained: bool,
}

impl Unexplained {
    /// Takes the next slot behind the log.
    pub(crate) fn take(&mut self, header: &Header, slot: &Slot) {
        let (SlotReason::OtherGeneration { chains }, Some(frame)) = (slot.reason, slot.header)
        else {
            return self.end();
        };
        if self.run.is_none_or(|run| run.salts != frame.salts) {
            self.end();
        }
        let run = self.run.get_or_insert(Run {
            salts: frame.salts,
            slots: Tally::default(),
            is_explained: age(header, frame.salts).is_some(),
        });
        run.slots.count(slot.number);
        run.is_explained |= chains;
    }

    /// There are no more slots.
    pub(crate) fn end(&mut self) {
        if let Some(run) = self.run.take().filter(|run| !run.is_explained) {
            self.found.add(run.slots);
        }
    }
}

/// Pages that the generation before the present one committed and that are neither in the database file nor in the log.
/// A WAL is begun anew only once a checkpoint has brought all of it into the database file (`walRestartLog` in
/// `wal.c`): the two are of different moments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missed {
    /// How many pages of that generation are still in the WAL.
    pub examined: u32,
    /// How many of them the database file does not hold.
    pub pages: u32,
    /// The first of these.
    pub first: PageNumber,
    /// The frame that holds it.
    pub frame: FrameNumber,
}

impl Missed {
    /// Compares what is left of the generation before with the database file of `image`, which is the last one; `residue`
    /// tells whether anything is left of it.
    ///
    /// # Errors
    /// The set could not be read.
    pub fn of(
        set: &BackupSet,
        timeline: &Timeline,
        residue: &Residue,
        image: &Image<'_>,
        progress: &dyn Progress,
    ) -> Result<Option<Self>, Error> {
        let (Some(wal), Some(database), Some(header)) =
            (&set.wal, &set.database, timeline.header())
        else {
            return Ok(None);
        };
        if !Self::may_be(timeline, residue) || is_unfit(image) {
            return Ok(None);
        }
        let mut left = Left::default();
        let size = image.page_size();
        let behind = set.wal_bytes()
            - HEADER_BYTES as u64
            - u64::from(timeline.accepted()) * slot_bytes(size) as u64;
        let rest = Rest::of(behind, progress);
        tail(Some(wal), timeline, &rest, |slot, _| {
            left.take(header, &slot)
        })?;
        rest.advance(behind);
        let mut missed = None::<Self>;
        let mut examined = 0;
        for (number, frame) in left.not_superseded(image) {
            examined += 1;
            let end = number.offset(size) + u64::from(size.get());
            let is_there = end <= database.bytes.len() && {
                let held = window(database, number.offset(size), size.as_len())?;
                *held == *window(wal, frame.page_offset(size), size.as_len())?
            };
            if !is_there {
                missed
                    .get_or_insert(Self {
                        examined: 0,
                        pages: 0,
                        first: number,
                        frame,
                    })
                    .pages += 1;
            }
        }
        Ok(missed.map(|missed| Self { examined, ..missed }))
    }

    /// Whether there can be any: something that chains is left of a generation before, behind a commit of the present
    /// one. With a limit to its size a WAL is cut off after a reset, as a rule within a slot: later versions were behind.
    pub fn may_be(timeline: &Timeline, residue: &Residue) -> bool {
        timeline.last_commit().is_some()
            && residue.other_generation_chained.slots > 0
            && residue.torn.slots == 0
    }
}

/// Whether the image cannot be compared with the database file: SQLite would not have it, or the file is to be rolled
/// back first.
fn is_unfit(image: &Image<'_>) -> bool {
    image.refusal().is_some() || image.rollback().is_some() || trails(image)
}

/// Whether the log holds pages behind those that page 1 in the database file counts: SQLite writes page 1 whenever the
/// number changes, so the log was not written over this database, and nothing can be said of how the two go together.
fn trails(image: &Image<'_>) -> bool {
    let counted = image.page_count();
    let overlay = image.overlay();
    let last = overlay.iter().next_back();
    overlay.frame(PageNumber::FIRST).is_none() && last.is_some_and(|(page, _)| page.get() > counted)
}

/// What is left of the generation before.
#[derive(Default)]
struct Left {
    salts: Option<Salts>,
    /// Since the last commit frame, or since the last frame that does not follow from the one before it.
    pending: Vec<(u32, FrameNumber)>,
    /// The newest committed frame of each page.
    committed: BTreeMap<u32, FrameNumber>,
    /// Size of the database in pages after its last commit.
    size: u32,
    /// Pages of frames of the present generation behind the end of the log: a checkpoint may have copied them.
    present: BTreeSet<u32>,
}

impl Left {
    fn take(&mut self, header: &Header, slot: &Slot) {
        let Some(frame) = slot.header else {
            return;
        };
        match slot.reason {
            SlotReason::OtherGeneration { chains } if age(header, frame.salts) == Some(1) => {
                let salts = *self.salts.get_or_insert(frame.salts);
                if !chains || salts != frame.salts {
                    self.pending.clear();
                    return;
                }
                self.pending.push((frame.page, slot.number));
                if frame.is_commit() {
                    self.committed.extend(self.pending.drain(..));
                    self.size = frame.size_after;
                }
            }
            SlotReason::OtherGeneration { .. } => {}
            SlotReason::Committed
            | SlotReason::Uncommitted
            | SlotReason::ZeroSaltSpill
            | SlotReason::ChecksumMismatch { .. }
            | SlotReason::PageNumberZero
            | SlotReason::HeaderIgnored { .. }
            | SlotReason::Torn { .. }
            | SlotReason::ZeroFilled => {
                self.present.insert(frame.page);
            }
        }
    }
    /// The committed pages of which the present generation has nothing newer, with their frames. What a later commit cut
    /// off need not be there.
    fn not_superseded<'a>(
        &'a self,
        image: &'a Image<'_>,
    ) -> impl Iterator<Item = (PageNumber, FrameNumber)> + 'a {
        let pages = self.size.min(image.stored_pages());
        let committed = self.committed.range(..=pages);
        committed.filter_map(|(&page, &frame)| {
            let number = PageNumber::new(page)?;
            let is_superseded =
                self.present.contains(&page) || image.overlay().frame(number).is_some();
            (!is_superseded).then_some((number, frame))
        })
    }
}
