//! What a page has in common with itself wherever it lies: all but the reserved bytes at its end.
//!
//! SQLite writes nothing into them, and copies them as they are. What lies below SQLite may: `cksumvfs` puts a sum of the
//! page there, and `tmstmpvfs` the time, as a page gets into the database file, and only then. A frame and the page that
//! a checkpoint made of it differ in these bytes.

use stillframe_database::Header;
use stillframe_format::{PageNumber, PageSize, Pages as _};
use stillframe_wal::FrameNumber;

use crate::timeline::window;
use crate::{BackupSet, Error, Image, Input, Timeline, Window};

/// How many bytes at the start of a page a frame and the database file have in common, where `header` is that of the
/// database. Where there is none that could be read, all of them.
pub(crate) fn compared_bytes(size: PageSize, header: Option<&Header>) -> usize {
    let header = header.filter(|header| header.page_size() == Some(size));
    let usable = header.and_then(Header::usable_size);
    usable.map_or(size.as_len(), |usable| usable as usize)
}

/// What a disk writes as a whole, in bytes: the largest page has 128.
const SECTOR: usize = 512;

/// The pages of a database file, of which some are copies of frames.
#[derive(Clone, Copy)]
pub(crate) struct Copies<'a> {
    database: &'a Input,
    wal: &'a Input,
    size: PageSize,
    /// Bytes of a page that are compared.
    compared: usize,
}

impl<'a> Copies<'a> {
    /// Those of a set whose image this is; `None` where one of the two is not there, or they have pages of different
    /// sizes.
    pub(crate) fn of(set: &'a BackupSet, timeline: &Timeline, image: &Image<'_>) -> Option<Self> {
        let size = image.page_size();
        if timeline.page_size() != Some(size) {
            return None;
        }
        Some(Self {
            database: set.database.as_ref()?,
            wal: set.wal.as_ref()?,
            size,
            compared: compared_bytes(size, image.header()),
        })
    }

    /// Whether the database file holds a page as a frame does.
    pub(crate) fn hold(&self, page: PageNumber, frame: FrameNumber) -> Result<bool, Error> {
        let in_wal = frame.page_offset(self.size);
        self.hold_bytes(page, &window(self.wal, in_wal, self.compared)?)
    }

    /// Whether the database file holds these bytes of a frame as the page.
    pub(crate) fn hold_bytes(&self, page: PageNumber, data: &[u8]) -> Result<bool, Error> {
        let held = self.page(page)?;
        Ok(held.is_some_and(|held| held.get(..self.compared) == data.get(..self.compared)))
    }

    /// Whether a page of the database file is zeros, as one is that a transaction cut off and another one took again for
    /// nothing.
    pub(crate) fn are_zeros(&self, page: PageNumber) -> Result<bool, Error> {
        let held = self.page(page)?;
        Ok(held.is_some_and(|held| held.iter().all(|&byte| byte == 0)))
    }

    /// As [`Self::sectors_unlike_bytes`], of the bytes of a frame.
    pub(crate) fn sectors_unlike(
        &self,
        page: PageNumber,
        frame: FrameNumber,
    ) -> Result<u128, Error> {
        let in_wal = frame.page_offset(self.size);
        self.sectors_unlike_bytes(page, &window(self.wal, in_wal, self.size.as_len())?)
    }

    /// As [`Self::sectors_unlike_bytes`], of zeros.
    pub(crate) fn sectors_not_zero(&self, page: PageNumber) -> Result<u128, Error> {
        self.sectors_unlike_bytes(page, &vec![0; self.size.as_len()])
    }

    /// The sectors of a page of the database file that are not as in these bytes of a frame, a bit for each: 0 where all are, and
    /// where the file does not have the page.
    pub(crate) fn sectors_unlike_bytes(
        &self,
        page: PageNumber,
        data: &[u8],
    ) -> Result<u128, Error> {
        let Some(held) = self.page(page)? else {
            return Ok(0);
        };
        let sectors = held.chunks(SECTOR).zip(data.chunks(SECTOR)).enumerate();
        let others = sectors.filter(|&(sector, (held, data))| {
            let compared = self.compared.saturating_sub(sector * SECTOR).min(SECTOR);
            held.get(..compared) != data.get(..compared)
        });
        Ok(others.fold(0, |others, (sector, _)| others | 1 << sector))
    }

    /// A page of the database file, where all of it is there.
    fn page(&self, page: PageNumber) -> Result<Option<Window<'a>>, Error> {
        let offset = page.offset(self.size);
        if offset + u64::from(self.size.get()) > self.database.bytes.len() {
            return Ok(None);
        }
        window(self.database, offset, self.size.as_len()).map(Some)
    }
}
