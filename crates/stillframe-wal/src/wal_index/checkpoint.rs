//! How far checkpoints have come: 40 bytes behind the headers of a wal-index, in the byte order of the host
//! (`WalCkptInfo` in `wal.c`).
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0 | 4 | nBackfill: every frame up to it is in the database file |
//! | 4 | 20 | five read marks: the last frame that a reader may look at; the first is 0, ffffffff is unused |
//! | 24 | 8 | bytes to lock: write, checkpoint, recover, and one for each read mark; their content means nothing |
//! | 32 | 4 | nBackfillAttempted: no frame behind it is in the database file |
//! | 36 | 4 | unused |

use binrw::io::Cursor;
use binrw::{BinRead, BinWrite, binrw};

use super::header::endian;
use crate::ByteOrder;

/// Bytes of it.
pub(super) const CHECKPOINT_BYTES: usize = 40;

/// How many read marks there are.
pub const READ_MARKS: usize = 5;

/// Stands in a read mark that nobody uses.
const UNUSED: u32 = u32::MAX;

/// How far checkpoints have come: every field as it stands in the file, whatever it holds.
///
/// SQLite sets `attempted` before it copies and `backfilled` once all is copied. When it makes an index anew from a WAL
/// it knows neither, and sets them to 0 and mxFrame; a WAL that is begun anew has 0 and 0.
#[binrw]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct CheckpointInfo {
    /// SQLite's nBackfill: of every page whose newest frame is no later, the database file holds that frame.
    pub backfilled: u32,
    /// The read marks.
    pub read_marks: [u32; READ_MARKS],
    /// The bytes that are locked, which nobody writes.
    pub locks: [u8; 8],
    /// SQLite's nBackfillAttempted: no later frame has been copied into the database file.
    pub attempted: u32,
    /// Unused: 0.
    pub unused: u32,
}

impl CheckpointInfo {
    /// As SQLite sets it when it makes an index from a WAL whose last committed frame is `mx_frame`.
    pub const fn recovered(mx_frame: u32) -> Self {
        let first = if mx_frame == 0 { UNUSED } else { mx_frame };
        Self {
            backfilled: 0,
            read_marks: [0, first, UNUSED, UNUSED, UNUSED],
            locks: [0; 8],
            attempted: mx_frame,
            unused: 0,
        }
    }

    /// The frames up to which a reader may look, or once did, with the number of the mark. Whether there is a reader
    /// its lock tells, and no copy has that.
    pub fn used_marks(&self) -> impl Iterator<Item = (usize, u32)> + '_ {
        let marks = self.read_marks.iter().copied().enumerate().skip(1);
        marks.filter(|&(_, frame)| frame != UNUSED)
    }

    pub(super) fn parse(bytes: &[u8; CHECKPOINT_BYTES], order: ByteOrder) -> Self {
        Self::read_options(&mut Cursor::new(bytes), endian(order), ())
            .expect("40 bytes are enough, whatever they hold")
    }

    pub(super) fn encode(&self, order: ByteOrder) -> [u8; CHECKPOINT_BYTES] {
        let mut bytes = [0; CHECKPOINT_BYTES];
        self.write_options(&mut Cursor::new(&mut bytes[..]), endian(order), ())
            .expect("the fields fill exactly 40 bytes");
        bytes
    }
}
