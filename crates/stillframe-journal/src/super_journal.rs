//! The name of a super-journal at the end of a journal (SQLite's file format, section 3.1; `writeSuperJournal` and
//! `readSuperJournal` in `pager.c`). A transaction over several databases writes it into the journal of each; where the
//! file of that name is gone, the transaction was committed.
//!
//! | offset from the end | size | field |
//! |---|---|---|
//! | -20 - n | 4 | number of the lock-byte page, as in a record, which ends the playback |
//! | -16 - n | n | name, without a terminator: at most 512 bytes |
//! | -16 | 4 | n, big-endian |
//! | -12 | 4 | sum of the bytes of the name, each as a signed one |
//! | -8 | 8 | magic: `d9d505f920a163d7` |
//!
//! What stands in the file of that name [`children`] tells.

mod children;

use alloc::vec::Vec;

use byteorder::{BigEndian, ByteOrder as _};
use stillframe_format::{ByteRange, PageSize};

use crate::header::MAGIC;
pub use children::{Child, MAX_CHILDREN, MAX_CHILDREN_BYTES, children, encode_children};

/// The longest name that SQLite reads (`mxPathname` of its own file systems), in bytes.
pub const MAX_NAME_BYTES: usize = 512;

/// As many bytes from the end of a journal are enough for [`SuperJournal::find`].
pub const MAX_TRAILER_BYTES: usize = PAGE_NUMBER_BYTES + MAX_NAME_BYTES + TAIL_BYTES;

const PAGE_NUMBER_BYTES: usize = 4;

/// Bytes behind the name: its length, its sum and the magic number.
const TAIL_BYTES: usize = 16;

/// Bytes that SQLite's own ending of a name has: `-mjXXXXXX9XX`, with hexadecimal digits.
const ENDING_BYTES: usize = 12;

/// The name of a super-journal, whose length, sum and magic number are right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SuperJournal<'a> {
    name: &'a [u8],
    /// All bytes that belong to it.
    pub range: ByteRange,
}

impl<'a> SuperJournal<'a> {
    /// Looks at the end of a journal of `length` bytes. `tail` is its last [`MAX_TRAILER_BYTES`], or all of it.
    pub fn find(tail: &'a [u8], length: u64) -> Option<Self> {
        let (before, end) = tail.split_last_chunk::<TAIL_BYTES>()?;
        let word = |at: usize| end.get(at..).map_or(0, BigEndian::read_u32);
        let (bytes, sum) = (word(0) as usize, word(4));
        if !(1..=MAX_NAME_BYTES).contains(&bytes) || !end.ends_with(&MAGIC) {
            return None;
        }
        let stored = before.get(before.len().checked_sub(bytes)?..)?;
        if name_sum(stored) != sum {
            return None;
        }
        // To SQLite a name is a C string.
        let name = stored.split(|&byte| byte == 0).next().unwrap_or_default();
        let before = bytes + TAIL_BYTES + PAGE_NUMBER_BYTES;
        Some(Self {
            name,
            range: ByteRange {
                start: length.saturating_sub(before as u64),
                end: length,
            },
        })
        .filter(|found| !found.name.is_empty())
    }

    /// The name as it stands there: a path, mostly an absolute one.
    pub const fn name(&self) -> &'a [u8] {
        self.name
    }

    /// Whether the name ends as the names do that SQLite makes, `-mjXXXXXX9XX`. From 3.54 on SQLite takes no other for
    /// the name of a super-journal, and plays the journal back; before that it took any (`pagerIsSuperJrnlName`).
    pub fn is_made_by_sqlite(&self) -> bool {
        let Some((_, ending)) = self.name.split_last_chunk::<ENDING_BYTES>() else {
            return false;
        };
        let [b'-', b'm', b'j', digits @ ..] = ending else {
            return false;
        };
        let [_, _, _, _, _, _, nine, _, _] = digits;
        *nine == b'9' && digits.iter().all(u8::is_ascii_hexdigit)
    }

    /// The name of the database that the super-journal was made beside, for a name that SQLite made: the name without
    /// its ending.
    pub fn database(&self) -> Option<&'a [u8]> {
        let name = self.name;
        self.is_made_by_sqlite()
            .then(|| name.get(..name.len() - ENDING_BYTES))?
    }
}

/// The bytes that name `name` at the end of a journal of a database with this page size. A name of more than
/// [`MAX_NAME_BYTES`] is written all the same, and not read.
pub fn encode(name: &[u8], page_size: PageSize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(PAGE_NUMBER_BYTES + name.len() + TAIL_BYTES);
    bytes.extend(page_size.lock_byte_page().get().to_be_bytes());
    bytes.extend(name);
    bytes.extend((name.len() as u32).to_be_bytes());
    bytes.extend(name_sum(name).to_be_bytes());
    bytes.extend(MAGIC);
    bytes
}

/// Each byte counts as a signed one, as `char` is on most machines.
fn name_sum(name: &[u8]) -> u32 {
    name.iter().fold(0, |sum: u32, &byte| {
        sum.wrapping_add_signed(i32::from(byte as i8))
    })
}

#[cfg(test)]
mod tests;
