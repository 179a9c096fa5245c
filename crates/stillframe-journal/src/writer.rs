//! Making journals (`writeJournalHdr` and `pager_write` in `pager.c`; the layouts are in [`crate::header`],
//! [`crate::record`] and [`crate::super_journal`]).

use alloc::vec;
use alloc::vec::Vec;

use stillframe_format::PageNumber;

use crate::record::checksum;
use crate::{Header, Layout, super_journal};

/// Makes the parts of a journal that SQLite plays back. It does no I/O: the caller writes what it returns, one behind
/// the other: a header, and then for every record what [`Writer::record`] returns, with the page in between.
///
/// There is an example at the front of the crate.
#[derive(Clone, Debug)]
pub struct Writer {
    layout: Layout,
    initial_size: u32,
    nonce: u32,
    written: u64,
}

impl Writer {
    /// A journal of this layout, of a database that had `initial_size` pages before the transaction.
    pub const fn new(layout: Layout, initial_size: u32) -> Self {
        Self {
            layout,
            initial_size,
            nonce: 0,
            written: 0,
        }
    }

    /// Begins a segment of so many records (or [`crate::header::RECORDS_THAT_FIT`]) with this nonce: zeros up to the
    /// next sector, and the header, which fills that.
    pub fn header(&mut self, records: u32, nonce: u32) -> Vec<u8> {
        let header = Header::new(self.layout, records, nonce, self.initial_size);
        self.nonce = nonce;
        let mut bytes = self.padding();
        let start = bytes.len();
        bytes.extend(header.encode());
        bytes.resize(start + self.layout.sector_size.as_len(), 0);
        self.written += (bytes.len() - start) as u64;
        bytes
    }

    /// What stands before and behind `data`, which must be one page, in its record.
    pub fn record(&mut self, page: PageNumber, data: &[u8]) -> ([u8; 4], [u8; 4]) {
        self.written += self.layout.record_bytes() as u64;
        let sum = checksum(self.nonce, data);
        (page.get().to_be_bytes(), sum.to_be_bytes())
    }

    /// Ends the journal with the name of a super-journal: zeros up to the next sector, and the name.
    pub fn super_journal(&mut self, name: &[u8]) -> Vec<u8> {
        let mut bytes = self.padding();
        let trailer = super_journal::encode(name, self.layout.page_size);
        self.written += trailer.len() as u64;
        bytes.extend(trailer);
        bytes
    }

    /// How many bytes there are so far.
    pub const fn written(&self) -> u64 {
        self.written
    }

    fn padding(&mut self) -> Vec<u8> {
        let aligned = self.layout.sector_size.align(self.written);
        let zeros = vec![0; (aligned - self.written) as usize];
        self.written = aligned;
        zeros
    }
}

#[cfg(test)]
mod tests;
