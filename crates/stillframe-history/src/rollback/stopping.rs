//! Where a playback ends within a segment.

use stillframe_journal::header::RECORDS_THAT_FIT;
use stillframe_journal::{End, Layout, Segment, SegmentKind, Slot, SlotReason};

use super::Stop;

/// Looks for the slot that ends the playback, while a journal is followed.
#[derive(Default)]
pub(super) struct Stopping {
    /// The last segment that counts, until the playback ends in it.
    segment: Option<Segment>,
    before: u32,
    slot: Option<Slot>,
}

impl Stopping {
    /// A segment begins.
    pub(super) fn begin(&mut self, segment: Segment) {
        if segment.kind == SegmentKind::Live && self.slot.is_none() {
            self.segment = Some(segment);
            self.before = 0;
        }
    }

    /// A slot was read.
    pub(super) fn take(&mut self, slot: &Slot) {
        match slot.reason {
            SlotReason::PlayedBack | SlotReason::BeyondInitialSize => self.before += 1,
            SlotReason::ChecksumMismatch
            | SlotReason::PageNumberInvalid
            | SlotReason::Short { .. } => {
                self.slot.get_or_insert(*slot);
            }
            _ => {}
        }
    }

    /// Whether a journal of `length` bytes ends between two segments: in what fills the last sector of records that are counted,
    /// before the next header. SQLite writes that with the header, and takes the journal for whole all the same.
    pub(super) fn is_between(&self, end: Option<End>, layout: Option<Layout>, length: u64) -> bool {
        let counted = |it: &Segment| it.records > 0 && it.header.records != RECORDS_THAT_FIT;
        match (end, self.segment.filter(counted), layout) {
            (Some(End::NoRoom), Some(segment), Some(layout)) => length > segment.end(layout),
            _ => false,
        }
    }

    /// Where that is, of a playback that ended so.
    pub(super) fn at(self, end: Option<End>) -> Option<Stop> {
        let segment = match end? {
            End::ChecksumMismatch(_) | End::PageNumberInvalid(_) | End::Short => self.segment?,
            End::HeaderCut(segment) => {
                return Some(Stop {
                    segment,
                    slot: None,
                    before: 0,
                });
            }
            _ => return None,
        };
        Some(Stop {
            segment,
            slot: self.slot,
            before: self.before,
        })
    }
}
