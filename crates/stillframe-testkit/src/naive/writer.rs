//! A WAL written frame by frame, without SQLite.

use super::{FRAME_HEADER, MAGIC, VERSION, WAL_HEADER, be32, checksum, put32};

/// Writes a WAL frame by frame into memory; [`take`](Writer::take) empties it for streaming.
#[derive(Debug, Clone)]
pub struct Writer {
    bytes: Vec<u8>,
    page_size: usize,
    big_endian: bool,
    salts: (u32, u32),
    running: (u32, u32),
}

impl Writer {
    /// A WAL of this page size and these salts, with checkpoint sequence `sequence` and little-endian checksums.
    pub fn new(page_size: u32, salts: (u32, u32), sequence: u32) -> Writer {
        let mut header = [0; WAL_HEADER];
        put32(&mut header, 0, MAGIC);
        put32(&mut header, 4, VERSION);
        put32(&mut header, 8, page_size);
        put32(&mut header, 12, sequence);
        put32(&mut header, 16, salts.0);
        put32(&mut header, 20, salts.1);
        Writer::with_header(&header)
    }

    /// A WAL with the first 24 bytes of `header` as they are and the checksum that they need.
    pub fn with_header(header: &[u8]) -> Writer {
        let big_endian = be32(header, 0) & 1 == 1;
        let running = checksum(big_endian, (0, 0), &header[..24]);
        let mut bytes = header[..24].to_vec();
        bytes.extend_from_slice(&running.0.to_be_bytes());
        bytes.extend_from_slice(&running.1.to_be_bytes());
        let salts = (be32(header, 16), be32(header, 20));
        Writer {
            bytes,
            page_size: be32(header, 8) as usize,
            big_endian,
            salts,
            running,
        }
    }

    /// Appends a frame; `size_after` is the database size in pages if it commits, else 0.
    pub fn frame(&mut self, page: u32, data: &[u8], size_after: u32) {
        assert_eq!(data.len(), self.page_size, "a frame holds one page");
        let mut header = [0; FRAME_HEADER];
        put32(&mut header, 0, page);
        put32(&mut header, 4, size_after);
        put32(&mut header, 8, self.salts.0);
        put32(&mut header, 12, self.salts.1);
        self.running = checksum(self.big_endian, self.running, &header[..8]);
        self.running = checksum(self.big_endian, self.running, data);
        put32(&mut header, 16, self.running.0);
        put32(&mut header, 20, self.running.1);
        self.bytes.extend_from_slice(&header);
        self.bytes.extend_from_slice(data);
    }

    /// What was written since the last call: for WALs too large for memory.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    /// The whole WAL.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}
