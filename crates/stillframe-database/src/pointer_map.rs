//! The pointer map of a database with auto-vacuum (SQLite's file format, section 1.8; `ptrmapPageno`, `ptrmapGet` in
//! `btree.c`).
//!
//! Page 2 is its first page; each names what the pages behind it are, up to the next one, 5 bytes a page:
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0 | 1 | 1 root, 2 free, 3 first of an overflow chain, 4 later in an overflow chain, 5 another b-tree page |
//! | 1 | 4 | the page that leads to it: 0, 0, that of the cell, the one before it in the chain, its parent |

use byteorder::{BigEndian, ByteOrder as _};
use stillframe_format::PageNumber;

use crate::Geometry;

/// Bytes of an entry.
pub const ENTRY_BYTES: usize = 5;

/// What the pointer map says of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    /// What it is.
    pub kind: EntryKind,
    /// The page that leads to it, or 0.
    pub parent: u32,
}

/// What a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntryKind {
    /// The root of a b-tree.
    Root,
    /// On the freelist.
    Free,
    /// The first page of an overflow chain.
    FirstOverflow,
    /// A later page of an overflow chain.
    LaterOverflow,
    /// A page of a b-tree that is not its root.
    Btree,
}

impl EntryKind {
    const ALL: [Self; 5] = [
        Self::Root,
        Self::Free,
        Self::FirstOverflow,
        Self::LaterOverflow,
        Self::Btree,
    ];

    /// The byte that stands for it: 1 to 5.
    pub const fn byte(self) -> u8 {
        self as u8 + 1
    }

    /// What a byte stands for, where it does for anything.
    pub fn new(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.byte() == byte)
    }
}

impl Entry {
    /// The bytes of an entry.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let (&kind, parent) = bytes.get(..ENTRY_BYTES)?.split_first()?;
        Some(Self {
            kind: EntryKind::new(kind)?,
            parent: BigEndian::read_u32(parent),
        })
    }
}

/// The page of the pointer map that has an entry for `page`, and where in it; `None` for page 1, for the pages of the
/// map itself and for the lock-byte page where it would be one of them.
pub fn place(geometry: Geometry, page: u32) -> Option<(PageNumber, usize)> {
    let map = map_page(geometry, page)?;
    let index = page.checked_sub(map.get())?.checked_sub(1)?;
    Some((map, index as usize * ENTRY_BYTES))
}

/// Whether `page` is one of the pointer map's, in a database that has one.
pub fn is_map_page(geometry: Geometry, page: u32) -> bool {
    map_page(geometry, page).is_some_and(|map| map.get() == page)
}

/// The page of the pointer map before or at `page`.
fn map_page(geometry: Geometry, page: u32) -> Option<PageNumber> {
    let group = geometry.usable_size() / ENTRY_BYTES as u32 + 1;
    let map = page.checked_sub(2)? / group * group + 2;
    let lock = geometry.page_size().lock_byte_page().get();
    PageNumber::new(if map == lock { map + 1 } else { map })
}
