//! A source as a reader with a place in it.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

use stillframe_source::Source;

/// Bytes read ahead.
const AHEAD: usize = 64 * 1024;

/// Reads a source from a place on.
pub(crate) struct Cursor {
    source: Arc<Source>,
    at: u64,
    /// Bytes of the source that were read ahead, and where they begin.
    ahead: Vec<u8>,
    begin: u64,
}

impl Cursor {
    pub(crate) fn new(source: &Arc<Source>) -> Self {
        Self::at(source, 0)
    }

    pub(crate) fn at(source: &Arc<Source>, at: u64) -> Self {
        Self {
            source: Arc::clone(source),
            at,
            ahead: Vec::new(),
            begin: 0,
        }
    }

    /// Whether all of it was read.
    pub(crate) fn is_at_end(&self) -> bool {
        self.at >= self.source.len()
    }

    /// What was read ahead, from where it is to be read on.
    fn rest(&self) -> &[u8] {
        let from = self.at.checked_sub(self.begin);
        from.and_then(|from| self.ahead.get(usize::try_from(from).ok()?..))
            .unwrap_or_default()
    }
}

impl Read for Cursor {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.is_at_end() {
            return Ok(0);
        }
        if self.rest().is_empty() {
            let left = self.source.len() - self.at;
            let count = left.min(AHEAD as u64) as usize;
            self.ahead.resize(count, 0);
            self.begin = self.at;
            if let Err(error) = self.source.read_exact_at(self.at, &mut self.ahead) {
                self.ahead.clear();
                return Err(io::Error::other(error));
            }
        }
        let rest = self.rest();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Cursor {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        let at = match position {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.source.len().checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}
