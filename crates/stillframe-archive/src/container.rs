//! What holds other files.

use std::io::{self, Read};

use bzip2::read::MultiBzDecoder;
use flate2::read::{DeflateDecoder, MultiGzDecoder};
use lz4_flex::frame::FrameDecoder;
use lzma_rust2::XzReader;

use crate::zstd;

/// A kind of archive, or of compression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Container {
    /// A tar archive: ustar, GNU or pax.
    Tar,
    /// A zip archive.
    Zip,
    /// gzip data, of one or more members.
    Gzip,
    /// Zstandard data, of one or more frames.
    Zstd,
    /// bzip2 data, of one or more streams.
    Bzip2,
    /// xz data, of one or more streams.
    Xz,
    /// An LZ4 frame, or several.
    Lz4,
}

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

/// Memory that a decoder of xz may take, in KiB: what the highest preset needs, 65 MiB, and some.
const XZ_MEMORY: u32 = 128 * 1024;

impl Container {
    /// The endings that files of this kind have, without their dot: what is left without one is the name of what is
    /// inside.
    pub(crate) const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Tar => &["tar"],
            Self::Zip => &["zip"],
            Self::Gzip => &["gz"],
            Self::Zstd => &["zst", "zstd"],
            Self::Bzip2 => &["bz2"],
            Self::Xz => &["xz"],
            Self::Lz4 => &["lz4"],
        }
    }
}

impl Coding {
    /// The bytes as they were before.
    pub(crate) fn decoder<'r>(self, reader: impl Read + 'r) -> Box<dyn Read + 'r> {
        match self {
            Self::Stored => Box::new(reader),
            Self::Deflate => Box::new(DeflateDecoder::new(reader)),
            Self::Gzip => Box::new(MultiGzDecoder::new(reader)),
            Self::Zstd => Box::new(zstd::Frames::new(reader)),
            Self::Bzip2 => Box::new(MultiBzDecoder::new(reader)),
            Self::Xz => Box::new(XzReader::new_mem_limit(reader, true, XZ_MEMORY)),
            Self::Lz4 => Box::new(Lz4Frames(FrameDecoder::new(reader))),
        }
    }
}

/// LZ4 frames, one after the other: the decoder of one says that it ends as if the stream did.
struct Lz4Frames<R: Read>(FrameDecoder<R>);

impl<R: Read> Read for Lz4Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => self.0.read(buffer),
            count => Ok(count),
        }
    }
}
