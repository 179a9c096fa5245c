//! The header of a wal-index: 48 bytes, in the byte order of the host (`WalIndexHdr` in `wal.c`).
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0 | 4 | format version: 3007000 |
//! | 4 | 4 | unused |
//! | 8 | 4 | change: one more with every transaction |
//! | 12 | 1 | 1 once the header was written |
//! | 13 | 1 | 1 where the checksums of the WAL read big-endian words |
//! | 14 | 2 | page size in bytes, 1 for 65536 |
//! | 16 | 4 | mxFrame: the last committed frame |
//! | 20 | 4 | size of the database in pages after it |
//! | 24 | 8 | checksum of that frame |
//! | 32 | 8 | the salts, as they stand in the WAL |
//! | 40 | 8 | checksum of the 40 bytes before, over words in the byte order of the host |

use binrw::io::Cursor;
use binrw::{BinRead, BinWrite, Endian, binrw};
use stillframe_format::PageSize;

use super::FORMAT_VERSION;
use crate::{ByteOrder, Checksum, Commit, Header, Salts};

/// Bytes of the header.
pub(super) const HEADER_BYTES: usize = 48;

/// Bytes of the header that its checksum covers.
pub(super) const SUMMED_BYTES: usize = 40;

/// The header of a wal-index: every field as it stands in the file, whatever it holds.
#[binrw]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct IndexHeader {
    /// The format version.
    pub version: u32,
    /// Unused: 0.
    pub unused: u32,
    /// One more with every transaction.
    pub change: u32,
    /// Not 0 once the header was written.
    pub is_initialised: u8,
    /// Not 0 where the checksums of the WAL read big-endian words.
    pub big_endian_checksums: u8,
    /// The page size: see [`IndexHeader::page_size`]. 0 before the first commit.
    pub page_size_field: u16,
    /// SQLite's mxFrame: the last frame of the last commit, 0 where there is none.
    pub mx_frame: u32,
    /// Size of the database in pages after that commit.
    pub page_count: u32,
    /// The checksum of that frame, as in the WAL.
    #[br(map = |(s0, s1): (u32, u32)| Checksum { s0, s1 })]
    #[bw(map = |sum: &Checksum| (sum.s0, sum.s1))]
    pub frame_checksum: Checksum,
    /// The salts of the WAL.
    pub salts: Salts,
    /// The checksum as stored.
    #[br(map = |(s0, s1): (u32, u32)| Checksum { s0, s1 })]
    #[bw(map = |sum: &Checksum| (sum.s0, sum.s1))]
    pub checksum: Checksum,
}

impl IndexHeader {
    /// The header that SQLite would write after the last commit of a WAL, `change` transactions after it made the
    /// index, with its checksum.
    pub fn new(order: ByteOrder, wal: &Header, commit: Option<&Commit>, change: u32) -> Self {
        let size = commit.and(wal.page_size());
        let mut header = Self {
            version: FORMAT_VERSION,
            unused: 0,
            change,
            is_initialised: 1,
            big_endian_checksums: u8::from(wal.byte_order() == ByteOrder::Big),
            page_size_field: size.map_or(0, PageSize::to_database_header),
            mx_frame: commit.map_or(0, |commit| commit.last_frame.get()),
            page_count: commit.map_or(0, |commit| commit.size_after),
            frame_checksum: commit.map_or(Checksum::ZERO, |commit| commit.checksum),
            salts: wal.salts,
            checksum: Checksum::ZERO,
        };
        header.checksum = header.computed_checksum(order);
        header
    }

    /// Reads the fields. Nothing is judged.
    pub(super) fn parse(bytes: &[u8; HEADER_BYTES], order: ByteOrder) -> Self {
        Self::read_options(&mut Cursor::new(bytes), endian(order), ())
            .expect("48 bytes are a header, whatever they hold")
    }

    /// The bytes of the header.
    pub(super) fn encode(&self, order: ByteOrder) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        self.write_options(&mut Cursor::new(&mut bytes[..]), endian(order), ())
            .expect("the fields of the header fill exactly 48 bytes");
        bytes
    }

    /// The page size, where the field holds one.
    pub const fn page_size(&self) -> Option<PageSize> {
        PageSize::from_database_header(self.page_size_field)
    }

    /// The checksum that the 40 bytes before it have on a host of this byte order.
    pub fn computed_checksum(&self, order: ByteOrder) -> Checksum {
        let bytes = self.encode(order);
        let (summed, _) = bytes.split_at(SUMMED_BYTES);
        Checksum::ZERO.update(order, summed)
    }

    /// Whether the header was written, and its checksum holds.
    pub fn holds(&self, order: ByteOrder) -> bool {
        self.is_initialised != 0 && self.checksum == self.computed_checksum(order)
    }
}

/// binrw's word for it.
pub(super) const fn endian(order: ByteOrder) -> Endian {
    match order {
        ByteOrder::Little => Endian::Little,
        ByteOrder::Big => Endian::Big,
    }
}
