//! What can be told of an encrypted database without its key: what of page 1 is in clear (FORMAT.md §10).
//!
//! | bytes of page 1 | SQLCipher | SQLite3 Multiple Ciphers, SEE | SQLCipher with a plaintext header |
//! |---|---|---|---|
//! | 0..16 | salt | salt | magic string |
//! | 16..24 | encrypted | in clear: page size, versions, reserved bytes, payload fractions | in clear |
//! | 24..32 | encrypted | encrypted | in clear |
//! | 32.. | encrypted | encrypted | encrypted |
//!
//! What is encrypted looks like random bytes, and random bytes look like it: nothing here proves that there is a key.

use stillframe_format::{PageSize, lacks_structure};

use crate::Header;
use crate::header::{HEADER_BYTES, MAGIC, PAYLOAD_FRACTIONS};

/// What is in clear of a page 1 that otherwise has no structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InClear {
    /// Nothing.
    Nothing,
    /// The bytes 16 to 23 of the header.
    PageSize {
        /// The page size in them.
        page_size: PageSize,
        /// Bytes at the end of each page that SQLite leaves alone; ciphers keep nonces and authentication codes there.
        reserved: u8,
    },
    /// The header up to byte 31.
    Header {
        /// The page size in it.
        page_size: PageSize,
        /// As above.
        reserved: u8,
    },
}

/// Bytes of the header that are in clear where it begins with the magic string.
const HEADER_IN_CLEAR: usize = 32;

/// The least that a cipher reserves with a header in clear: an initialisation vector.
const LEAST_RESERVED: u8 = 16;

/// Bytes that are looked at: those of a page of the usual size tell.
const LOOKED_AT: usize = 4096;

/// What of `page_1`, the first page of a database or as much of it as is there (4,096 bytes are enough), is in clear;
/// `None` where it has a structure, as it has where nothing is encrypted.
pub fn in_clear(page_1: &[u8]) -> Option<InClear> {
    let header = Header::parse(page_1.get(..HEADER_BYTES)?).ok()?;
    let fits = [header.write_version, header.read_version]
        .iter()
        .all(|version| (1..=2).contains(version))
        && header.payload_fractions == PAYLOAD_FRACTIONS;
    let page_size = header.page_size().filter(|_| fits);
    let length = page_size.map_or(LOOKED_AT, |size| size.as_len().min(LOOKED_AT));
    let page = page_1.get(..length).unwrap_or(page_1);
    let has_magic = header.magic == MAGIC;
    let from = if has_magic { HEADER_IN_CLEAR } else { 24 };
    if !lacks_structure(page.get(from..)?) {
        return None;
    }
    let reserved = header.reserved_bytes;
    match (has_magic, page_size) {
        (true, Some(page_size)) if reserved >= LEAST_RESERVED => Some(InClear::Header {
            page_size,
            reserved,
        }),
        (true, _) => None,
        (false, Some(page_size)) => Some(InClear::PageSize {
            page_size,
            reserved,
        }),
        (false, None) => lacks_structure(page).then_some(InClear::Nothing),
    }
}

#[cfg(test)]
mod tests;
