//! The first 136 bytes of a wal-index, in the byte order of this host.
//!
//! ```text
//!  0  version 3007000    12  initialised (u8)        16  mxFrame       32  salts as in the WAL
//!  4  unused             13  big-endian sums (u8)    20  nPage         40  checksum of bytes 0..40
//!  8  change counter     14  page size (u16, 1=65536)  24  checksum of the last commit frame
//! 48  the same once more     96  nBackfill    100  five read marks    120  lock bytes    128  nBackfillAttempted
//! ```

use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The header of a wal-index that SQLite built by reading a WAL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WalIndex {
    /// The last commit frame, counted from 1; 0 if there is none.
    pub mx_frame: u32,
    /// Database size in pages after it.
    pub page_count: u32,
    /// Page size in bytes; 0 if there is no commit.
    pub page_size: u32,
    /// Whether the WAL's checksums run over big-endian words.
    pub big_endian: bool,
    /// The checksum of the last commit frame; zeros if there is none.
    pub checksum: (u32, u32),
    /// Salt-1 and salt-2 as numbers.
    pub salts: (u32, u32),
    /// Frames already copied into the database.
    pub backfilled: u32,
}

impl WalIndex {
    /// Reads a `-shm` file; `None` if there is none or its header was never written.
    pub fn read(path: &Path) -> Option<WalIndex> {
        let mut bytes = [0; 136];
        File::open(path).ok()?.read_exact(&mut bytes).ok()?;
        (bytes[12] != 0).then(|| WalIndex {
            mx_frame: native32(&bytes, 16),
            page_count: native32(&bytes, 20),
            page_size: match u16::from_ne_bytes([bytes[14], bytes[15]]) {
                1 => 65536,
                size => u32::from(size),
            },
            big_endian: bytes[13] != 0,
            checksum: (native32(&bytes, 24), native32(&bytes, 28)),
            salts: (native32(&bytes, 32).to_be(), native32(&bytes, 36).to_be()),
            backfilled: native32(&bytes, 96),
        })
    }
}

fn native32(bytes: &[u8], offset: usize) -> u32 {
    u32::from_ne_bytes([
        bytes[offset],
        bytes[offset + 1],
        bytes[offset + 2],
        bytes[offset + 3],
    ])
}
