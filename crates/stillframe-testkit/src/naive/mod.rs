//! The naive twin: a WAL read and replayed in the most obvious way, one frame after another.
//!
//! ```text
//! WAL header, 32 bytes, all fields big-endian            frame header, 24 bytes, all fields big-endian
//!  0  magic 0x377f0682, last bit set: big-endian words    0  page number
//!  4  version 3007000                                     4  database size in pages after a commit, else 0
//!  8  page size                                           8  salt-1 of the header
//! 12  checkpoint sequence                                12  salt-2 of the header
//! 16  salt-1                                             16  checksum over this frame and all before it
//! 20  salt-2                                             24  the page
//! 24  checksum of bytes 0..24
//! ```

mod image;
mod journal;
pub mod wal_index;
mod writer;

pub use image::{NaiveImage, image, prefix};
pub use journal::{JournalPage, journal, journal_sum, played_back, roll_back, super_journal};
pub use writer::Writer;

#[cfg(test)]
mod tests;

/// Bytes of a WAL header.
pub const WAL_HEADER: usize = 32;
/// Bytes of a frame header.
pub const FRAME_HEADER: usize = 24;
/// The magic of a WAL whose checksums run over little-endian words; one more means big-endian words.
pub const MAGIC: u32 = 0x377f_0682;
/// The only WAL version there is.
pub const VERSION: u32 = 3_007_000;
/// The lock-byte page covers this byte of the database.
pub const LOCK_BYTE: u64 = 0x4000_0000;

/// What SQLite's recovery makes of a WAL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// Page size in bytes, 512 to 65536.
    pub page_size: u32,
    /// Whether the checksums run over big-endian words.
    pub big_endian: bool,
    /// Salt-1 and salt-2.
    pub salts: (u32, u32),
    /// Every frame that holds, the uncommitted ones after `mx_frame` too.
    pub frames: Vec<AcceptedFrame>,
    /// The last commit frame, counted from 1; 0 if there is none.
    pub mx_frame: usize,
    /// Database size in pages after the last commit; 0 if there is none.
    pub page_count: u32,
    /// The checksum of the last commit frame; zeros if there is none.
    pub checksum: (u32, u32),
}

/// A frame whose salts, page number and checksum hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AcceptedFrame {
    /// The page that the frame holds, never 0.
    pub page: u32,
    /// Database size in pages if the frame is a commit, else 0.
    pub size_after: u32,
}

/// One commit of a WAL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Commit {
    /// Counted from 1; 0 is the database file alone.
    pub number: usize,
    /// The commit's last frame, counted from 1.
    pub last_frame: usize,
    /// Database size in pages after it.
    pub page_count: u32,
}

/// Reads a WAL as SQLite's recovery does (`walIndexRecover`).
///
/// `None` if SQLite ignores it as a whole: at most 32 bytes, a wrong magic, page size or header checksum. `None` also
/// if it refuses the version; [`refuses_version`] tells that apart.
pub fn accept(wal: &[u8]) -> Option<Accepted> {
    let header = sound_header(wal)?;
    if be32(header, 4) != VERSION {
        return None;
    }
    let page_size = be32(header, 8);
    let big_endian = be32(header, 0) & 1 == 1;
    let salts = (be32(header, 16), be32(header, 20));
    let mut running = (be32(header, 24), be32(header, 28));
    let mut accepted = Accepted {
        page_size,
        big_endian,
        salts,
        frames: Vec::new(),
        mx_frame: 0,
        page_count: 0,
        checksum: (0, 0),
    };
    for frame in wal[WAL_HEADER..].chunks_exact(FRAME_HEADER + page_size as usize) {
        let (page, size_after) = (be32(frame, 0), be32(frame, 4));
        running = checksum(big_endian, running, &frame[..8]);
        running = checksum(big_endian, running, &frame[FRAME_HEADER..]);
        if (be32(frame, 8), be32(frame, 12)) != salts
            || page == 0
            || (be32(frame, 16), be32(frame, 20)) != running
        {
            break;
        }
        accepted.frames.push(AcceptedFrame { page, size_after });
        if size_after != 0 {
            accepted.mx_frame = accepted.frames.len();
            accepted.page_count = size_after;
            accepted.checksum = running;
        }
    }
    Some(accepted)
}

/// Whether SQLite refuses the database because of this WAL's version (it does so only if the header checksum is right).
pub fn refuses_version(wal: &[u8]) -> bool {
    sound_header(wal).is_some_and(|header| be32(header, 4) != VERSION)
}

/// The commits of a WAL, oldest first.
pub fn commits(wal: &[u8]) -> Vec<Commit> {
    let frames = accept(wal)
        .map(|accepted| accepted.frames)
        .unwrap_or_default();
    let mut commits = Vec::new();
    for (index, frame) in frames.iter().enumerate() {
        if frame.size_after != 0 {
            commits.push(Commit {
                number: commits.len() + 1,
                last_frame: index + 1,
                page_count: frame.size_after,
            });
        }
    }
    commits
}

/// The WAL checksum of `bytes` (a multiple of eight), continued from `state`.
pub fn checksum(big_endian: bool, state: (u32, u32), bytes: &[u8]) -> (u32, u32) {
    let (mut s0, mut s1) = state;
    for pair in bytes.chunks_exact(8) {
        s0 = s0.wrapping_add(word(big_endian, pair, 0)).wrapping_add(s1);
        s1 = s1.wrapping_add(word(big_endian, pair, 4)).wrapping_add(s0);
    }
    (s0, s1)
}

/// The big-endian number of four bytes at `offset`.
pub fn be32(bytes: &[u8], offset: usize) -> u32 {
    word(true, bytes, offset)
}

/// Writes `value` as two big-endian bytes at `offset`.
pub fn put16(bytes: &mut [u8], offset: usize, value: u16) {
    bytes[offset..offset + 2].copy_from_slice(&value.to_be_bytes());
}

/// Writes `value` as four big-endian bytes at `offset`.
pub fn put32(bytes: &mut [u8], offset: usize, value: u32) {
    bytes[offset..offset + 4].copy_from_slice(&value.to_be_bytes());
}

/// The WAL header, if its length, magic, page size and checksum are right.
fn sound_header(wal: &[u8]) -> Option<&[u8]> {
    if wal.len() <= WAL_HEADER {
        return None;
    }
    let header = &wal[..WAL_HEADER];
    let (magic, page_size) = (be32(header, 0), be32(header, 8));
    if magic & !1 != MAGIC || !page_size.is_power_of_two() || !(512..=65536).contains(&page_size) {
        return None;
    }
    let sum = checksum(magic & 1 == 1, (0, 0), &header[..24]);
    (sum == (be32(header, 24), be32(header, 28))).then_some(header)
}

fn word(big_endian: bool, bytes: &[u8], offset: usize) -> u32 {
    let four = [
        bytes[offset],
        bytes[offset + 1],
        bytes[offset + 2],
        bytes[offset + 3],
    ];
    if big_endian {
        u32::from_be_bytes(four)
    } else {
        u32::from_le_bytes(four)
    }
}
