//! What holds other files.

use crate::coding::Coding;

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

    /// How it is compressed; `None` of what holds files by name.
    pub(crate) const fn coding(self) -> Option<Coding> {
        match self {
            Self::Tar | Self::Zip => None,
            Self::Gzip => Some(Coding::Gzip),
            Self::Zstd => Some(Coding::Zstd),
            Self::Bzip2 => Some(Coding::Bzip2),
            Self::Xz => Some(Coding::Xz),
            Self::Lz4 => Some(Coding::Lz4),
        }
    }
}
