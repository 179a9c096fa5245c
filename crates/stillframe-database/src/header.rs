//! The database header: the first 100 bytes of page 1, big-endian
//! (SQLite's file format, section 1.3; `btreeInt.h`, `lockBtree` in `btree.c`).
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0 | 16 | magic: `SQLite format 3\0` |
//! | 16 | 2 | page size in bytes; 1 stands for 65536 |
//! | 18 | 1 | write version: 1 rollback journal, 2 WAL |
//! | 19 | 1 | read version: 1 rollback journal, 2 WAL |
//! | 20 | 1 | reserved space at the end of each page, in bytes |
//! | 21 | 3 | payload fractions: 64, 32, 32 |
//! | 24 | 4 | file change counter |
//! | 28 | 4 | size of the database in pages |
//! | 32 | 4 | first freelist trunk page |
//! | 36 | 4 | number of freelist pages |
//! | 40 | 4 | schema cookie |
//! | 44 | 4 | schema format: 1 to 4 |
//! | 48 | 4 | default page cache size |
//! | 52 | 4 | largest root page, where auto-vacuum is on |
//! | 56 | 4 | text encoding: 1 UTF-8, 2 UTF-16LE, 3 UTF-16BE |
//! | 60 | 4 | user version |
//! | 64 | 4 | incremental vacuum, where not 0 |
//! | 68 | 4 | application id |
//! | 72 | 20 | reserved for expansion: zeros |
//! | 92 | 4 | version-valid-for: the change counter for which the size at 28 holds |
//! | 96 | 4 | `SQLITE_VERSION_NUMBER` of the last writer |

use alloc::string::String;

use binrw::io::Cursor;
use binrw::{BinRead, BinWrite, binrw};
use stillframe_format::limits::MIN_USABLE_SIZE;
use stillframe_format::{Error as FormatError, PageNumber, PageSize};

use crate::{Error, ErrorKind};

/// Bytes of the header.
pub const HEADER_BYTES: usize = 100;

/// What every database begins with.
pub const MAGIC: [u8; 16] = *b"SQLite format 3\0";

pub(crate) const PAYLOAD_FRACTIONS: [u8; 3] = [64, 32, 32];
const LAST_READ_VERSION: u8 = 2;

/// The header of a database: every field as it stands in the file, whatever it holds.
#[binrw]
#[brw(big)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Header {
    /// The magic string.
    pub magic: [u8; 16],
    /// The page size field, in which 1 stands for 65536: see [`Header::page_size`].
    pub page_size_field: u16,
    /// Write version. Past 2, SQLite opens the database read-only.
    pub write_version: u8,
    /// Read version. Past 2, SQLite refuses the database; 2 is WAL mode.
    pub read_version: u8,
    /// Bytes at the end of each page that SQLite leaves to extensions.
    pub reserved_bytes: u8,
    /// Maximum, minimum and leaf payload fraction.
    pub payload_fractions: [u8; 3],
    /// Counts transactions in rollback mode; one WAL connection writes the same value in all of its commits.
    pub change_counter: u32,
    /// Size of the database in pages, believed only where [`Header::size_is_valid`].
    pub size_in_pages: u32,
    /// First trunk page of the freelist; 0 where there is none.
    pub first_freelist_trunk: u32,
    /// Pages on the freelist, trunks included.
    pub freelist_count: u32,
    /// Changes with the schema.
    pub schema_cookie: u32,
    /// Schema format, of which SQLite looks at the lowest byte: see [`Header::schema_format`].
    pub schema_format_field: u32,
    /// Suggested page cache size in pages.
    pub default_cache_size: u32,
    /// Largest root page; not 0 means auto-vacuum.
    pub largest_root_page: u32,
    /// Text encoding, of which SQLite looks at the lowest two bits: see [`Header::text_encoding`].
    pub text_encoding_field: u32,
    /// `PRAGMA user_version`.
    pub user_version: i32,
    /// Not 0 means incremental vacuum.
    pub incremental_vacuum: u32,
    /// `PRAGMA application_id`.
    pub application_id: u32,
    /// Zeros in every database that SQLite wrote.
    pub reserved_for_expansion: [u8; 20],
    /// The change counter for which `size_in_pages` holds.
    pub version_valid_for: u32,
    /// The version of SQLite that wrote last, as 3054001 for 3.54.1.
    pub sqlite_version: u32,
}

/// How a database is journaled, from its read version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JournalMode {
    /// With a rollback journal.
    Rollback,
    /// With a write-ahead log.
    Wal,
}

/// How the text of a database is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextEncoding {
    /// UTF-8.
    Utf8,
    /// UTF-16, little-endian.
    Utf16Le,
    /// UTF-16, big-endian.
    Utf16Be,
}

