//! Headers of a journal that contradict its first one.
//!
//! SQLite writes the same page size, sector size and initial size into every header of a journal (`writeJournalHdr` in
//! `pager.c`), and goes by those of the first. It counts the records of a segment when it syncs them; where it does not
//! sync, the first header counts all that fit, and there is no other one (`syncJournal`).

use stillframe_journal::header::{HEADER_BYTES, RECORDS_THAT_FIT};
use stillframe_journal::{Header, Layout, Segment, SegmentKind, Slot, SlotReason};

use crate::timeline::window;
use crate::{Error, Input};

/// What a header behind the first says that contradicts it.
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
}

impl Contradicting {
    /// A segment begins.
    pub(super) fn begin(&mut self, segment: &Segment) {
        // Behind the stop a header may be left over from a journal before.
        let counts = segment.kind == SegmentKind::Live;
        let Some(first) = &self.first else {
            self.first = counts.then_some(segment.header);
            return;
        };
        let fields = |it: &Header| (it.page_size_field, it.sector_size_field, it.initial_size);
        if counts && fields(first) != fields(&segment.header) {
            self.found.get_or_insert(HeaderContradiction::Fields {
                offset: segment.offset,
                header: segment.header,
            });
        }
    }

    /// A slot was read.
    pub(super) fn take(&mut self, slot: &Slot) {
        match slot.reason {
            _ if self.behind.is_some() => {}
            SlotReason::PlayedBack => self.before += 1,
            _ => self.behind = Some(slot.offset),
        }
    }

    /// What was found in `journal`, which was followed to the end.
    pub(super) fn found(
        self,
        journal: &Input,
        layout: Option<Layout>,
    ) -> Result<Option<HeaderContradiction>, Error> {
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
}
