//! Rollback journals: the nonce in their headers, and the sums that begin with it.
//!
//! ```text
//! segment header, padded to 512 bytes        record
//!  0  magic d9d505f920a163d7                  0  page number
//!  8  records, or 0xffffffff: all that follow 4  the page
//! 12  nonce                                   …  nonce + every 200th byte of the page, from its end
//! ```

use crate::naive::{be32, journal_sum, put32};

/// The header of a segment, padded to the sector size that SQLite assumes.
pub(super) const SECTOR: usize = 512;

/// The same journal with this nonce in every segment header that is not zeroed, and in the sum of every record.
pub fn renonce(journal: &[u8], page_size: usize, nonce: u32) -> Vec<u8> {
    let mut out = journal.to_vec();
    let record = page_size + 8;
    let mut start = 0;
    while start + SECTOR <= out.len() {
        let mut records = (out.len() - start - SECTOR) / record;
        if out[start] != 0 {
            put32(&mut out, start + 12, nonce);
            records = records.min(be32(&out, start + 8) as usize);
        } else if be32(&out, start + 12) != 0 {
            // Written before the segment was synced: its magic and count are still zero.
            put32(&mut out, start + 12, nonce);
        }
        for index in 0..records {
            let page = start + SECTOR + index * record + 4;
            let sum = journal_sum(nonce, &out[page..page + page_size]);
            put32(&mut out, page + page_size, sum);
        }
        start = (start + SECTOR + records * record).next_multiple_of(SECTOR);
    }
    out
}