impl TextEncoding {
    /// Text of a database, to be shown: what is no text in this encoding is replaced (U+FFFD).
    pub fn text(self, bytes: &[u8]) -> String {
        let wide = |unit: fn([u8; 2]) -> u16| {
            let pairs = bytes.chunks_exact(2);
            let odd = (!pairs.remainder().is_empty()).then_some('\u{fffd}');
            let units = pairs.filter_map(|pair| Some(unit(*pair.first_chunk()?)));
            let characters = char::decode_utf16(units).map(|it| it.unwrap_or('\u{fffd}'));
            characters.chain(odd).collect()
        };
        match self {
            Self::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            Self::Utf16Le => wide(u16::from_le_bytes),
            Self::Utf16Be => wide(u16::from_be_bytes),
        }
    }
}

impl Header {
    /// Reads the fields from the start of a database file, or of its page 1. Nothing is judged.
    ///
    /// # Errors
    /// [`ErrorKind::HeaderTruncated`] where there are fewer than 100 bytes.
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
            .expect("the fields of the header fill exactly 100 bytes");
        bytes
    }

    /// Whether SQLite would open a database with this header, by its own tests in its own order (`lockBtree`).
    ///
    /// # Errors
    /// The first thing that SQLite would refuse.
    pub fn validate(&self) -> Result<(), Error> {
        match self.refusals().next() {
            Some(refusal) => Err(refusal),
            None => Ok(()),
        }
    }

    /// Everything in the header for which SQLite would refuse the database, in the order of its tests.
    pub fn refusals(&self) -> impl Iterator<Item = Error> + use<> {
        let at = |kind, start, length| FormatError::new(kind, start, length);
        let usable = self.usable_size();
        [
            (self.magic != MAGIC).then_some(at(ErrorKind::Magic { found: self.magic }, 0, 16)),
            (self.read_version > LAST_READ_VERSION).then_some(at(
                ErrorKind::ReadVersion {
                    found: self.read_version,
                },
                19,
                1,
            )),
            (self.payload_fractions != PAYLOAD_FRACTIONS).then_some(at(
                ErrorKind::PayloadFractions {
                    found: self.payload_fractions,
                },
                21,
                3,
            )),
            self.page_size().is_none().then_some(at(
                ErrorKind::PageSize {
                    found: self.page_size_field,
                },
                16,
                2,
            )),
            usable
                .filter(|&usable| usable < MIN_USABLE_SIZE)
                .map(|found| at(ErrorKind::UsableSize { found }, 20, 1)),
        ]
        .into_iter()
        .flatten()
    }

    /// The page size, where the field holds one.
    pub const fn page_size(&self) -> Option<PageSize> {
        PageSize::from_database_header(self.page_size_field)
    }

    /// Bytes of a page that SQLite uses: page size less reserved space.
    pub fn usable_size(&self) -> Option<u32> {
        Some(self.page_size()?.get() - u32::from(self.reserved_bytes))
    }

    /// Whether SQLite believes `size_in_pages`: it is not 0, and was written together with the change counter.
    pub const fn size_is_valid(&self) -> bool {
        self.size_in_pages != 0 && self.change_counter == self.version_valid_for
    }

    /// How many pages SQLite takes the database to have, in a file (or after a commit) of `stored` pages.
    /// More than `stored` makes SQLite refuse the database as corrupt; pages past the number are ignored.
    pub const fn page_count(&self, stored: u32) -> u32 {
        if self.size_is_valid() {
            self.size_in_pages
        } else {
            stored
        }
    }

    /// How the database is journaled. What SQLite does is decided by the read version alone.
    pub const fn journal_mode(&self) -> JournalMode {
        if self.read_version == 2 {
            JournalMode::Wal
        } else {
            JournalMode::Rollback
        }
    }

    /// The schema format as SQLite takes it: the lowest byte of the field, with 0 for 1. Past 4 it refuses the schema.
    pub const fn schema_format(&self) -> u8 {
        match self.schema_format_field as u8 {
            0 => 1,
            format => format,
        }
    }

    /// The text encoding as SQLite takes it: the lowest two bits of the field, with 0 for UTF-8.
    pub const fn text_encoding(&self) -> TextEncoding {
        match self.text_encoding_field & 3 {
            2 => TextEncoding::Utf16Le,
            3 => TextEncoding::Utf16Be,
            _ => TextEncoding::Utf8,
        }
    }

    /// Whether pages of deleted content are moved to the end and given back.
    pub const fn auto_vacuum(&self) -> bool {
        self.largest_root_page != 0
    }

    /// The first trunk page of the freelist, where there is one.
    pub const fn freelist(&self) -> Option<PageNumber> {
        PageNumber::new(self.first_freelist_trunk)
    }
}

#[cfg(test)]
mod tests;
