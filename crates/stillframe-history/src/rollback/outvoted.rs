//! The size in the first header of a journal, where the others speak against it.
//!
//! SQLite writes the size that the database had before the transaction into every header of a journal and goes by that of
//! the first. No checksum is over it. Page 1 as it was before counts the same.

use std::cmp::Ordering;

use stillframe_database::Header;
use stillframe_database::header::{HEADER_BYTES, MAGIC};
use stillframe_format::PageNumber;
use stillframe_journal::record::PAGE_NUMBER_BYTES;
use stillframe_journal::{Segment, SegmentKind, Slot, SlotReason};

use crate::timeline::window;
use crate::{BackupSet, Error};

/// The initial size in the first header of a journal is damaged: most of the headers, or as many and page 1, name another
/// one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutvotedSize {
    /// The size in pages that the first header names.
    pub first: u32,
    /// The one that the others name.
    pub size: u32,
    /// How many headers name that, and the first of them.
    pub headers: u32,
    /// Where that begins.
    pub offset: u64,
    /// How many headers there are that count.
    pub of: u32,
    /// Whether page 1 decides, as no more than half of them name it.
    pub by_page_1: bool,
}

/// So many different sizes are told apart: one is right, and damage is rare.
const MOST_SIZES: usize = 16;

/// Counts what the headers name, while a journal is followed.
#[derive(Default)]
pub(super) struct Votes {
    /// The sizes in the order in which they were met, the first header's before all.
    sizes: Vec<Named>,
    /// How many headers there are that count.
    headers: u32,
    /// Where the first record of page 1 begins, also where the first header says that there was no page.
    page_1: Option<u64>,
}

/// A size that headers name.
struct Named {
    size: u32,
    headers: u32,
    /// Where the first of these begins.
    offset: u64,
}

impl Votes {
    /// A segment begins.
    pub(super) fn begin(&mut self, segment: &Segment) {
        if segment.kind != SegmentKind::Live {
            return;
        }
        self.headers += 1;
        let (size, offset) = (segment.header.initial_size, segment.offset);
        let is_full = self.sizes.len() == MOST_SIZES;
        match self.sizes.iter_mut().find(|named| named.size == size) {
            Some(named) => named.headers += 1,
            None if !is_full => self.sizes.push(Named {
                size,
                headers: 1,
                offset,
            }),
            None => {}
        }
    }

    /// A slot was read.
    pub(super) fn take(&mut self, slot: &Slot) {
        let is_page_1 = slot.page == Some(PageNumber::FIRST.get())
            && matches!(
                slot.reason,
                SlotReason::PlayedBack | SlotReason::BeyondInitialSize
            );
        if is_page_1 {
            self.page_1.get_or_insert(slot.offset);
        }
    }

    /// Whether the first was outvoted, in the journal of `set`, which was followed.
    pub(super) fn outvoted(&self, set: &BackupSet) -> Result<Option<OutvotedSize>, Error> {
        let Some((first, others)) = self.sizes.split_first() else {
            return Ok(None);
        };
        let Some(most) = others.iter().max_by_key(|named| named.headers) else {
            return Ok(None);
        };
        let page_1 = self.size_in_page_1(set)?;
        // Page 1 counts as one more.
        let is_outvoted = match (2 * most.headers).cmp(&self.headers) {
            Ordering::Greater => {
                most.headers > first.headers + u32::from(page_1 == Some(first.size))
            }
            Ordering::Equal => page_1 == Some(most.size),
            Ordering::Less => false,
        };
        Ok(is_outvoted.then_some(OutvotedSize {
            first: first.size,
            size: most.size,
            headers: most.headers,
            offset: most.offset,
            of: self.headers,
            by_page_1: 2 * most.headers == self.headers,
        }))
    }

    /// The size that page 1 counts, as the journal has it, or as it lies in the file.
    fn size_in_page_1(&self, set: &BackupSet) -> Result<Option<u32>, Error> {
        let header = match (self.page_1, &set.journal) {
            (Some(record), Some(journal)) => {
                let page = record + PAGE_NUMBER_BYTES as u64;
                Header::parse(&window(journal, page, HEADER_BYTES)?).ok()
            }
            _ => set.database_header()?,
        };
        let header = header.filter(|header| header.magic == MAGIC && header.size_is_valid());
        Ok(header.map(|header| header.size_in_pages))
    }
}
