//! How bytes are compressed, and what decodes them.

use std::io::{self, Read};

use bzip2::bufread::BzDecoder;
use flate2::bufread::GzDecoder;
use flate2::read::DeflateDecoder;
use lzma_rust2::XzReader;

use crate::Modified;
use crate::streams::{Ahead, Stream, Streams, behind_skippable_frames};
use crate::{lz4, zstd};

/// How bytes are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    Stored,
    Deflate,
    Gzip,
    Zstd,
    Bzip2,
    Xz,
    Lz4,
}

/// Bytes that tell when a file was changed that was compressed, and whether a checksum is over it.
pub(crate) const HEAD_BYTES: usize = 64;

/// Memory that a decoder of xz may take, in KiB: what the highest preset needs, 65 MiB, and some.
const XZ_MEMORY: u32 = 128 * 1024;

impl Coding {
    /// When the file was last changed that was compressed to what begins with `head`: a gzip file says so in its bytes 4 to 7, and
    /// with 0 that it does not tell (RFC 1952, section 2.3.1). Of several that were joined, the first one tells.
    pub(crate) fn modified(self, head: &[u8]) -> Option<Modified> {
        let (&[0x1f, 0x8b, _, _, ref seconds @ ..], _) = head.split_first_chunk::<8>()? else {
            return None;
        };
        let seconds = u32::from_le_bytes(*seconds);
        let is_told = self == Self::Gzip && seconds > 0;
        Modified::since_1970(seconds.into()).filter(|_| is_told)
    }

    /// Whether a checksum is over what was compressed to what begins with `head`: all of it that was decoded is known to be what
    /// it was then. Of several that were joined, the first one tells; where none does, there is taken to be one.
    pub(crate) fn is_summed(self, head: &[u8]) -> bool {
        match (self, behind_skippable_frames(head)) {
            // RFC 8878, section 3.1.1.1.1: Content_Checksum_flag.
            (Self::Zstd, [0x28, _, _, _, descriptor, ..]) => descriptor & 0x04 != 0,
            // LZ4 Frame Format: the flags of checksums of blocks, and of the content.
            (Self::Lz4, [0x04, _, _, _, flags, ..]) => flags & 0x14 != 0,
            (Self::Lz4, [0x02, ..]) => false,
            // The .xz file format, section 2.1.1.2: the kind of check.
            (Self::Xz, [0xfd, _, _, _, _, _, _, check, ..]) => check & 0x0f != 0,
            _ => true,
        }
    }

    /// The bytes as they were before.
    pub(crate) fn decoder<'r>(self, reader: impl Read + 'r) -> Box<dyn Read + 'r> {
        match self {
            Self::Stored => Box::new(reader),
            Self::Deflate => Box::new(DeflateDecoder::new(reader)),
            Self::Gzip => Box::new(Streams::<_, Gzip<_>>::new(reader)),
            Self::Zstd => Box::new(Streams::<_, zstd::Frame<_>>::new(reader)),
            Self::Bzip2 => Box::new(Streams::<_, Bzip2<_>>::new(reader)),
            Self::Xz => Box::new(Streams::<_, Xz<_>>::new(reader)),
            Self::Lz4 => Box::new(Streams::<_, lz4::Frame<_>>::new(reader)),
        }
    }
}

/// Whether `bytes` are `magic`, or its beginning.
pub(crate) fn is_begun(magic: &[u8], bytes: &[u8]) -> bool {
    magic.starts_with(bytes) || bytes.starts_with(magic)
}

/// A member of a gzip file (RFC 1952, section 2.3).
struct Gzip<R>(GzDecoder<Ahead<R>>);

impl<R: Read> Stream<R> for Gzip<R> {
    const MAGIC_BYTES: usize = 2;

    fn begins_with(bytes: &[u8]) -> bool {
        is_begun(&[0x1f, 0x8b], bytes)
    }

    fn new(reader: Ahead<R>) -> Self {
        Self(GzDecoder::new(reader))
    }

    fn into_inner(self) -> Ahead<R> {
        self.0.into_inner()
    }
}

/// A bzip2 stream.
struct Bzip2<R>(BzDecoder<Ahead<R>>);

impl<R: Read> Stream<R> for Bzip2<R> {
    const MAGIC_BYTES: usize = 3;

    fn begins_with(bytes: &[u8]) -> bool {
        is_begun(b"BZh", bytes)
    }

    fn new(reader: Ahead<R>) -> Self {
        Self(BzDecoder::new(reader))
    }

    fn into_inner(self) -> Ahead<R> {
        self.0.into_inner()
    }
}

/// An xz stream (the .xz file format, sections 2.1 and 2.2).
struct Xz<R: Read>(XzReader<Ahead<R>>);

impl<R: Read> Stream<R> for Xz<R> {
    const MAGIC_BYTES: usize = 6;
    const MAY_BE_PADDED: bool = true;

    fn begins_with(bytes: &[u8]) -> bool {
        is_begun(&[0xfd, b'7', b'z', b'X', b'Z', 0], bytes)
    }

    fn new(reader: Ahead<R>) -> Self {
        Self(XzReader::new_mem_limit(reader, false, XZ_MEMORY))
    }

    fn into_inner(self) -> Ahead<R> {
        self.0.into_inner()
    }
}

impl<R: Read> Read for Gzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl<R: Read> Read for Bzip2<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl<R: Read> Read for Xz<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(|error| match error.kind() {
            io::ErrorKind::OutOfMemory => io::Error::new(
                io::ErrorKind::Unsupported,
                format!("xz data that takes more than {XZ_MEMORY} KiB of memory to decode"),
            ),
            _ => error,
        })
    }
}
