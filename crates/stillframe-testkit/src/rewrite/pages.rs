//! What others than SQLite write into pages.

use std::ops::Range;

use crate::builder::{Seed, Set};
use crate::naive::{FRAME_HEADER, WAL_HEADER, be32, checksum};

use super::journal::SECTOR;
use super::seal_frames;

/// Sums the pages of a database that reserves 8 bytes on each, as the extension `cksumvfs` does: little-endian words, the
/// sum in the last 8 bytes.
pub fn stamp(database: &mut [u8]) {
    assert_eq!(database[20], 8, "the database reserves room for the sums");
    for page in database.chunks_exact_mut(page_size(database)) {
        let end = page.len() - 8;
        let (s0, s1) = checksum(false, (0, 0), &page[..end]);
        page[end..end + 4].copy_from_slice(&s0.to_le_bytes());
        page[end + 4..].copy_from_slice(&s1.to_le_bytes());
    }
}

/// A set whose pages are encrypted, in the database file and in the WAL, but for these bytes of page 1. A page that is the
/// same in clear is the same encrypted, as with SQLCipher.
pub fn encrypt(set: Set, in_clear: Range<usize>) -> Set {
    let mut set = set;
    let size = page_size(&set.database);
    for (number, page) in (1..).zip(set.database.chunks_exact_mut(size)) {
        encrypt_page(number, page, &in_clear);
    }
    let slots = set.wal[WAL_HEADER..].chunks_exact_mut(FRAME_HEADER + size);
    let count = slots.len();
    for slot in slots {
        let number = be32(slot, 0);
        encrypt_page(number, &mut slot[FRAME_HEADER..], &in_clear);
    }
    seal_frames(&mut set.wal, 1..=count);
    set
}

/// A database and its rollback journal whose pages are encrypted once SQLite has summed them, as SQLite3 Multiple Ciphers does:
/// the checksums of the journal stay those of the pages in clear.
pub fn encrypt_beneath(database: &mut [u8], journal: &mut [u8]) {
    let size = page_size(database);
    for (number, page) in (1..).zip(database.chunks_exact_mut(size)) {
        encrypt_page(number, page, &(0..0));
    }
    let sector = journal
        .get(20..24)
        .map_or(SECTOR, |_| be32(journal, 20) as usize);
    let mut start = 0;
    while start + sector <= journal.len() {
        // Before the segment is synced magic and count are zeros, and the nonce is there.
        let records = match (journal[start], be32(journal, start + 12)) {
            (0, 0) => break,
            (0, _) => usize::MAX,
            _ => be32(journal, start + 8) as usize,
        };
        let slots = journal[start + sector..].chunks_exact_mut(size + 8);
        let records = records.min(slots.len());
        for slot in slots.take(records) {
            let number = be32(slot, 0);
            encrypt_page(number, &mut slot[4..4 + size], &(0..0));
        }
        start = (start + sector + records * (size + 8)).next_multiple_of(sector);
    }
}

fn encrypt_page(number: u32, page: &mut [u8], in_clear: &Range<usize>) {
    // What follows from the page and its content, as a nonce would.
    let content = page.iter().fold(u64::from(number), |sum, &byte| {
        sum.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte)
    });
    let stream = Seed(content).bytes(page.len());
    for (at, (byte, random)) in page.iter_mut().zip(stream).enumerate() {
        if number != 1 || !in_clear.contains(&at) {
            *byte ^= random;
        }
    }
}

fn page_size(database: &[u8]) -> usize {
    usize::from(u16::from_be_bytes([database[16], database[17]]))
}
