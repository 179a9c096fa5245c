//! How much of an archive is read before it is given up.

use std::cell::Cell;
use std::io::{self, Read};

/// What is decoded of one archive at most, and how deep. What goes beyond is a
/// [`Trouble::TooMuch`](crate::Trouble::TooMuch); what came before it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes that are decoded, at every depth together.
    pub bytes: u64,
    /// Times the length of the archive that are decoded, beyond the first GiB: zeros compress a thousandfold, so that a
    /// bomb and a nearly empty database cannot be told before.
    pub ratio: u64,
    /// Archives in archives, and compressions around them.
    pub depth: u32,
    /// Members, at every depth together.
    pub members: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 1 << 40,
            ratio: 1000,
            depth: 8,
            members: 1_000_000,
        }
    }
}

/// Decoded bytes that no ratio forbids.
const UNASKED: u64 = 1 << 30;

/// Counts what is decoded.
pub(crate) struct Meter {
    left: Cell<u64>,
    limit: u64,
    /// Bytes of the archive that a decoder has taken, where it is compressed as a whole.
    taken: Cell<u64>,
}

impl Meter {
    pub(crate) fn new(limits: &Limits, archive: u64) -> Self {
        let by_ratio = archive.saturating_mul(limits.ratio).max(UNASKED);
        let limit = by_ratio.min(limits.bytes);
        Self {
            left: Cell::new(limit),
            limit,
            taken: Cell::new(0),
        }
    }

    /// A decoder has taken so many bytes more of the archive itself.
    pub(crate) fn take(&self, bytes: u64) {
        self.taken.set(self.taken.get() + bytes);
    }

    /// How far the archive was read, where it is compressed as a whole.
    pub(crate) const fn taken(&self) -> u64 {
        self.taken.get()
    }

    /// The bytes that may be decoded, where there were more.
    pub(crate) fn exceeded(&self) -> Option<u64> {
        (self.left.get() == 0).then_some(self.limit)
    }

    /// `reader`, counted.
    pub(crate) const fn over<R: Read>(&self, reader: R) -> Metered<'_, R> {
        Metered {
            reader,
            meter: self,
        }
    }
}

/// A reader that ends in an error where too much was read.
pub(crate) struct Metered<'m, R> {
    reader: R,
    meter: &'m Meter,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        let left = self.meter.left.get().saturating_sub(count as u64);
        self.meter.left.set(left);
        match left {
            0 if count > 0 => Err(io::Error::other("more than is decoded of one archive")),
            _ => Ok(count),
        }
    }
}

/// Bytes that the headers of one member may take: long names and pax records.
const HEADERS: u64 = 4 * 1024 * 1024;

/// How much may be read for the headers of a member, and whether the bytes have ended.
pub(crate) struct Ration {
    left: Cell<u64>,
    has_ended: Cell<bool>,
    is_at_end_of_tar: Cell<bool>,
}

impl Ration {
    /// For the headers of the first member.
    pub(crate) const fn new() -> Self {
        Self {
            left: Cell::new(HEADERS),
            has_ended: Cell::new(false),
            is_at_end_of_tar: Cell::new(false),
        }
    }

    /// From here on headers are read.
    pub(crate) fn for_headers(&self) {
        self.left.set(HEADERS);
    }

    /// From here on a member is read, however long.
    pub(crate) fn for_content(&self) {
        self.left.set(u64::MAX);
    }

    /// Whether there were no more bytes when last some were asked for.
    pub(crate) const fn has_ended(&self) -> bool {
        self.has_ended.get()
    }

    /// The zeros behind the last member were reached.
    pub(crate) fn tar_has_ended(&self) {
        self.is_at_end_of_tar.set(true);
    }

    /// Whether the zeros behind the last member were reached.
    pub(crate) const fn is_at_end_of_tar(&self) -> bool {
        self.is_at_end_of_tar.get()
    }

    /// `reader`, rationed.
    pub(crate) const fn over<R>(&self, reader: R) -> Rationed<'_, R> {
        Rationed {
            reader,
            ration: self,
        }
    }
}

/// A reader of which only so much may be read at a time.
pub(crate) struct Rationed<'m, R> {
    reader: R,
    ration: &'m Ration,
}

impl<R: Read> Read for Rationed<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.ration.has_ended.set(count == 0 && !buffer.is_empty());
        match self.ration.left.get().checked_sub(count as u64) {
            Some(left) => {
                self.ration.left.set(left);
                Ok(count)
            }
            None => Err(io::Error::other(
                "a header that is longer than any needs to be",
            )),
        }
    }
}

impl<R: io::Seek> io::Seek for Rationed<'_, R> {
    fn seek(&mut self, position: io::SeekFrom) -> io::Result<u64> {
        self.reader.seek(position)
    }
}
