//! A block of a wal-index; the layout is in [`super`].

use byteorder::{BigEndian, ByteOrder as _, LittleEndian};
use stillframe_format::ByteRange;

use super::{BLOCK_BYTES, HEAD_BYTES};
use crate::{ByteOrder, FrameNumber};

/// Frames of every block but the first.
pub(super) const FRAMES: usize = 4096;

/// Frames of the first block, which the head takes room from.
pub(super) const FRAMES_OF_FIRST: usize = FRAMES - HEAD_BYTES / 4;

/// Slots of the hash table of a block.
pub(super) const SLOTS: usize = 2 * FRAMES;

/// Offset of the hash table in a block.
pub(super) const TABLE_OFFSET: usize = 4 * FRAMES;

/// The block of the last frame that there can be.
const LAST_BLOCK: u32 = match FrameNumber::new(u32::MAX) {
    Some(frame) => block_of(frame),
    None => 0,
};

/// A block, or what is there of it.
#[derive(Clone, Copy, Debug)]
pub struct Block<'a> {
    number: u32,
    order: ByteOrder,
    bytes: &'a [u8],
}

/// The number from 0 of the block that has the page of a frame (`walFramePage`).
pub const fn block_of(frame: FrameNumber) -> u32 {
    ((frame.get() as u64 - 1 + (FRAMES - FRAMES_OF_FIRST) as u64) / FRAMES as u64) as u32
}

impl<'a> Block<'a> {
    /// Block `number`, from 0, whose bytes begin with these: 32768, or fewer where the file ends within it. `None`
    /// where no frame has a number that high.
    pub fn new(number: u32, order: ByteOrder, bytes: &'a [u8]) -> Option<Self> {
        let bytes = bytes.get(..BLOCK_BYTES).unwrap_or(bytes);
        (number <= LAST_BLOCK).then_some(Self {
            number,
            order,
            bytes,
        })
    }

    /// Its number, from 0.
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// How many frames it has room for.
    pub const fn capacity(&self) -> usize {
        if self.number == 0 {
            FRAMES_OF_FIRST
        } else {
            FRAMES
        }
    }

    /// The frame whose page is its entry `entry`, from 0.
    pub fn frame(&self, entry: usize) -> FrameNumber {
        let before = match self.number {
            0 => 0,
            number => FRAMES_OF_FIRST as u64 + (u64::from(number) - 1) * FRAMES as u64,
        };
        let number = (before + entry as u64 + 1).min(u32::MAX.into()) as u32;
        FrameNumber::new(number).unwrap_or(FrameNumber::FIRST)
    }

    /// How many of the frames up to `last` it has the pages of, whether they are there or not.
    pub fn entries(&self, last: u32) -> usize {
        let before = self.frame(0).get() - 1;
        (last.saturating_sub(before) as usize).min(self.capacity())
    }

    /// The page of entry `entry`, from 0: that of frame [`Block::frame`]. `None` where the file ends before.
    pub fn page(&self, entry: usize) -> Option<u32> {
        (entry < self.capacity()).then(|| self.word(entry))?
    }

    /// As [`Block::page`], also past the last entry of the first block, where the hash table stands.
    pub(super) fn word(&self, entry: usize) -> Option<u32> {
        let bytes = self.bytes_at(self.range_of_page(entry))?;
        Some(match self.order {
            ByteOrder::Little => LittleEndian::read_u32(bytes),
            ByteOrder::Big => BigEndian::read_u32(bytes),
        })
    }

    /// Slot `slot` of the hash table, from 0. `None` where the file ends before.
    pub fn slot(&self, slot: usize) -> Option<u16> {
        let range = (slot < SLOTS).then(|| self.range_of_slot(slot))?;
        let bytes = self.bytes_at(range)?;
        Some(match self.order {
            ByteOrder::Little => LittleEndian::read_u16(bytes),
            ByteOrder::Big => BigEndian::read_u16(bytes),
        })
    }

    /// Whether all of its bytes are there.
    pub const fn is_whole(&self) -> bool {
        self.bytes.len() == BLOCK_BYTES
    }

    /// The bytes in the file of the page of an entry.
    pub fn range_of_page(&self, entry: usize) -> ByteRange {
        let head = if self.number == 0 { HEAD_BYTES } else { 0 };
        ByteRange::new(self.offset() + (head + 4 * entry) as u64, 4)
    }

    /// The bytes in the file of a slot of the hash table.
    pub fn range_of_slot(&self, slot: usize) -> ByteRange {
        ByteRange::new(self.offset() + (TABLE_OFFSET + 2 * slot) as u64, 2)
    }

    /// Offset of the block in the file.
    pub const fn offset(&self) -> u64 {
        self.number as u64 * BLOCK_BYTES as u64
    }

    fn bytes_at(&self, range: ByteRange) -> Option<&'a [u8]> {
        let start = range.start.checked_sub(self.offset())?;
        let end = range.end.checked_sub(self.offset())?;
        self.bytes.get(start as usize..end as usize)
    }
}
