//! The freelist: trunk pages, each of which names leaf pages (SQLite's file format, section 1.5; `allocateBtreePage` in
//! `btree.c`).
//!
//! A trunk page, big-endian; a leaf page may hold anything:
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0 | 4 | next trunk page; 0 where there is none |
//! | 4 | 4 | number of leaf pages: at most a quarter of the usable size less 2 |
//! | 8 | 4 each | the leaf pages |

use byteorder::{BigEndian, ByteOrder as _};
use stillframe_format::Error as FormatError;

use crate::{Error, ErrorKind, Geometry};

/// A trunk page of the freelist.
#[derive(Clone, Copy, Debug)]
pub struct Trunk<'a> {
    /// The next trunk page as it stands there; 0 where there is none.
    pub next: u32,
    leaves: &'a [u8],
}

impl<'a> Trunk<'a> {
    /// Takes the whole page `bytes` for a trunk page. What follows it stands at its start, whatever else is wrong:
    /// [`next_page`].
    ///
    /// # Errors
    /// It names more leaf pages than fit. The range begins at the start of the page.
    pub fn parse(geometry: Geometry, bytes: &'a [u8]) -> Result<Self, Error> {
        let count = bytes.get(4..8).map_or(0, BigEndian::read_u32);
        let most = geometry.usable_size() / 4 - 2;
        let leaves = if count <= most {
            bytes.get(8..8 + 4 * count as usize)
        } else {
            None
        };
        match leaves {
            Some(leaves) => Ok(Self {
                next: next_page(bytes),
                leaves,
            }),
            None => {
                let kind = ErrorKind::FreelistLeafCount { found: count, most };
                Err(FormatError::new(kind, 4, 4))
            }
        }
    }

    /// The leaf pages as they stand there.
    pub fn leaves(&self) -> impl ExactSizeIterator<Item = u32> + use<'a> {
        self.leaves.chunks_exact(4).map(BigEndian::read_u32)
    }
}

/// The page that follows a trunk page, or an overflow page in its chain, as it stands there; 0 where none does.
pub fn next_page(bytes: &[u8]) -> u32 {
    bytes.get(..4).map_or(0, BigEndian::read_u32)
}
