//! Making wal-indexes (`walIndexAppend` in `wal.c`).

use alloc::vec;
use alloc::vec::Vec;

use byteorder::{BigEndian, ByteOrder as _, LittleEndian};
use stillframe_format::PageNumber;

use super::hash::first_slot;
use super::{BLOCK_BYTES, Block, CheckpointInfo, Head, IndexHeader, block_of};
use crate::wal_index::block::SLOTS;
use crate::{ByteOrder, FrameNumber};

/// Makes a wal-index as SQLite does, frame by frame. All of it is kept: about 8 bytes a frame.
///
/// ```
/// use stillframe_format::{PageNumber, PageSize};
/// use stillframe_wal::wal_index::{CheckpointInfo, Head, IndexHeader, Writer};
/// use stillframe_wal::{ByteOrder, Header, Salts};
///
/// let size = PageSize::new(512).unwrap();
/// let wal = Header::new(size, ByteOrder::Little, 0, Salts { salt1: 1, salt2: 2 });
/// let mut header = IndexHeader::new(ByteOrder::Little, &wal, None, 1);
/// (header.mx_frame, header.page_count) = (2, 7);
/// header.checksum = header.computed_checksum(ByteOrder::Little);
///
/// let mut writer = Writer::new(ByteOrder::Little);
/// writer.frame(PageNumber::new(1).unwrap());
/// writer.frame(PageNumber::new(7).unwrap());
/// let index = writer.finish(header, CheckpointInfo::recovered(2));
///
/// assert_eq!(index.len(), 32768);
/// assert_eq!(Head::parse(&index).unwrap().validate().unwrap().page_count, 7);
/// ```
#[derive(Clone, Debug)]
pub struct Writer {
    order: ByteOrder,
    bytes: Vec<u8>,
    frames: u32,
}

impl Writer {
    /// An index without frames, of a host with this byte order.
    pub fn new(order: ByteOrder) -> Self {
        Self {
            order,
            bytes: vec![0; BLOCK_BYTES],
            frames: 0,
        }
    }

    /// Takes the page of the next frame. After 2^32 - 1 frames nothing is taken.
    pub fn frame(&mut self, page: PageNumber) {
        let Some(frame) = self.frames.checked_add(1).and_then(FrameNumber::new) else {
            return;
        };
        let number = block_of(frame);
        let start = number as usize * BLOCK_BYTES;
        if start == self.bytes.len() {
            self.bytes.resize(start + BLOCK_BYTES, 0);
        }
        let (_, bytes) = self.bytes.split_at(start);
        let Some(block) = Block::new(number, self.order, bytes) else {
            return;
        };
        let entry = (frame.get() - block.frame(0).get()) as usize;
        let mut slots = (0..SLOTS).map(|step| (first_slot(page.get()) + step) % SLOTS);
        let free = slots.find(|&slot| block.slot(slot) == Some(0));
        let free = free.expect("a block has twice as many slots as frames");
        let (page_at, slot_at) = (block.range_of_page(entry), block.range_of_slot(free));
        self.put(page_at.start, |order, to| match order {
            ByteOrder::Little => LittleEndian::write_u32(to, page.get()),
            ByteOrder::Big => BigEndian::write_u32(to, page.get()),
        });
        self.put(slot_at.start, |order, to| match order {
            ByteOrder::Little => LittleEndian::write_u16(to, entry as u16 + 1),
            ByteOrder::Big => BigEndian::write_u16(to, entry as u16 + 1),
        });
        self.frames = frame.get();
    }

    /// The bytes of the index, with this header twice. The header's checksum is written as it is.
    pub fn finish(mut self, header: IndexHeader, checkpoint: CheckpointInfo) -> Vec<u8> {
        let head = Head {
            order: Some(self.order),
            copies: [header; 2],
            checkpoint,
        };
        for (to, from) in self.bytes.iter_mut().zip(head.encode()) {
            *to = from;
        }
        self.bytes
    }

    fn put(&mut self, offset: u64, write: impl FnOnce(ByteOrder, &mut [u8])) {
        let (_, to) = self.bytes.split_at_mut(offset as usize);
        write(self.order, to);
    }
}
