//! The wal-index, `NAME-shm`: which page each frame of the WAL holds, where to look a page up, and how far checkpoints
//! have come (`wal.c`, "WAL-INDEX FORMAT").
//!
//! It is memory that the connections to a database share, in the byte order of the host that wrote it. The first
//! connection makes it anew from the WAL, so SQLite never uses the one in a copy. It is evidence all the same: it knows
//! frames whose WAL was left behind, and what of them is in the database file.
//!
//! The file is blocks of 32768 bytes. The first begins with the [`Head`]:
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0 | 48 | the header: [`IndexHeader`] |
//! | 48 | 48 | the header once more, which is written first |
//! | 96 | 40 | how far checkpoints have come: [`CheckpointInfo`] |
//!
//! Every [`Block`] has the pages of so many frames, and a hash table over them:
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0, in block 0: 136 | 4 each | the pages of 4096 frames, in block 0 of 4062 |
//! | 16384 | 2 each | the hash table: 8192 slots, each 0 or the number from 1 of a frame in this block |

mod block;
mod checkpoint;
mod error;
mod hash;
mod head;
mod header;
mod writer;

pub use block::{Block, block_of};
pub use checkpoint::{CheckpointInfo, READ_MARKS};
pub use error::{Error, ErrorKind};
pub use hash::{Problem, ProblemKind};
pub use head::{HEAD_BYTES, Head};
pub use header::IndexHeader;
pub use writer::Writer;

/// Bytes of a block.
pub const BLOCK_BYTES: usize = 32768;

/// The only version of the format that there is.
pub const FORMAT_VERSION: u32 = 3_007_000;

#[cfg(test)]
mod tests;
