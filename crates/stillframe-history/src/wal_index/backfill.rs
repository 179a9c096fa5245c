use stillframe_format::{PageNumber, Pages as _};
use stillframe_wal::FrameNumber;

use super::{Relation, WalIndex};
use crate::timeline::window;
use crate::{BackupSet, Error, Image, Input, Timeline};

/// What is in the database file of the pages that the wal-index says a checkpoint has copied there.
///
/// A checkpoint that comes to frame B has copied every page whose newest frame is no later than B. (A page with a later
/// frame it leaves out, and so does this. Pages past the smallest size that a commit left are left out, too: a
/// checkpoint does not write past the end.)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backfill {
    /// How many pages were compared.
    pub examined: u32,
    /// Those that the database file does not hold as their newest frame has them, each with that frame, by page.
    pub differing: Vec<(PageNumber, FrameNumber)>,
    /// How those lie among the others.
    pub pattern: Pattern,
}

/// How the pages that a checkpoint did not bring into the database file lie among those that it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// All pages are as the wal-index says.
    Held,
    /// All frames before some frame are not there and all behind it are: a checkpoint took the first ones for copied, as
    /// with the WAL-reset bug of SQLite 3.7.0 to 3.51.2.
    Skipped,
    /// Of the newest frames none is there: the database file is from before the checkpoint.
    Before,
    /// Neither: pages were lost, or the database file was copied while the checkpoint went on.
    Mixed,
}

impl Backfill {
    /// Compares the pages; `None` where there is nothing to compare, or the two have nothing to do with each other.
    /// `image` is that of the last commit.
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
        let (Some(wal), Some(database)) = (&set.wal, &set.database) else {
            return Ok(None);
        };
        let is_of_wal = timeline.page_size() == Some(image.page_size());
        if !relation.is_same_generation() || !is_of_wal || index.backfilled() == 0 {
            return Ok(None);
        }
        let mut looked = Vec::new();
        let mut differing = Vec::new();
        for (page, frame) in image.overlay().iter() {
            if frame.get() > index.backfilled() || page.get() > timeline.smallest_size() {
                continue;
            }
            let is_held = is_held(wal, database, image, page, frame)?;
            looked.push((frame, is_held));
            if !is_held {
                differing.push((page, frame));
            }
        }
        Ok((!looked.is_empty()).then(|| Self {
            examined: looked.len() as u32,
            pattern: Pattern::of(&looked),
            differing,
        }))
    }
}

impl Pattern {
    /// Of the newest frames of pages, and whether the database file holds them.
    fn of(looked: &[(FrameNumber, bool)]) -> Self {
        let differing = looked.iter().filter(|(_, is_held)| !is_held);
        let Some(newest) = differing.map(|&(frame, _)| frame).max() else {
            return Self::Held;
        };
        let mut held = looked.iter().filter(|(_, is_held)| *is_held);
        let (mut before, mut behind) = (0, 0);
        held.by_ref().for_each(|&(frame, _)| match frame < newest {
            true => before += 1,
            false => behind += 1,
        });
        match (before, behind) {
            (_, 0) => Self::Before,
            (0, _) => Self::Skipped,
            _ => Self::Mixed,
        }
    }
}

fn is_held(
    wal: &Input,
    database: &Input,
    image: &Image<'_>,
    page: PageNumber,
    frame: FrameNumber,
) -> Result<bool, Error> {
    let size = image.page_size();
    let offset = page.offset(size);
    if offset + u64::from(size.get()) > database.bytes.len() {
        return Ok(false);
    }
    let held = window(database, offset, size.as_len())?;
    Ok(*held == *window(wal, frame.page_offset(size), size.as_len())?)
}
