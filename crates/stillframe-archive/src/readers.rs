//! Readers that do something besides.

use std::io::{self, Read};

use crc32fast::Hasher;
use stillframe_source::Source;

/// Reads a source to its end, and compares its checksum.
pub(crate) fn sum(source: &Source, expected: u32) -> io::Result<()> {
    let mut hasher = Hasher::new();
    let mut at = 0;
    while at < source.len() {
        let length = (source.len() - at).min(8 << 20) as usize;
        let window = source.window(at, length).map_err(io::Error::other)?;
        hasher.update(&window);
        at += length as u64;
    }
    match hasher.finalize() == expected {
        true => Ok(()),
        false => Err(mismatch()),
    }
}

/// That a checksum does not match.
pub(crate) fn mismatch() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        "its bytes do not match the checksum in the archive",
    )
}

/// A reader that tells how much is read.
pub(crate) struct Told<'t, R> {
    pub(crate) reader: R,
    pub(crate) progress: &'t dyn Fn(u64),
}

impl<R: Read> Read for Told<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        (self.progress)(count as u64);
        Ok(count)
    }
}

/// A reader, with the first bytes that were read of it before, and what ended them.
pub(crate) struct Resumed<'r> {
    pub(crate) head: &'r [u8],
    pub(crate) at: usize,
    pub(crate) failed: Option<io::Error>,
    pub(crate) reader: &'r mut dyn Read,
}

impl<'r> Resumed<'r> {
    /// Reads so many bytes to `head`, or as many as there are.
    pub(crate) fn begin(reader: &'r mut dyn Read, head: &'r mut Vec<u8>, length: usize) -> Self {
        let failed = Read::take(&mut *reader, length as u64)
            .read_to_end(head)
            .err();
        Self {
            head,
            at: 0,
            failed,
            reader,
        }
    }
}

impl Read for Resumed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = &self.head[self.at..];
        if !rest.is_empty() {
            let count = rest.len().min(buffer.len());
            buffer[..count].copy_from_slice(&rest[..count]);
            self.at += count;
            return Ok(count);
        }
        match self.failed.take() {
            Some(error) => Err(error),
            None => self.reader.read(buffer),
        }
    }
}
