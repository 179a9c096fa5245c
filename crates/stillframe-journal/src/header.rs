//! The header of a segment: 28 bytes, big-endian, and zeros up to the end of the sector (SQLite's file format, section
//! 3; `writeJournalHdr` and `readJournalHdr` in `pager.c`).
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0 | 8 | magic: `d9d505f920a163d7` |
//! | 8 | 4 | records in the segment; `ffffffff`: as many as fit into the file |
//! | 12 | 4 | nonce: what the checksums of the records begin with |
//! | 16 | 4 | size of the database in pages before the transaction |
//! | 20 | 4 | sector size: the header fills it, and every header begins at a multiple of it |
//! | 24 | 4 | page size in bytes, 65536 as it is; 0 in journals of SQLite before 3.5.8 |
//!
//! Magic and number of records are zero until the records are synced. Sector size, page size and size of the database
//! count in the first header only. Where a journal is kept after its transaction, the first header is zeroed.

use binrw::io::Cursor;
use binrw::{BinRead, BinWrite, binrw};
use stillframe_format::{Error as FormatError, PageSize};

use crate::{Error, ErrorKind, Layout, SectorSize};

/// Bytes of the header.
pub const HEADER_BYTES: usize = 28;

/// The magic number.
pub const MAGIC: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];

/// In place of the number of records: as many as fit into the file.
pub const RECORDS_THAT_FIT: u32 = 0xffff_ffff;

/// The header of a segment: every field as it stands in the file, whatever it holds.
#[binrw]
#[brw(big)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Header {
    /// The magic number.
    pub magic: [u8; 8],
    /// How many records follow, or [`RECORDS_THAT_FIT`].
    pub records: u32,
    /// What the checksums of the records begin with.
    pub nonce: u32,
    /// Size of the database in pages before the transaction.
    pub initial_size: u32,
    /// The sector size: see [`Header::sector_size`].
    pub sector_size_field: u32,
    /// The page size in bytes: see [`Header::page_size`].
    pub page_size_field: u32,
}

impl Header {
    /// A header as SQLite would write it once the records are synced.
    pub const fn new(layout: Layout, records: u32, nonce: u32, initial_size: u32) -> Self {
        Self {
            magic: MAGIC,
            records,
            nonce,
            initial_size,
            sector_size_field: layout.sector_size.get(),
            page_size_field: layout.page_size.get(),
        }
    }

    /// Reads the fields from the start of a segment. Nothing is judged.
    ///
    /// # Errors
    /// [`ErrorKind::HeaderTruncated`] where there are fewer than 28 bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        bytes
            .get(..HEADER_BYTES)
            .and_then(|bytes| Self::read(&mut Cursor::new(bytes)).ok())
            .ok_or(FormatError::new(
                ErrorKind::HeaderTruncated { found: bytes.len() },
                0,
                bytes.len() as u64,
            ))
    }

    /// The bytes of the header: what [`Header::parse`] read, where nothing was changed.
    pub fn encode(&self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        self.write(&mut Cursor::new(&mut bytes[..]))
            .expect("the fields of the header fill exactly 28 bytes");
        bytes
    }

    /// Whether SQLite would play back the records behind this header, as the first of a journal, by its own tests in
    /// its own order (`readJournalHdr`), and how the journal is laid out. `database` is the page size that the database
    /// file beside it names, for the journals that name none.
    ///
    /// # Errors
    /// The first thing that fails: SQLite then plays nothing back, and says nothing.
    pub fn validate(&self, database: PageSize) -> Result<Layout, Error> {
        if !self.is_live() {
            let found = self.magic;
            return Err(FormatError::new(ErrorKind::Magic { found }, 0, 8));
        }
        self.layout(database)
    }

    /// How the journal is laid out that begins with this header, whatever its magic number is.
    ///
    /// # Errors
    /// Sector or page size is out of range.
    pub fn layout(&self, database: PageSize) -> Result<Layout, Error> {
        let page_size = match self.page_size_field {
            0 => database,
            found => PageSize::new(found).ok_or(FormatError::new(
                ErrorKind::PageSize { found },
                24,
                4,
            ))?,
        };
        let found = self.sector_size_field;
        let sector_size = SectorSize::new(found).ok_or(FormatError::new(
            ErrorKind::SectorSize { found },
            20,
            4,
        ))?;
        Ok(Layout {
            sector_size,
            page_size,
        })
    }

    /// Whether the magic number is right: all that SQLite asks of a header behind the first.
    pub fn is_live(&self) -> bool {
        self.magic == MAGIC
    }

    /// Whether magic and number of records are zero and the other fields are not: the records behind it were not synced
    /// when the process ended, and SQLite does not see them.
    pub fn is_unsynced(&self) -> bool {
        self.magic == [0; 8]
            && self.records == 0
            && self.sector_size().is_some()
            && self.page_size().is_some()
    }

    /// Whether it was zeroed: the transaction ended, and the journal was kept (`zeroJournalHdr` in `pager.c`).
    pub fn is_zeroed(&self) -> bool {
        self.encode() == [0; HEADER_BYTES]
    }

    /// The sector size, where the field holds one.
    pub const fn sector_size(&self) -> Option<SectorSize> {
        SectorSize::new(self.sector_size_field)
    }

    /// The page size, where the field holds one.
    pub const fn page_size(&self) -> Option<PageSize> {
        PageSize::new(self.page_size_field)
    }
}

#[cfg(test)]
mod tests;
