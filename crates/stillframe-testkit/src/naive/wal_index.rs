//! A wal-index as SQLite uses it on a host of some byte order: `walIndexTryHdr` and `walFindFrame`.
//!
//! ```text
//!  0  version 3007000    12  initialised (u8)        16  mxFrame       32  salts as in the WAL
//!  4  unused             13  big-endian sums (u8)    20  nPage         40  checksum of bytes 0..40
//!  8  change counter     14  page size (u16, 1=65536)  24  checksum of the last commit frame
//! 48  the same once more     96  nBackfill    100  five read marks    120  lock bytes    128  nBackfillAttempted
//! 136  the pages of frames 1 to 4062, u32 each    16384  8192 slots, u16 each: the number of a frame, or 0
//! 32768  the pages of 4096 more frames, 8192 slots, and so on
//! ```

use super::checksum;

/// What SQLite makes of the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Header {
    /// It uses it; this is mxFrame.
    Used(u32),
    /// It makes the index anew from the WAL.
    MadeAnew,
    /// It refuses the database.
    Refused,
}

/// What SQLite makes of the header, on a host of this byte order.
pub fn header(index: &[u8], big_endian: bool) -> Header {
    if index.len() < 136 || index[..48] != index[48..96] || index[12] == 0 {
        return Header::MadeAnew;
    }
    let sum = checksum(big_endian, (0, 0), &index[..40]);
    if sum
        != (
            native32(big_endian, index, 40),
            native32(big_endian, index, 44),
        )
    {
        return Header::MadeAnew;
    }
    match native32(big_endian, index, 0) {
        super::VERSION => Header::Used(native32(big_endian, index, 16)),
        _ => Header::Refused,
    }
}

/// The newest frame of a page up to frame `last`, as SQLite looks it up: 0 where there is none, `None` where a search has
/// no end. The index must have all blocks up to that of `last`.
pub fn find(index: &[u8], big_endian: bool, page: u32, last: u32) -> Option<u32> {
    if last == 0 {
        return Some(0);
    }
    for block in (0..=(u64::from(last) + 33) / 4096).rev() {
        let start = block as usize * 32768;
        let pages = if block == 0 { start + 136 } else { start };
        let zero = if block == 0 {
            0
        } else {
            4062 + (block - 1) * 4096
        };
        let mut found = 0;
        let mut key = page.wrapping_mul(383) as usize & 8191;
        let mut left = 8192;
        loop {
            let slot = native16(big_endian, index, start + 16384 + 2 * key);
            if slot == 0 {
                break;
            }
            let frame = zero + u64::from(slot);
            let at = pages + ((usize::from(slot) - 1) & 4095) * 4;
            if frame <= u64::from(last) && native32(big_endian, index, at) == page {
                found = frame as u32;
            }
            if left == 0 {
                return None;
            }
            left -= 1;
            key = (key + 1) & 8191;
        }
        if found != 0 {
            return Some(found);
        }
    }
    Some(0)
}

/// The page of a frame (`walFramePgno`).
pub fn page_of(index: &[u8], big_endian: bool, frame: u32) -> u32 {
    let block = (frame as usize + 33) / 4096;
    let entry = if block == 0 {
        34 + frame as usize - 1
    } else {
        (frame as usize - 1 - 4062) % 4096
    };
    native32(big_endian, index, block * 32768 + 4 * entry)
}

/// The number of four bytes at `offset`, in the byte order of the host.
pub fn native32(big_endian: bool, index: &[u8], offset: usize) -> u32 {
    super::word(big_endian, index, offset)
}

fn native16(big_endian: bool, index: &[u8], offset: usize) -> u16 {
    let two = [index[offset], index[offset + 1]];
    if big_endian {
        u16::from_be_bytes(two)
    } else {
        u16::from_le_bytes(two)
    }
}
