//! A freeblock, in ascending order of offsets, at least 4 bytes apart:
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0 | 2 | offset of the next one; 0 where there is none |
//! | 2 | 2 | its bytes, these 4 included |

use stillframe_format::{ByteRange, Error as FormatError};

use super::{Page, word};
use crate::{Error, ErrorKind};

/// A run of free bytes between cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Freeblock {
    /// Offset in the page.
    pub offset: u32,
    /// Bytes that it takes.
    pub size: u32,
}

impl Freeblock {
    /// The bytes of the page that it takes.
    pub const fn range(&self) -> ByteRange {
        ByteRange::new(self.offset as u64, self.size as u64)
    }
}

impl Page<'_> {
    /// The freeblocks, in order, up to the first that SQLite does not accept.
    pub fn freeblocks(&self) -> impl Iterator<Item = Result<Freeblock, Error>> + '_ {
        let mut least = self.content_start();
        let mut next = (self.header + 1, word(self.bytes, self.header + 1));
        core::iter::from_fn(move || {
            let (at, offset) = (next.0, u32::from(next.1));
            if offset == 0 {
                return None;
            }
            let block = self.freeblock(at, offset, least);
            next = match block {
                Ok(Freeblock { offset, size }) => {
                    least = offset + size + 4;
                    (offset as usize, word(self.bytes, offset as usize))
                }
                Err(_) => (0, 0),
            };
            Some(block)
        })
    }

    /// The freeblock at `offset`, which stands at `at` and must be at least `least`.
    fn freeblock(&self, at: usize, offset: u32, least: u32) -> Result<Freeblock, Error> {
        let usable = self.geometry.usable_size();
        if offset < least || offset > usable - 4 {
            let kind = ErrorKind::FreeblockOffset {
                found: offset,
                first: least,
                last: usable - 4,
            };
            return Err(FormatError::new(kind, at as u64, 2));
        }
        let size = u32::from(word(self.bytes, offset as usize + 2));
        if size < 4 || offset + size > usable {
            let kind = ErrorKind::FreeblockSize {
                found: size,
                most: usable - offset,
            };
            return Err(FormatError::new(kind, u64::from(offset) + 2, 2));
        }
        Ok(Freeblock { offset, size })
    }

    /// Bytes of the page that nothing uses: the gap before the cell content area, the freeblocks and the fragments, as
    /// the header counts them.
    ///
    /// # Errors
    /// A freeblock that SQLite does not accept, or counts that do not fit the page (`btreeComputeFreeSpace`).
    pub fn free_bytes(&self) -> Result<u32, Error> {
        let mut end = self.content_start() + u32::from(self.fragmented_bytes());
        for block in self.freeblocks() {
            end += block?.size;
        }
        let (least, most) = (self.pointers_end() as u32, self.geometry.usable_size());
        if end < least || end > most {
            let kind = ErrorKind::FreeBytes {
                found: end,
                least,
                most,
            };
            return Err(FormatError::new(kind, self.header as u64 + 1, 7));
        }
        Ok(end - least)
    }
}
