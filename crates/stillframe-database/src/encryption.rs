//! What can be told of an encrypted database without its key: what of page 1 is in clear (FORMAT.md §10).
//!
//! | bytes of page 1 | SQLCipher | SQLite3 Multiple Ciphers, SEE | SQLCipher with a plaintext header of 32 bytes, or 16 |
//! |---|---|---|---|
//! | 0..16 | salt | salt | magic string |
//! | 16..24 | encrypted | in clear: page size, versions, reserved bytes, payload fractions | in clear; of 16 encrypted |
//! | 24..32 | encrypted | encrypted | in clear; of 16 encrypted |
//! | 32.. | encrypted | encrypted | encrypted |
//!
//! What is encrypted looks like random bytes, and random bytes look like it: nothing here proves that there is a key. Pages
//! that have a structure show that there is none ([`is_contradicted`]).

use stillframe_format::{PageSize, lacks_structure, looks_encrypted};

use crate::Header;
use crate::header::{HEADER_BYTES, MAGIC, PAYLOAD_FRACTIONS};

/// What is in clear of a page 1 that otherwise has no structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InClear {
    /// Nothing.
    Nothing,
    /// The magic string.
    Magic,
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
    let reserved = header.reserved_bytes;
    match (has_magic, page_size) {
        (true, Some(page_size)) => {
            let is_sealed = lacks_structure(page.get(HEADER_IN_CLEAR..)?);
            (is_sealed && reserved >= LEAST_RESERVED).then_some(InClear::Header {
                page_size,
                reserved,
            })
        }
        (true, None) => lacks_structure(page.get(MAGIC.len()..)?).then_some(InClear::Magic),
        (false, Some(page_size)) => {
            let is_sealed = lacks_structure(page.get(24..)?);
            is_sealed.then_some(InClear::PageSize {
                page_size,
                reserved,
            })
        }
        (false, None) => looks_encrypted(page).then_some(InClear::Nothing),
    }
}

/// Bytes in fragments that a page has at most.
const MOST_FRAGMENTS: u8 = 60;

/// Bytes of a page that tell whether it has a structure.
pub const SAMPLE_BYTES: usize = 512;

/// Whether pages contradict that the database is encrypted: of these `samples`, each from the start of one, one is a page of
/// a b-tree, as no cipher leaves any, or more than one in four have a structure. Some may be damaged. Zeros say nothing, as
/// pages that were never written are zeros.
pub fn is_contradicted<'a>(samples: impl Iterator<Item = &'a [u8; SAMPLE_BYTES]>) -> bool {
    let written = samples.filter(|sample| sample.iter().any(|&byte| byte != 0));
    let (mut with, mut without) = (0u32, 0u32);
    for sample in written {
        match has_structure(sample) {
            _ if begins_b_tree_page(sample) => return true,
            true => with += 1,
            false => without += 1,
        }
    }
    with * 3 > without
}

/// Whether a page that begins so is one of a b-tree: a header whose numbers fit each other, and pointers to cells, of which
/// there is one at least, that lie where it says (FORMAT.md §3). Random bytes are so once in ten thousand million times.
pub fn begins_b_tree_page(sample: &[u8; SAMPLE_BYTES]) -> bool {
    let number = |at: usize| {
        let bytes = sample.get(at..)?.first_chunk()?;
        Some(u32::from(u16::from_be_bytes(*bytes)))
    };
    let header = match sample {
        [0x02 | 0x05, ..] => 12,
        [0x0a | 0x0d, ..] => 8,
        _ => return false,
    };
    let (Some(free), Some(cells), Some(content)) = (number(1), number(3), number(5)) else {
        return false;
    };
    // Zero stands for 65536.
    let content = if content == 0 { 1 << 16 } else { content };
    let array = header + 2 * cells;
    let pointers = (header..array).step_by(2);
    let Some(least) = pointers.map_while(|at| number(at as usize)).min() else {
        return false;
    };
    // The first of what is in use, or was, begins the content; where pointers lie behind the sample, that is not known.
    let has_first = array <= SAMPLE_BYTES as u32 && [least, free].contains(&content);
    array <= content
        && content <= least
        && (free == 0 || (free >= content && has_first))
        && sample
            .get(7)
            .is_some_and(|&fragments| fragments <= MOST_FRAGMENTS)
}

/// Whether the start of a page has a structure; also where all else is random: a b-tree page without free blocks, or one of a
/// chain whose next page has a small number.
fn has_structure(sample: &[u8; SAMPLE_BYTES]) -> bool {
    matches!(sample, [0, 0, ..] | [0x02 | 0x05 | 0x0a | 0x0d, 0, 0, ..]) || !lacks_structure(sample)
}

#[cfg(test)]
mod tests;
