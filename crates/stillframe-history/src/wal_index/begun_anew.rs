use stillframe_format::PageNumber;

use super::{Relation, WalIndex};
use crate::reserved::Copies;
use crate::{BackupSet, Error, Image, Timeline};

/// What a wal-index of a later generation than the WAL's tells of the database file: a WAL is begun anew only once a
/// checkpoint has copied all of it there (`walRestartLog` in `wal.c`), and the wal-index is written before the header of the
/// new WAL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BegunAnew {
    /// How many pages were compared: those of the last commit that stand in the WAL, but for those that the wal-index
    /// knows a frame of.
    pub examined: u32,
    /// How many of them the database file does not hold as their newest frame has them.
    pub lacking: u32,
    /// The first of these.
    pub first: PageNumber,
}

impl BegunAnew {
    /// Compares the pages; `None` where all are there, or nothing can be compared. `image` is that of the last commit.
    ///
    /// # Errors
    /// The set could not be read.
    pub fn of(
        index: &WalIndex,
        relation: Relation,
        set: &BackupSet,
        timeline: &Timeline,
        image: &Image<'_>,
    ) -> Result<Option<Self>, Error> {
        let copies = Copies::of(set, timeline, image).filter(|_| relation == Relation::Newer);
        let Some(copies) = copies else {
            return Ok(None);
        };
        let (mut examined, mut lacking, mut first) = (0, 0, None);
        for (page, frame) in image.overlay().iter() {
            // A later checkpoint may have brought a newer one.
            if index.knows_later(page, 0) {
                continue;
            }
            examined += 1;
            if !copies.hold(page, frame)? {
                lacking += 1;
                first.get_or_insert(page);
            }
        }
        Ok(first.map(|first| Self {
            examined,
            lacking,
            first,
        }))
    }
}
