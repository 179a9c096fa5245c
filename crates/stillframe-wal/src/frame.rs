//! Frames: a 24-byte header, big-endian, and a page (SQLite's file format, section 4.1; `walEncodeFrame` in `wal.c`).
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0 | 4 | page number |
//! | 4 | 4 | commit frames: size of the database in pages after the commit; other frames: 0 |
//! | 8 | 4 | salt-1 |
//! | 12 | 4 | salt-2 |
//! | 16 | 8 | cumulative checksum up to and including this frame |
//! | 24 | page size | the page |

use core::fmt;
use core::num::NonZeroU32;

use byteorder::{BigEndian, ByteOrder as _};
use stillframe_format::{ByteRange, PageNumber, PageSize};

use crate::chain::RawSlot;
use crate::header::HEADER_BYTES;
use crate::{Checksum, Salts};

/// Bytes of a frame's header.
pub const FRAME_HEADER_BYTES: usize = 24;

/// Bytes of a frame's header that its checksum covers.
pub(crate) const SUMMED_BYTES: usize = 8;

/// The number of a frame, or of a frame-sized slot: 1 is the first behind the WAL header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FrameNumber(NonZeroU32);

impl FrameNumber {
    /// The first frame.
    pub const FIRST: Self = Self(NonZeroU32::MIN);

    /// The frame with this number; `None` for 0.
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

    /// Offset in the WAL of the frame's header.
    pub const fn offset(self, page_size: PageSize) -> u64 {
        HEADER_BYTES as u64 + (self.get() as u64 - 1) * slot_bytes(page_size) as u64
    }

    /// The bytes of the WAL that the frame fills.
    pub const fn range(self, page_size: PageSize) -> ByteRange {
        ByteRange::new(self.offset(page_size), slot_bytes(page_size) as u64)
    }

    /// Offset in the WAL of the frame's page.
    pub const fn page_offset(self, page_size: PageSize) -> u64 {
        self.offset(page_size) + FRAME_HEADER_BYTES as u64
    }
}

impl fmt::Display for FrameNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Bytes of a slot: a frame's header and a page.
pub const fn slot_bytes(page_size: PageSize) -> usize {
    FRAME_HEADER_BYTES + page_size.as_len()
}

/// The header of a frame: every field as it stands in the file, whatever it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FrameHeader {
    /// The page number; 0 in no frame that SQLite accepts.
    pub page: u32,
    /// Size of the database in pages after the commit that this frame ends; 0 where it ends none.
    pub size_after: u32,
    /// The salts.
    pub salts: Salts,
    /// The checksum as stored.
    pub checksum: Checksum,
}

impl FrameHeader {
    /// Reads the fields. Nothing is judged.
    pub fn parse(bytes: &[u8; FRAME_HEADER_BYTES]) -> Self {
        let word = |word: usize| bytes.get(word * 4..).map_or(0, BigEndian::read_u32);
        Self {
            page: word(0),
            size_after: word(1),
            salts: Salts {
                salt1: word(2),
                salt2: word(3),
            },
            checksum: Checksum {
                s0: word(4),
                s1: word(5),
            },
        }
    }

    /// The bytes of the header.
    pub fn encode(&self) -> [u8; FRAME_HEADER_BYTES] {
        let mut bytes = [0; FRAME_HEADER_BYTES];
        let words = [
            self.page,
            self.size_after,
            self.salts.salt1,
            self.salts.salt2,
            self.checksum.s0,
            self.checksum.s1,
        ];
        BigEndian::write_u32_into(&words, &mut bytes);
        bytes
    }

    /// Whether the frame ends a commit.
    pub const fn is_commit(&self) -> bool {
        self.size_after != 0
    }

    /// The header's part of the checksum: the sum that `before` becomes after the page number and the size.
    pub(crate) fn summed_after(&self, before: Checksum, order: crate::ByteOrder) -> Checksum {
        let mut bytes = [0; SUMMED_BYTES];
        BigEndian::write_u32_into(&[self.page, self.size_after], &mut bytes);
        before.update(order, &bytes)
    }
}

/// A frame that SQLite accepts: its salts are the header's, its page number is not 0, and its cumulative checksum
/// holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// Its number.
    pub number: FrameNumber,
    /// The page that it holds.
    pub page: PageNumber,
    /// Size of the database in pages after the commit that this frame ends; 0 where it ends none.
    pub size_after: u32,
    /// The cumulative checksum up to and including this frame.
    pub checksum: Checksum,
    /// The page.
    pub data: &'a [u8],
}

impl<'a> Frame<'a> {
    /// The frame in the whole slot `bytes` that a [`crate::Chain`] has accepted as frame `number`. Nothing is verified
    /// here; `None` where the slot cannot be a frame at all.
    pub fn accepted(number: FrameNumber, bytes: &'a [u8]) -> Option<Self> {
        let slot = RawSlot::split(bytes)?;
        Some(Self {
            number,
            page: PageNumber::new(slot.header.page)?,
            size_after: slot.header.size_after,
            checksum: slot.header.checksum,
            data: slot.page,
        })
    }

    /// What the frame is, without its page.
    pub const fn summary(&self) -> FrameSummary {
        FrameSummary {
            number: self.number,
            page: self.page,
            size_after: self.size_after,
            checksum: self.checksum,
        }
    }

    /// The frame's header, in a WAL with these salts.
    pub const fn header(&self, salts: Salts) -> FrameHeader {
        self.summary().header(salts)
    }

    /// Whether the frame ends a commit.
    pub const fn is_commit(&self) -> bool {
        self.size_after != 0
    }
}

/// What a [`Frame`] is, without its page: it outlives the bytes of the WAL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameSummary {
    /// Its number.
    pub number: FrameNumber,
    /// The page that it holds.
    pub page: PageNumber,
    /// Size of the database in pages after the commit that this frame ends; 0 where it ends none.
    pub size_after: u32,
    /// The cumulative checksum up to and including this frame.
    pub checksum: Checksum,
}

impl FrameSummary {
    /// The frame's header, in a WAL with these salts.
    pub const fn header(&self, salts: Salts) -> FrameHeader {
        FrameHeader {
            page: self.page.get(),
            size_after: self.size_after,
            salts,
            checksum: self.checksum,
        }
    }

    /// Whether the frame ends a commit.
    pub const fn is_commit(&self) -> bool {
        self.size_after != 0
    }
}
