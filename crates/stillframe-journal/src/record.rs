//! Records: a page as it was before the transaction (SQLite's file format, section 3; `pager_playback_one_page` and
//! `pager_cksum` in `pager.c`).
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0 | 4 | page number, big-endian |
//! | 4 | page size | the page |
//! | 4 + page size | 4 | checksum, big-endian: the nonce and every 200th byte of the page, counted from its end |

use core::fmt;
use core::num::NonZeroU32;

use byteorder::{BigEndian, ByteOrder as _};
use stillframe_format::{PageNumber, PageSize};

/// Bytes of the page number before the page.
pub const PAGE_NUMBER_BYTES: usize = 4;

/// Bytes of the checksum behind the page.
pub const CHECKSUM_BYTES: usize = 4;

/// How far apart the bytes of a page are that its checksum sums.
const STRIDE: usize = 200;

/// The number of a record, or of a record-sized slot: 1 is the first of the journal. Headers are not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordNumber(NonZeroU32);

impl RecordNumber {
    /// The first record.
    pub const FIRST: Self = Self(NonZeroU32::MIN);

    /// The record with this number; `None` for 0.
    pub const fn new(number: u32) -> Option<Self> {
        match NonZeroU32::new(number) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }

    /// The number, from 1.
    pub const fn get(self) -> u32 {
        self.0.get()
    }
}

impl fmt::Display for RecordNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Bytes of a record: page number, page and checksum.
pub const fn record_bytes(page_size: PageSize) -> usize {
    PAGE_NUMBER_BYTES + page_size.as_len() + CHECKSUM_BYTES
}

/// The checksum of a page in a segment with this nonce: every 200th byte, from the 200th before its end down to the
/// first but one.
pub fn checksum(nonce: u32, page: &[u8]) -> u32 {
    // Less than the stride is left out at the start: counted from there it is the same bytes.
    let first = match page.len() % STRIDE {
        0 => STRIDE,
        first => first,
    };
    let last = page.len().saturating_sub(STRIDE);
    page.get(..=last)
        .unwrap_or_default()
        .iter()
        .skip(first)
        .step_by(STRIDE)
        .fold(nonce, |sum, &byte| sum.wrapping_add(byte.into()))
}

/// The most that a page of this size adds to the nonce in its checksum: every byte of it that counts is 255.
const fn most_added(page_size: PageSize) -> u32 {
    // The bytes are those at page size - 200, - 400 and so on, but for the first of the page.
    ((page_size.as_len() - 1) / STRIDE) as u32 * u8::MAX as u32
}

/// Whether there is a page of which a checksum holds with a nonce. Of the checksums that chance makes, and of those of another
/// segment, as good as none do: a page adds less than 84,000, of four thousand million.
pub const fn can_hold(checksum: u32, nonce: u32, page_size: PageSize) -> bool {
    checksum.wrapping_sub(nonce) <= most_added(page_size)
}

/// The nonce with which the checksum of a record holds that is there as a whole, of a page that has records; `None` of
/// other bytes. Any bytes have one: it shows something where it is the one that is expected.
pub fn nonce(record: &[u8], page_size: PageSize) -> Option<u32> {
    let slot = RawSlot::split(record, page_size);
    let page = slot.page.and_then(PageNumber::new)?;
    slot.nonce().filter(|_| page != page_size.lock_byte_page())
}

/// What stands in a record-sized slot, or in what is there of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawSlot<'a> {
    pub(crate) page: Option<u32>,
    pub(crate) data: &'a [u8],
    pub(crate) checksum: Option<u32>,
}

impl<'a> RawSlot<'a> {
    pub(crate) fn split(bytes: &'a [u8], page_size: PageSize) -> Self {
        let word = |bytes: &[u8]| {
            bytes
                .first_chunk::<4>()
                .map(|word| BigEndian::read_u32(word))
        };
        let behind = bytes.get(PAGE_NUMBER_BYTES..).unwrap_or_default();
        Self {
            page: word(bytes),
            data: behind.get(..page_size.as_len()).unwrap_or(behind),
            checksum: behind.get(page_size.as_len()..).and_then(word),
        }
    }

    /// Whether page number and page are there as a whole.
    pub(crate) fn has_page(&self, page_size: PageSize) -> bool {
        self.page.is_some() && self.data.len() == page_size.as_len()
    }

    /// The nonce with which the checksum holds.
    pub(crate) fn nonce(&self) -> Option<u32> {
        Some(self.checksum?.wrapping_sub(checksum(0, self.data)))
    }
}

#[cfg(test)]
mod tests;
