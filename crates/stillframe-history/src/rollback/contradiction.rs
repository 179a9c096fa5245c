//! Headers of a journal that contradict its first one, or the records behind them.
//!
//! SQLite writes the same page size, sector size and initial size into every header of a journal (`writeJournalHdr` in
//! `pager.c`), and goes by those of the first. It counts the records of a segment when it syncs them; where it does not
//! sync, the first header counts all that fit, and there is no other one (`syncJournal`). Each header has a nonce of its
//! own, so a record of which the checksum holds with that belongs to its segment, counted or not.

use stillframe_journal::header::{HEADER_BYTES, RECORDS_THAT_FIT};
use stillframe_journal::record::{can_hold, nonce};
use stillframe_journal::{End, Header, Layout, Segment, SegmentKind, Slot, SlotReason};

use crate::timeline::window;
use crate::{Error, Input};

/// What a header says that contradicts the first one, or what stands behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderContradiction {
    /// It names another page size, sector size or initial size.
    Fields {
        /// Where it begins.
        offset: u64,
        /// It.
        header: Header,
    },
    /// It stands behind records of which the first header counts as many as fit: that is damaged, or the header is left
    /// over from a journal before.
    Uncounted {
        /// Where it begins.
        offset: u64,
        /// It.
        header: Header,
        /// How many records stand before it.
        before: u32,
    },
    /// It counts fewer records than there are: those behind are intact, and SQLite does not look at them.
    TooFew {
        /// It, and what it counts.
        segment: Segment,
        /// How many intact records stand directly behind those that it counts.
        behind: u64,
    },
}

/// Looks for one, while a journal is followed.
#[derive(Default)]
pub(super) struct Contradicting {
    first: Option<Header>,
    found: Option<HeaderContradiction>,
    /// In a first segment that counts all records that fit: how many are played back, and where the first slot begins
    /// that is not.
    before: u32,
    behind: Option<u64>,
    /// The last segment that counts its records.
    last: Option<Segment>,
    are_sums_sealed: bool,
}

impl Contradicting {
    pub(super) fn new(are_sums_sealed: bool) -> Self {
        Self {
            are_sums_sealed,
            ..Self::default()
        }
    }

    /// A segment of `journal` begins.
    pub(super) fn begin(
        &mut self,
        segment: &Segment,
        journal: &Input,
        layout: Option<Layout>,
    ) -> Result<(), Error> {
        // Behind the stop a header may be left over from a journal before.
        let counts = segment.kind == SegmentKind::Live;
        if counts && self.found.is_none() {
            let last = self.last.replace(*segment);
            self.found = self.too_few(journal, layout, last, Some(segment.offset))?;
        }
        let Some(first) = &self.first else {
            self.first = counts.then_some(segment.header);
            return Ok(());
        };
        let fields = |it: &Header| (it.page_size_field, it.sector_size_field, it.initial_size);
        if counts && fields(first) != fields(&segment.header) {
            self.found.get_or_insert(HeaderContradiction::Fields {
                offset: segment.offset,
                header: segment.header,
            });
        }
        Ok(())
    }

    /// A slot was read.
    pub(super) fn take(&mut self, slot: &Slot) {
        match slot.reason {
            _ if self.behind.is_some() => {}
            SlotReason::PlayedBack => self.before += 1,
            _ => self.behind = Some(slot.offset),
        }
    }

    /// What was found in `journal`, of which the playback ended so.
    pub(super) fn found(
        mut self,
        journal: &Input,
        layout: Option<Layout>,
        end: Option<End>,
    ) -> Result<Option<HeaderContradiction>, Error> {
        let is_to_its_end = matches!(
            end,
            Some(End::NoRoom | End::HeaderCut(_) | End::NoHeader { .. })
        );
        if is_to_its_end && self.found.is_none() {
            self.found = self.too_few(journal, layout, self.last, None)?;
        }
        let is_uncounted = |first: &Header| first.records == RECORDS_THAT_FIT;
        let (Some(first), Some(behind), Some(layout), None) = (
            self.first.filter(is_uncounted),
            self.behind,
            layout,
            self.found,
        ) else {
            return Ok(self.found);
        };
        let offset = layout.sector_size.align(behind);
        if offset.saturating_add(HEADER_BYTES as u64) > journal.bytes.len() {
            return Ok(None);
        }
        let header = Header::parse(&window(journal, offset, HEADER_BYTES)?).ok();
        let is_alike = |header: &Header| {
            header.is_live()
                && header.sector_size() == Some(layout.sector_size)
                && header.page_size() == Some(layout.page_size)
                && header.initial_size == first.initial_size
        };
        Ok(header
            .filter(is_alike)
            .map(|header| HeaderContradiction::Uncounted {
                offset,
                header,
                before: self.before,
            }))
    }

    /// Whether intact records of `segment` stand behind those that it counts, before the next segment that counts at `next`, or
    /// the end of the journal. Where there is no room for one before that, as between sectors no larger than a page, nothing is
    /// read.
    fn too_few(
        &self,
        journal: &Input,
        layout: Option<Layout>,
        segment: Option<Segment>,
        next: Option<u64>,
    ) -> Result<Option<HeaderContradiction>, Error> {
        let is_counted = |segment: &Segment| segment.header.records != RECORDS_THAT_FIT;
        let (Some(segment), Some(layout)) = (segment.filter(is_counted), layout) else {
            return Ok(None);
        };
        let record = layout.record_bytes() as u64;
        let end = next.unwrap_or(journal.bytes.len());
        let mut offset = segment.end(layout);
        let mut behind = 0;
        while offset.saturating_add(record) <= end {
            let bytes = window(journal, offset, layout.record_bytes())?;
            if !self.belongs(&bytes, &segment, layout) {
                break;
            }
            behind += 1;
            offset += record;
        }
        Ok((behind > 0).then_some(HeaderContradiction::TooFew { segment, behind }))
    }

    /// Whether the checksum of a record holds, or can, with the nonce of `segment`.
    fn belongs(&self, record: &[u8], segment: &Segment, layout: Layout) -> bool {
        let (size, expected) = (layout.page_size, segment.header.nonce);
        match (nonce(record, size), record.last_chunk()) {
            (Some(_), Some(&checksum)) if self.are_sums_sealed => {
                can_hold(u32::from_be_bytes(checksum), expected, size)
            }
            (nonce, _) => nonce == Some(expected),
        }
    }
}
