//! The size in the first header of a journal, where the others speak against it.
//!
//! SQLite writes the size that the database had before the transaction into every header of a journal and goes by that of
//! the first. No checksum is over it. Page 1 as it was before counts the same.

use std::cmp::Ordering;

use stillframe_database::Header;
use stillframe_database::header::{HEADER_BYTES, MAGIC};
use stillframe_format::PageNumber;
use stillframe_journal::{Segment, SegmentKind};

use super::Rollback;
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

    /// Whether the first was outvoted, in the journal of `set` that was followed.
    pub(super) fn outvoted(
        &self,
        set: &BackupSet,
        rollback: &Rollback,
    ) -> Result<Option<OutvotedSize>, Error> {
        let Some((first, others)) = self.sizes.split_first() else {
            return Ok(None);
        };
        let Some(most) = others.iter().max_by_key(|named| named.headers) else {
            return Ok(None);
        };
        let page_1 = size_in_page_1(set, rollback)?;
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
        }))
    }
}

/// The size that page 1 counts, as the journal puts it back, or as it lies in the file.
fn size_in_page_1(set: &BackupSet, rollback: &Rollback) -> Result<Option<u32>, Error> {
    let header = match (rollback.record(PageNumber::FIRST), &set.journal) {
        (Some(record), Some(journal)) => {
            Header::parse(&window(journal, record.offset, HEADER_BYTES)?).ok()
        }
        _ => set.database_header()?,
    };
    let header = header.filter(|header| header.magic == MAGIC && header.size_is_valid());
    Ok(header.map(|header| header.size_in_pages))
}
