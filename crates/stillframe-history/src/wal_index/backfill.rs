use stillframe_format::PageNumber;
use stillframe_wal::FrameNumber;

use super::{Relation, WalIndex};
use crate::reserved::Copies;
use crate::{BackupSet, Error, Image, Overtaken, Timeline};

/// What is in the database file of the pages that the wal-index says a checkpoint has copied there.
///
/// A checkpoint that comes to frame B has copied every page whose newest frame is no later than B. Left out are:
///
/// - a page with a later frame, as the checkpoint leaves it out;
/// - pages past the smallest size that a commit left from that frame on: a checkpoint writes nothing past the end, and
///   cuts the file there;
/// - pages of which the wal-index knows a frame that is not in the WAL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backfill {
    /// How many pages were compared.
    pub examined: u32,
    /// Those that the database file does not hold as their newest frame has them, each with that frame, by page.
    pub differing: Vec<(PageNumber, FrameNumber)>,
    /// Those of them that no checkpoint can have left out that wrote others which are there.
    pub overtaken: Option<Overtaken>,
    /// How those that differ lie among the others.
    pub pattern: Pattern,
}

/// How the pages that a checkpoint did not bring into the database file lie among those that it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// All pages are as the wal-index says.
    Held,
    /// The database file can be one from before the checkpoint, or from its midst. A page that it holds all the same
    /// can have been written without being changed.
    Before,
    /// It cannot: see [`Overtaken`]. All frames before some frame are not there and all behind it are: a checkpoint took
    /// the first ones for copied, as with the WAL-reset bug of SQLite 3.7.0 to 3.51.2.
    Skipped,
    /// It cannot, and there are pages of earlier frames, too: pages were lost, or the database file was copied while the
    /// checkpoint went on.
    Mixed,
}

impl Backfill {
    /// Compares the pages; `None` where there is nothing to compare, or the two have nothing to do with each other.
    /// `image` is that of the last commit. Where pages differ the WAL is read once more.
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
        let is_copied = relation.is_same_generation() && index.backfilled() > 0;
        let Some(copies) = Copies::of(set, timeline, image).filter(|_| is_copied) else {
            return Ok(None);
        };
        let page_count = index.header().map_or(0, |known| known.page_count);
        // Of those that are held it is enough to know how many they are, and the earliest frame of them.
        let (mut held, mut first_held) = (0, None::<FrameNumber>);
        let mut differing = Vec::new();
        for (page, frame) in image.overlay().iter() {
            let is_copied = frame.get() <= index.backfilled()
                && page.get() <= timeline.smallest_size_from(frame).min(page_count)
                && !index.knows_later(page, timeline.mx_frame());
            if !is_copied {
                continue;
            }
            if copies.hold(page, frame)? {
                held += 1;
                first_held = Some(first_held.map_or(frame, |first| first.min(frame)));
            } else {
                differing.push((page, frame));
            }
        }
        if held == 0 && differing.is_empty() {
            return Ok(None);
        }
        let overtaken = Overtaken::among(&differing, set, timeline, image)?;
        Ok(Some(Self {
            examined: held + differing.len() as u32,
            pattern: Pattern::of(first_held, &differing, overtaken.is_some()),
            differing,
            overtaken,
        }))
    }
}

impl Pattern {
    fn of(
        first_held: Option<FrameNumber>,
        differing: &[(PageNumber, FrameNumber)],
        is_overtaken: bool,
    ) -> Self {
        let Some(newest) = differing.iter().map(|&(_, frame)| frame).max() else {
            return Self::Held;
        };
        match (is_overtaken, first_held.is_some_and(|first| first < newest)) {
            (false, _) => Self::Before,
            (true, false) => Self::Skipped,
            (true, true) => Self::Mixed,
        }
    }
}
