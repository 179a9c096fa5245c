use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use stillframe_format::PageNumber;
use stillframe_wal::frame::slot_bytes;
use stillframe_wal::header::HEADER_BYTES;
use stillframe_wal::{FrameNumber, Header, Salts, Slot, SlotReason};

use super::age;
use crate::{Error, Input, Overlay, Progress, Rest, Timeline, tail};

/// What is left of a generation before.
#[derive(Default)]
pub(crate) struct Left {
    /// How many generations before the present one it is: 1 for the last.
    age: u32,
    /// Slots that are left of generations between it and the present one, before its first.
    between: u32,
    /// Whether something is left of an older one.
    has_older: bool,
    salts: Option<Salts>,
    /// Since the last commit frame, or since the last frame that does not follow from the one before it.
    pending: Vec<(u32, FrameNumber)>,
    /// The newest committed frame of each page.
    committed: BTreeMap<u32, FrameNumber>,
    /// Size of the database in pages after its last commit.
    size: u32,
    /// Pages of frames of the present generation behind the end of the log, and of those between: a checkpoint may have
    /// copied them.
    present: BTreeSet<u32>,
    /// Pages of frames without salts, of a transaction which was not committed: no checkpoint copied them.
    spilled: BTreeSet<u32>,
    /// What was in `committed` in front of such frames. These are of the generation itself, or of an older one; but where
    /// the WAL was copied while it was appended to they can be of the present one, and newer frames have stood there.
    before_spill: BTreeMap<u32, FrameNumber>,
    /// Its first frame that is left, where the one before it, from which its checksum went on, is not, and a commit behind
    /// it.
    unverified: Option<(u32, FrameNumber)>,
    /// The first slot that is left of it.
    first: Option<FrameNumber>,
    /// The page of that slot, where it is the frame that ends a commit and nothing else is left of it.
    lone: Option<(u32, u32)>,
    /// Whether a slot of an older one follows that slot.
    is_lone_the_last: bool,
}

impl Left {
    /// Looks at every slot behind the log of a WAL with this header, for the generation of this age.
    pub(crate) fn read(
        wal: &Input,
        timeline: &Timeline,
        header: &Header,
        age: u32,
        progress: &dyn Progress,
    ) -> Result<Self, Error> {
        let mut left = Self {
            age,
            ..Self::default()
        };
        let slot = header.page_size().map_or(0, slot_bytes) as u64;
        let log = HEADER_BYTES as u64 + u64::from(timeline.accepted()) * slot;
        let behind = wal.bytes.len().saturating_sub(log);
        let rest = Rest::of(behind, progress);
        tail(Some(wal), timeline, &rest, |slot, _| {
            left.take(header, &slot)
        })?;
        rest.advance(behind);
        left.unverified = left.unverified.filter(|_| !left.committed.is_empty());
        Ok(left)
    }

    /// The first slot that is left of it.
    pub(crate) const fn first(&self) -> Option<FrameNumber> {
        self.first
    }

    /// Whether there is a generation between it and the present one.
    pub(crate) const fn is_before_last(&self) -> bool {
        self.age > 1
    }

    /// Whether something is left of an older one.
    pub(crate) const fn has_older(&self) -> bool {
        self.has_older
    }

    /// How many of its pages the generations between it and the present one can have written in frames that are not left. A
    /// WAL is written over from its front, so that none of them had more frames than stand before the first that is left.
    pub(crate) fn most_unknown(&self) -> u64 {
        let before = self.first.map_or(0, |first| u64::from(first.get() - 1));
        let most = u64::from(self.age - 1) * before;
        most.saturating_sub(u64::from(self.between))
    }

    /// Its first frame, where nothing tells whether it holds and a commit of which it may be a part is behind it; and
    /// where no later frame has its page.
    pub(crate) fn unverified(&self, overlay: &Overlay) -> Option<(PageNumber, FrameNumber)> {
        let (page, frame) = self.unverified?;
        let number = PageNumber::new(page).filter(|_| page <= self.size)?;
        let is_superseded =
            self.committed.contains_key(&page) || self.is_superseded(number, overlay);
        (!is_superseded).then_some((number, frame))
    }

    /// Its last frame, where that is all that is left of it and ends a commit, and nothing has written its page since. Its
    /// checksum goes on from a frame that is written over: nothing tells whether it holds.
    pub(crate) fn lone(&self, overlay: &Overlay) -> Option<(PageNumber, FrameNumber)> {
        let (page, size) = self.lone.filter(|_| self.is_lone_the_last)?;
        let number = PageNumber::new(page).filter(|_| page <= size)?;
        (!self.is_superseded(number, overlay))
            .then_some(number)
            .zip(self.first)
    }

