//! The WAL header: 32 bytes, big-endian (SQLite's file format, section 4.1; `wal.c`, "WAL FILE FORMAT").
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0 | 4 | magic: `377f0682`, or `377f0683` where checksums read big-endian words |
//! | 4 | 4 | format version: 3007000 |
//! | 8 | 4 | page size in bytes, 65536 as it is |
//! | 12 | 4 | checkpoint sequence number |
//! | 16 | 4 | salt-1: one more at every reset |
//! | 20 | 4 | salt-2: random at every reset |
//! | 24 | 8 | checksum of the first 24 bytes |

use core::fmt;

use binrw::io::Cursor;
use binrw::{BinRead, BinWrite, binrw};
use stillframe_format::{Error as FormatError, PageSize};

use crate::{ByteOrder, Checksum, Error, ErrorKind};

/// Bytes of the header.
pub const HEADER_BYTES: usize = 32;

/// The only format version there is.
pub const FORMAT_VERSION: u32 = 3_007_000;

/// The magic number less its lowest bit.
pub const MAGIC: u32 = 0x377f_0682;

/// Bytes of the header that its checksum covers.
const SUMMED_BYTES: usize = 24;

/// The two salts: every frame of a segment repeats those of the header, so that frames of an earlier one are told
/// apart.
#[binrw]
#[brw(big)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Salts {
    /// One more at every reset of the WAL; random where the file is new.
    pub salt1: u32,
    /// Random at every reset.
    pub salt2: u32,
}

impl Salts {
    /// The salts of spilled frames whose transaction has not ended.
    pub const ZERO: Self = Self { salt1: 0, salt2: 0 };
}

impl fmt::Display for Salts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}/{:08x}", self.salt1, self.salt2)
    }
}

/// The header of a WAL: every field as it stands in the file, whatever it holds.
#[binrw]
#[brw(big)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Header {
    /// The magic number, with the byte order of checksums in its lowest bit.
    pub magic: u32,
    /// The format version.
    pub version: u32,
    /// The page size in bytes: see [`Header::page_size`].
    pub page_size_field: u32,
    /// How often the WAL was reset since its file was made.
    pub checkpoint_sequence: u32,
    /// The salts of this segment.
    pub salts: Salts,
    /// The checksum as stored.
    #[br(map = |(s0, s1): (u32, u32)| Checksum { s0, s1 })]
    #[bw(map = |sum: &Checksum| (sum.s0, sum.s1))]
    pub checksum: Checksum,
}

impl Header {
    /// A header as SQLite would write it, with its checksum.
    pub fn new(
        page_size: PageSize,
        order: ByteOrder,
        checkpoint_sequence: u32,
        salts: Salts,
    ) -> Self {
        let mut header = Self {
            magic: MAGIC | u32::from(order == ByteOrder::Big),
            version: FORMAT_VERSION,
            page_size_field: page_size.get(),
            checkpoint_sequence,
            salts,
            checksum: Checksum::ZERO,
        };
        header.checksum = header.computed_checksum();
        header
    }

    /// Reads the fields from the start of a WAL. Nothing is judged.
    ///
    /// # Errors
    /// [`ErrorKind::HeaderTruncated`] where there are fewer than 32 bytes.
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
            .expect("the fields of the header fill exactly 32 bytes");
        bytes
    }

    /// Whether SQLite would look at the frames behind this header, by its own tests in its own order
    /// (`walIndexRecover`), and at what page size.
    ///
    /// # Errors
    /// The first thing that fails. For magic, page size and checksum SQLite ignores the whole WAL and says nothing;
    /// for the version, tested last, it refuses the database ([`ErrorKind::Version`]).
    pub fn validate(&self) -> Result<PageSize, Error> {
        if self.magic & !1 != MAGIC {
            let found = self.magic;
            return Err(FormatError::new(ErrorKind::Magic { found }, 0, 4));
        }
        let Some(page_size) = self.page_size() else {
            let found = self.page_size_field;
            return Err(FormatError::new(ErrorKind::PageSize { found }, 8, 4));
        };
        let computed = self.computed_checksum();
        if computed != self.checksum {
            let kind = ErrorKind::HeaderChecksum {
                stored: self.checksum,
                computed,
            };
            return Err(FormatError::new(kind, SUMMED_BYTES as u64, 8));
        }
        if self.version != FORMAT_VERSION {
            let found = self.version;
            return Err(FormatError::new(ErrorKind::Version { found }, 4, 4));
        }
        Ok(page_size)
    }

    /// The page size, where the field holds one.
    pub const fn page_size(&self) -> Option<PageSize> {
        PageSize::from_wal_header(self.page_size_field)
    }

    /// The byte order of the words that the checksums read.
    pub const fn byte_order(&self) -> ByteOrder {
        if self.magic & 1 == 1 {
            ByteOrder::Big
        } else {
            ByteOrder::Little
        }
    }

    /// The checksum that the first 24 bytes have.
    pub fn computed_checksum(&self) -> Checksum {
        let bytes = self.encode();
        let (summed, _) = bytes.split_at(SUMMED_BYTES);
        Checksum::ZERO.update(self.byte_order(), summed)
    }
}

#[cfg(test)]
mod tests;
