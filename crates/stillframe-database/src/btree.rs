//! B-tree pages (SQLite's file format, section 1.6; `btreeInitPage` and `btreeComputeFreeSpace` in `btree.c`).
//!
//! The header begins at offset 0 of the page, on page 1 behind the database header, at 100. All numbers are big-endian,
//! all offsets those from the start of the page.
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0 | 1 | kind: 2 index interior, 5 table interior, 10 index leaf, 13 table leaf |
//! | 1 | 2 | first freeblock; 0 where there is none |
//! | 3 | 2 | number of cells |
//! | 5 | 2 | start of the cell content area; 0 stands for 65536 |
//! | 7 | 1 | fragmented free bytes in the cell content area |
//! | 8 | 4 | interior pages only: right child |
//! | 8 or 12 | 2 each | the cell pointer array: offsets of the cells, in the order of their keys |

mod cell;
mod freeblock;

use byteorder::{BigEndian, ByteOrder as _};
use stillframe_format::{ByteRange, Error as FormatError, PageNumber};

pub use cell::Cell;
pub use freeblock::Freeblock;

use crate::header::HEADER_BYTES;
use crate::{Error, ErrorKind, Geometry};

/// What a b-tree page holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PageKind {
    /// Entries of an index, with a child before each and one behind the last.
    IndexInterior,
    /// Rowids that part the children before and behind them.
    TableInterior,
    /// Entries of an index.
    IndexLeaf,
    /// Rows.
    TableLeaf,
}

impl PageKind {
    /// The kind that the first byte of a page's header names, where it is one.
    pub const fn new(flag: u8) -> Option<Self> {
        match flag {
            0x02 => Some(Self::IndexInterior),
            0x05 => Some(Self::TableInterior),
            0x0a => Some(Self::IndexLeaf),
            0x0d => Some(Self::TableLeaf),
            _ => None,
        }
    }

    /// Whether it has no children.
    pub const fn is_leaf(self) -> bool {
        matches!(self, Self::IndexLeaf | Self::TableLeaf)
    }

    /// Whether it belongs to a table with rowids.
    pub const fn is_table(self) -> bool {
        matches!(self, Self::TableInterior | Self::TableLeaf)
    }

    /// Bytes of the header.
    pub const fn header_bytes(self) -> usize {
        if self.is_leaf() { 8 } else { 12 }
    }
}

/// A b-tree page whose header SQLite accepts.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    number: PageNumber,
    geometry: Geometry,
    kind: PageKind,
    cell_count: u16,
    /// Offset of the header.
    header: usize,
    bytes: &'a [u8],
}

impl<'a> Page<'a> {
    /// Takes the whole page `bytes` for a b-tree page.
    ///
    /// # Errors
    /// The first byte of the header names no kind, or there are more cells than a page can have. Ranges of this and all
    /// other errors begin at the start of the page.
    pub fn parse(number: PageNumber, geometry: Geometry, bytes: &'a [u8]) -> Result<Self, Error> {
        let header = if number == PageNumber::FIRST {
            HEADER_BYTES
        } else {
            0
        };
        let flag = byte(bytes, header);
        let kind = PageKind::new(flag).ok_or(FormatError::new(
            ErrorKind::BtreePageKind { found: flag },
            header as u64,
            1,
        ))?;
        let cell_count = word(bytes, header + 3);
        let most = ((geometry.page_size().get() - 8) / 6) as u16;
        if cell_count > most {
            let kind = ErrorKind::CellCount {
                found: cell_count,
                most,
            };
            return Err(FormatError::new(kind, header as u64 + 3, 2));
        }
        Ok(Self {
            number,
            geometry,
            kind,
            cell_count,
            header,
            bytes,
        })
    }

    /// Its number.
    pub const fn number(&self) -> PageNumber {
        self.number
    }

    /// The bytes of its header.
    pub const fn header_range(&self) -> ByteRange {
        ByteRange::new(self.header as u64, self.kind.header_bytes() as u64)
    }

    /// What it holds.
    pub const fn kind(&self) -> PageKind {
        self.kind
    }

    /// How many cells there are.
    pub const fn cell_count(&self) -> u16 {
        self.cell_count
    }

    /// Offset of the first freeblock as it stands there, where there is one.
    pub fn first_freeblock(&self) -> Option<u32> {
        let offset = word(self.bytes, self.header + 1);
        (offset != 0).then_some(offset.into())
    }

    /// Offset of the cell content area: 0 to 65536.
    pub fn content_start(&self) -> u32 {
        match word(self.bytes, self.header + 5) {
            0 => 65536,
            start => start.into(),
        }
    }

    /// Fragmented free bytes, as the header counts them.
    pub fn fragmented_bytes(&self) -> u8 {
        byte(self.bytes, self.header + 7)
    }

    /// The right child of an interior page as it stands there, whatever it is.
    pub fn right_child(&self) -> Option<u32> {
        (!self.kind.is_leaf()).then(|| long(self.bytes, self.header + 8))
    }

    /// Offset behind the cell pointer array.
    pub const fn pointers_end(&self) -> usize {
        self.pointer_offset(self.cell_count)
    }

    /// Where the pointer of cell `index` stands.
    const fn pointer_offset(&self, index: u16) -> usize {
        self.header + self.kind.header_bytes() + 2 * index as usize
    }

    /// The cell with this index, from 0, as SQLite reads it, which does not look where its pointer leads but takes it
    /// modulo the page size (`findCell`); `None` where the page ends within it.
    pub fn cell_as_read(&self, index: u16) -> Option<Cell<'a>> {
        let mask = self.geometry.page_size().get() - 1;
        let offset = u32::from(word(self.bytes, self.pointer_offset(index))) & mask;
        let bytes = self.bytes.get(offset as usize..)?;
        Cell::parse(self.kind, self.geometry, offset, bytes)
    }

    /// The cell with this index, from 0.
    ///
    /// # Errors
    /// Its pointer leads out of the cell content area, or it reaches past the end of the usable bytes.
    pub fn cell(&self, index: u16) -> Result<Cell<'a>, Error> {
        let at = self.pointer_offset(index);
        let offset = u32::from(word(self.bytes, at));
        let (first, last) = (self.content_start(), self.geometry.usable_size() - 4);
        if offset < first || offset > last {
            let kind = ErrorKind::CellPointer {
                found: offset,
                first,
                last,
            };
            return Err(FormatError::new(kind, at as u64, 2));
        }
        let bytes = self.bytes.get(offset as usize..).unwrap_or_default();
        let room = self.geometry.usable_size() - offset;
        Cell::parse(self.kind, self.geometry, offset, bytes)
            .filter(|cell| cell.size() <= room)
            .ok_or(FormatError::new(
                ErrorKind::CellPastEnd { offset },
                offset.into(),
                room.into(),
            ))
    }
}

fn byte(bytes: &[u8], offset: usize) -> u8 {
    bytes.get(offset).copied().unwrap_or_default()
}

fn word(bytes: &[u8], offset: usize) -> u16 {
    let bytes = bytes.get(offset..).filter(|bytes| bytes.len() >= 2);
    bytes.map_or(0, BigEndian::read_u16)
}

fn long(bytes: &[u8], offset: usize) -> u32 {
    let bytes = bytes.get(offset..).filter(|bytes| bytes.len() >= 4);
    bytes.map_or(0, BigEndian::read_u32)
}