    fn is_present(&self, page: PageNumber, overlay: &Overlay) -> bool {
        self.present.contains(&page.get()) || overlay.frame(page).is_some()
    }

    fn is_superseded(&self, page: PageNumber, overlay: &Overlay) -> bool {
        self.is_present(page, overlay) || self.spilled.contains(&page.get())
    }

    fn take(&mut self, header: &Header, slot: &Slot) {
        let Some(frame) = slot.header else {
            return;
        };
        match slot.reason {
            SlotReason::OtherGeneration { chains }
                if age(header, frame.salts) == Some(self.age) =>
            {
                let salts = *self.salts.get_or_insert(frame.salts);
                self.lone = None;
                if self.first.is_none() {
                    self.first = Some(slot.number);
                    self.lone =
                        (!chains && frame.is_commit()).then_some((frame.page, frame.size_after));
                    self.unverified = (!chains).then_some((frame.page, slot.number));
                }
                if !chains || salts != frame.salts {
                    self.pending.clear();
                    // Nobody knows what the page was from here on: a frame of before is not its newest.
                    self.committed.remove(&frame.page);
                    self.before_spill.remove(&frame.page);
                    return;
                }
                self.pending.push((frame.page, slot.number));
                if frame.is_commit() {
                    for (page, frame) in self.pending.drain(..) {
                        self.before_spill.remove(&page);
                        self.committed.insert(page, frame);
                    }
                    self.size = frame.size_after;
                }
            }
            SlotReason::OtherGeneration { .. } => {
                let of_slot = age(header, frame.salts);
                let is_older = of_slot.is_some_and(|age| age > self.age);
                self.has_older |= is_older;
                let follows = |first: FrameNumber| slot.number.get() == first.get() + 1;
                self.is_lone_the_last |= is_older && self.first.is_some_and(follows);
                if of_slot.is_some_and(|age| age < self.age) {
                    self.between += u32::from(self.first.is_none());
                    self.present.insert(frame.page);
                    self.written_over();
                }
            }
            SlotReason::ZeroSaltSpill => {
                self.spilled.insert(frame.page);
                self.pending.clear();
                // One by one: what is there already may be much more.
                self.before_spill.extend(mem::take(&mut self.committed));
            }
            SlotReason::Committed
            | SlotReason::Uncommitted
            | SlotReason::ChecksumMismatch { .. }
            | SlotReason::PageNumberZero
            | SlotReason::HeaderIgnored { .. }
            | SlotReason::Torn { .. }
            | SlotReason::ZeroFilled => {
                self.present.insert(frame.page);
                self.written_over();
            }
        }
    }

    /// Something else stands where a frame of it may have stood, behind others that are left: of whatever page that was, the
    /// frames before it are not known to be the newest any more. So it is where a WAL was copied while it was appended to.
    fn written_over(&mut self) {
        if self.first.is_some() {
            self.pending.clear();
            self.committed.clear();
            self.before_spill.clear();
        }
    }

    /// The committed pages of which the present generation, whose frames are `overlay`, has nothing newer, with their
    /// frames. What a later commit cut off, to be of so many pages, need not be there.
    pub(crate) fn not_superseded<'a>(
        &'a self,
        overlay: &'a Overlay,
        pages: u32,
    ) -> impl Iterator<Item = (PageNumber, FrameNumber)> + 'a {
        self.committed_up_to(self.size.min(pages))
            .filter(|&(page, _)| !self.is_superseded(page, overlay))
    }

    /// The other committed pages up to that number: what something has written since, or may have.
    pub(crate) fn superseded<'a>(
        &'a self,
        overlay: &'a Overlay,
        pages: u32,
    ) -> impl Iterator<Item = (PageNumber, FrameNumber)> + 'a {
        let last = self.size.min(pages);
        let before_spill = self.before_spill.range(..=last);
        let before_spill =
            before_spill.filter_map(|(&page, &frame)| Some((PageNumber::new(page)?, frame)));
        self.committed_up_to(last)
            .filter(|&(page, _)| self.is_superseded(page, overlay))
            .chain(before_spill)
    }

    fn committed_up_to(&self, last: u32) -> impl Iterator<Item = (PageNumber, FrameNumber)> {
        let committed = self.committed.range(..=last);
        committed.filter_map(|(&page, &frame)| Some((PageNumber::new(page)?, frame)))
    }
}
