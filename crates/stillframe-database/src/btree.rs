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
    /// Offset of the cell content area: 0 to 65536.
    content_start: u32,
    /// The cell pointer array.
    pointers: &'a [u8],
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
        let start = header + kind.header_bytes();
        let pointers = bytes.get(start..start + 2 * cell_count as usize);
        Ok(Self {
            number,
            geometry,
            kind,
            cell_count,
            header,
            content_start: match word(bytes, header + 5) {
                0 => 65536,
                start => start.into(),
            },
            pointers: pointers.unwrap_or_default(),
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
    pub const fn content_start(&self) -> u32 {
        self.content_start
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

    /// The pointer of cell `index` as it stands there; 0 where there is no such cell.
    #[inline]
    fn pointer(&self, index: u16) -> u32 {
        word(self.pointers, 2 * usize::from(index)).into()
    }

    /// The cell with this index, from 0, as SQLite reads it, which does not look where its pointer leads but takes it
    /// modulo the page size (`findCell`); `None` where the page ends within it.
    pub fn cell_as_read(&self, index: u16) -> Option<Cell<'a>> {
        let offset = self.offset_as_read(index);
        let bytes = self.bytes.get(offset as usize..)?;
        Cell::parse(self.kind, self.geometry, offset, bytes)
    }

    /// The bytes of the page from the start of such a cell on.
    pub fn cell_bytes_as_read(&self, index: u16) -> &'a [u8] {
        self.bytes_from(self.offset_as_read(index))
    }

    /// The bytes of the page from an offset on.
    pub fn bytes_from(&self, offset: u32) -> &'a [u8] {
        self.bytes.get(offset as usize..).unwrap_or_default()
    }

    fn offset_as_read(&self, index: u16) -> u32 {
        let mask = self.geometry.page_size().get() - 1;
        self.pointer(index) & mask
    }

    /// What stands where such a cell of an interior page has its left child.
    pub fn left_child_as_read(&self, index: u16) -> u32 {
        long(self.cell_bytes_as_read(index), 0)
    }

    /// The cell with this index, from 0 to one less than [`Page::cell_count`] (section 1.6 of the format). Offsets in it
    /// are bytes from the start of the page; what its payload says of itself is taken as it stands there.
    ///
    /// # Errors
    /// [`ErrorKind::CellPointer`], with the two bytes of its pointer: that leads out of the cell content area, as that
    /// of a cell that is not there does. [`ErrorKind::CellPastEnd`], with the bytes from its start on: it reaches past
    /// the end of the usable bytes.
    // What a check of every cell does not ask of one need not be worked out.
    #[inline(always)]
    pub fn cell(&self, index: u16) -> Result<Cell<'a>, Error> {
        let offset = self.pointer(index);
        let (first, last) = (self.content_start, self.geometry.usable_size() - 4);
        if offset < first || offset > last {
            let kind = ErrorKind::CellPointer {
                found: offset,
                first,
                last,
            };
            let at = self.pointer_offset(index);
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

#[inline]
fn word(bytes: &[u8], offset: usize) -> u16 {
    let bytes = bytes.get(offset..).filter(|bytes| bytes.len() >= 2);
    bytes.map_or(0, BigEndian::read_u16)
}

#[inline]
fn long(bytes: &[u8], offset: usize) -> u32 {
    let bytes = bytes.get(offset..).filter(|bytes| bytes.len() >= 4);
    bytes.map_or(0, BigEndian::read_u32)
}
