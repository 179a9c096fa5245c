//! | kind of page | left child, 4 bytes | payload length, varint | rowid, varint | payload, as far as it stays | first overflow page, 4 bytes |
//! |---|---|---|---|---|---|
//! | index interior | yes | yes | | yes | where not all of it stays |
//! | table interior | yes | | yes | | |
//! | index leaf | | yes | | yes | where not all of it stays |
//! | table leaf | | yes | yes | yes | where not all of it stays |

use stillframe_format::ByteRange;

use super::{PageKind, long};
use crate::{Geometry, varint};

/// An entry of a b-tree page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell<'a> {
    /// Offset in the page.
    offset: u32,
    size: u32,
    /// Bytes before the payload.
    before: u32,
    /// The child before it as it stands there, in interior pages.
    pub left_child: Option<u32>,
    /// The rowid, in pages of tables.
    pub rowid: Option<i64>,
    /// Bytes of the payload; 0 where there is none.
    pub payload_length: u32,
    /// What of the payload is in the cell.
    pub local: &'a [u8],
    /// The first overflow page as it stands there, where not all of the payload is in the cell.
    pub overflow: Option<u32>,
}

/// The least bytes that a cell takes, so that a freeblock can take its place.
const LEAST_BYTES: u32 = 4;

impl<'a> Cell<'a> {
    /// The cell at the start of `bytes`, which are at `offset` in a page; `None` where they end before its payload.
    /// What of the payload lies past their end is not there: whether a cell is whole its size tells.
    #[inline(always)]
    pub(super) fn parse(
        kind: PageKind,
        geometry: Geometry,
        offset: u32,
        bytes: &'a [u8],
    ) -> Option<Self> {
        let mut at = 0;
        let left_child = if kind.is_leaf() {
            None
        } else {
            at += 4;
            Some(long(bytes, 0))
        };
        let payload_length = if kind == PageKind::TableInterior {
            None
        } else {
            let (length, taken) = varint::read_payload_length(bytes.get(at..)?)?;
            at += taken;
            Some(length)
        };
        let rowid = if kind.is_table() {
            let (rowid, taken) = varint::read(bytes.get(at..)?)?;
            at += taken;
            Some(rowid as i64)
        } else {
            None
        };
        let before = at as u32;
        let payload_length = payload_length.unwrap_or_default();
        let local = geometry.local(kind, payload_length);
        let end = at + local as usize;
        let overflows = local < payload_length;
        let local = bytes.get(at..end.min(bytes.len()))?;
        let overflow = overflows.then(|| long(bytes, end));
        let size = end + if overflows { 4 } else { 0 };
        Some(Self {
            offset,
            size: (size as u32).max(LEAST_BYTES),
            before,
            left_child,
            rowid,
            payload_length,
            local,
            overflow,
        })
    }

    /// Bytes that it takes in the page: at least 4.
    pub const fn size(&self) -> u32 {
        self.size
    }

    /// The bytes of the page that it takes.
    pub const fn range(&self) -> ByteRange {
        ByteRange::new(self.offset as u64, self.size as u64)
    }

    /// Offset of the payload in the page.
    pub const fn payload_offset(&self) -> u32 {
        self.offset + self.before
    }

    /// The bytes of the page that hold what of the payload is in the cell.
    pub const fn local_range(&self) -> ByteRange {
        ByteRange::new(
            self.offset as u64 + self.before as u64,
            self.local.len() as u64,
        )
    }

    /// Bytes of the payload that are on overflow pages.
    pub const fn overflow_length(&self) -> u32 {
        self.payload_length.saturating_sub(self.local.len() as u32)
    }
}
