use core::fmt;

use stillframe_format::{PageNumber, PageSize};

use crate::record::record_bytes;

/// How a journal is laid out: its first header says so for the whole file (`readJournalHdr` in `pager.c`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Layout {
    /// Every header fills a sector, and begins at a multiple of it.
    pub sector_size: SectorSize,
    /// The size of the page in every record.
    pub page_size: PageSize,
}

impl Layout {
    /// Bytes of a record.
    pub const fn record_bytes(self) -> usize {
        record_bytes(self.page_size)
    }

    /// How many records a journal of `length` bytes has whose header says that there are as many as fit. In SQLite's
    /// own arithmetic, which is of use only where the file has no more than 2^31 records.
    pub(crate) const fn records_that_fit(self, length: u64) -> u32 {
        let behind = length as i64 - self.sector_size.get() as i64;
        (behind / self.record_bytes() as i64) as u32
    }

    /// The page that no record holds.
    pub(crate) const fn lock_byte_page(self) -> PageNumber {
        self.page_size.lock_byte_page()
    }
}

/// The sector size of a journal in bytes: a power of two from 32 to 65536.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SectorSize(u32);

impl SectorSize {
    /// What SQLite takes where the device is known to overwrite sectors safely, which is the default.
    pub const DEFAULT: Self = Self(512);

    /// This many bytes, where it is a power of two from 32 to 65536.
    pub const fn new(bytes: u32) -> Option<Self> {
        if bytes.is_power_of_two() && bytes >= 32 && bytes <= 65536 {
            Some(Self(bytes))
        } else {
            None
        }
    }

    /// The size in bytes.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The size in bytes, as a length.
    pub const fn as_len(self) -> usize {
        self.0 as usize
    }

    /// The first multiple of the sector size that is not below `offset` (`journalHdrOffset` in `pager.c`).
    pub const fn align(self, offset: u64) -> u64 {
        let mask = self.0 as u64 - 1;
        offset.saturating_add(mask) & !mask
    }
}

impl fmt::Display for SectorSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
