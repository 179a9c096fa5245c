//! The first 136 bytes of a wal-index; the layout is in [`super`].

use super::checkpoint::CHECKPOINT_BYTES;
use super::header::{HEADER_BYTES, SUMMED_BYTES};
use super::{CheckpointInfo, Error, ErrorKind, FORMAT_VERSION, IndexHeader};
use crate::ByteOrder;

/// Bytes of the head.
pub const HEAD_BYTES: usize = 2 * HEADER_BYTES + CHECKPOINT_BYTES;

/// What stands before the pages in a wal-index: every field as it stands in the file, whatever it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Head {
    /// The byte order of the host that wrote it, which its version tells, or else its checksum. `None` where neither
    /// does, as in zeros: the fields are then read as little-endian.
    pub order: Option<ByteOrder>,
    /// The header and its copy. SQLite writes the second one first.
    pub copies: [IndexHeader; 2],
    /// How far checkpoints have come.
    pub checkpoint: CheckpointInfo,
}

impl Head {
    /// Reads the fields from the start of a wal-index. Nothing is judged.
    ///
    /// # Errors
    /// [`ErrorKind::Truncated`] where there are fewer than 136 bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let parts = bytes.split_first_chunk::<HEADER_BYTES>();
        let parts = parts.and_then(|(first, rest)| Some((first, rest.split_first_chunk()?)));
        let parts = parts.and_then(|(first, (second, rest))| {
            Some((first, second, rest.first_chunk::<CHECKPOINT_BYTES>()?))
        });
        let Some((first, second, checkpoint)) = parts else {
            let found = bytes.len();
            return Err(Error::new(ErrorKind::Truncated { found }, 0, found as u64));
        };
        let read = |order| [first, second].map(|copy| IndexHeader::parse(copy, order));
        let orders = [ByteOrder::Little, ByteOrder::Big];
        let has_version =
            |order: &ByteOrder| read(*order).iter().any(|it| it.version == FORMAT_VERSION);
        let has_checksum = |order: &ByteOrder| read(*order).iter().any(|it| it.holds(*order));
        let by_version = orders.into_iter().find(has_version);
        let order = by_version.or_else(|| orders.into_iter().find(has_checksum));
        let as_read = order.unwrap_or(ByteOrder::Little);
        Ok(Self {
            order,
            copies: read(as_read),
            checkpoint: CheckpointInfo::parse(checkpoint, as_read),
        })
    }

    /// The bytes of the head: what [`Head::parse`] read, where nothing was changed.
    pub fn encode(&self) -> [u8; HEAD_BYTES] {
        let order = self.byte_order();
        let [first, second] = self.copies.map(|copy| copy.encode(order));
        let checkpoint = self.checkpoint.encode(order);
        let mut bytes = [0; HEAD_BYTES];
        let parts = first.into_iter().chain(second).chain(checkpoint);
        for (to, from) in bytes.iter_mut().zip(parts) {
            *to = from;
        }
        bytes
    }

    /// The byte order in which the fields were read.
    pub fn byte_order(&self) -> ByteOrder {
        self.order.unwrap_or(ByteOrder::Little)
    }

    /// The header, where SQLite would use it, by its own tests in its own order (`walIndexTryHdr`,
    /// `walIndexReadHdr`).
    ///
    /// # Errors
    /// The first thing that fails. For all but the version SQLite makes the index anew from the WAL; for the version,
    /// tested last, it refuses the database ([`ErrorKind::Version`]).
    pub fn validate(&self) -> Result<&IndexHeader, Error> {
        let [first, second] = &self.copies;
        if first != second {
            let length = 2 * HEADER_BYTES as u64;
            return Err(Error::new(ErrorKind::CopiesDiffer, 0, length));
        }
        if first.is_initialised == 0 {
            return Err(Error::new(ErrorKind::NotInitialised, 12, 1));
        }
        let (stored, computed) = (first.checksum, first.computed_checksum(self.byte_order()));
        if stored != computed {
            let kind = ErrorKind::Checksum { stored, computed };
            return Err(Error::new(kind, SUMMED_BYTES as u64, 8));
        }
        if first.version != FORMAT_VERSION {
            let found = first.version;
            return Err(Error::new(ErrorKind::Version { found }, 0, 4));
        }
        Ok(first)
    }

    /// The header as far as it can be told from the evidence: a copy that holds by itself and has the version that is
    /// known; where both do the second, as that is written first.
    pub fn best_copy(&self) -> Option<&IndexHeader> {
        let order = self.byte_order();
        let mut copies = self.copies.iter().rev();
        copies.find(|copy| copy.holds(order) && copy.version == FORMAT_VERSION)
    }
}
