use stillframe_format::PageSize;
use stillframe_format::limits::MIN_USABLE_SIZE;

use crate::btree::PageKind;

/// What is the same for every page of a database: its size, and how much of a payload stays in a cell
/// (SQLite's file format, section 1.6; `lockBtree` in `btree.c`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Geometry {
    page_size: PageSize,
    usable_size: u32,
    // What follows from these two: every cell is measured by it.
    max_local_of_table: u32,
    max_local_of_index: u32,
    min_local: u32,
}

impl Geometry {
    /// Of a database whose pages end with this many reserved bytes; `None` where SQLite would refuse it, as fewer than
    /// 480 are left.
    pub const fn new(page_size: PageSize, reserved_bytes: u8) -> Option<Self> {
        let usable_size = page_size.get() - reserved_bytes as u32;
        if usable_size < MIN_USABLE_SIZE {
            return None;
        }
        Some(Self {
            page_size,
            usable_size,
            max_local_of_table: usable_size - 35,
            max_local_of_index: (usable_size - 12) * 64 / 255 - 23,
            min_local: (usable_size - 12) * 32 / 255 - 23,
        })
    }

    /// The page size.
    pub const fn page_size(self) -> PageSize {
        self.page_size
    }

    /// Bytes of a page that SQLite uses: 480 to 65536.
    pub const fn usable_size(self) -> u32 {
        self.usable_size
    }

    /// The longest payload, in bytes, that a cell of this kind of page holds without overflow pages.
    pub const fn max_local(self, kind: PageKind) -> u32 {
        if kind.is_table() {
            self.max_local_of_table
        } else {
            self.max_local_of_index
        }
    }

    /// The least bytes of a longer payload that stay in a cell.
    pub const fn min_local(self) -> u32 {
        self.min_local
    }

    /// How many bytes of a payload of `length` bytes stay in a cell of this kind of page.
    pub const fn local(self, kind: PageKind, length: u32) -> u32 {
        let (max, min) = (self.max_local(kind), self.min_local());
        if length <= max {
            return length;
        }
        let surplus = min + (length - min) % self.overflow_capacity();
        if surplus <= max { surplus } else { min }
    }

    /// Bytes of payload that an overflow page holds.
    pub const fn overflow_capacity(self) -> u32 {
        self.usable_size - 4
    }

    /// How many overflow pages hold `rest` bytes, as SQLite counts: in 32 bits, so that of nearly 2^32 bytes it comes
    /// to 0.
    pub const fn overflow_pages(self, rest: u32) -> u32 {
        rest.wrapping_add(self.usable_size - 5) / self.overflow_capacity()
    }
}
