use core::fmt;

/// A run of bytes in one file: `start` is the offset of its first byte, `end` that of the first byte after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ByteRange {
    /// Offset of the first byte, from the start of the file.
    pub start: u64,
    /// Offset of the first byte that does not belong to the run.
    pub end: u64,
}

impl ByteRange {
    /// The run of `length` bytes that begins at `start`; it ends at the largest offset where the sum would not fit.
    pub const fn new(start: u64, length: u64) -> Self {
        Self {
            start,
            end: start.saturating_add(length),
        }
    }

    /// Bytes in the run.
    pub const fn length(self) -> u64 {
        self.end.saturating_sub(self.start)
    }

    /// The same run in a file in which this one's file begins at `base`.
    pub const fn offset_by(self, base: u64) -> Self {
        Self {
            start: self.start.saturating_add(base),
            end: self.end.saturating_add(base),
        }
    }
}

impl fmt::Display for ByteRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{:x}..0x{:x}", self.start, self.end)
    }
}

/// What a format crate could not accept, and the bytes that say so.
///
/// `K` is the crate's own list of reasons; each reason carries the values found and expected.
/// Words are made in `Display` only, and the name of the input is added by the layers above.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Error<K> {
    /// The reason.
    pub kind: K,
    /// The bytes it is about.
    pub range: ByteRange,
}

impl<K> Error<K> {
    /// An error about the `length` bytes at `start`.
    pub const fn new(kind: K, start: u64, length: u64) -> Self {
        Self {
            kind,
            range: ByteRange::new(start, length),
        }
    }
}

impl<K: fmt::Display> fmt::Display for Error<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at 0x{:x})", self.kind, self.range.start)
    }
}

impl<K: fmt::Debug + fmt::Display> core::error::Error for Error<K> {}
