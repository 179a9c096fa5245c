//! Bytes that tell how much of them is read.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use stillframe_history::{Bytes, Window};

/// Bytes of which is counted how many are read.
pub struct Counted {
    pub bytes: Vec<u8>,
    pub read: Arc<AtomicU64>,
}

impl Bytes for Counted {
    fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn window(&self, offset: u64, length: usize) -> io::Result<Window<'_>> {
        self.read.fetch_add(length as u64, Ordering::Relaxed);
        Bytes::window(&self.bytes, offset, length)
    }

    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.read.fetch_add(buffer.len() as u64, Ordering::Relaxed);
        Bytes::read_exact_at(&self.bytes, offset, buffer)
    }
}
