use stillframe_format::PageNumber;
use stillframe_wal::FrameNumber;

use super::lacking::is_from_before;
use super::{Backfill, Pattern, Relation, WalIndex};
use crate::reserved::Copies;
use crate::{BackupSet, Error, Image, Timeline};

/// Pages of the database file that are of frames which the WAL has lost, and that older frames in it hide.
///
/// A WAL that ends before the frame that a checkpoint came to lies over a database file that is newer than it: of the pages
/// that both have SQLite shows what the WAL has, and of the others what the file has: an older state, or one of no moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// The first frame that the WAL has lost.
    pub first: FrameNumber,
    /// The last of them that a checkpoint copied into the database file.
    pub last: FrameNumber,
    /// The pages, each with the older frame that hides it.
    pub pages: Vec<(PageNumber, FrameNumber)>,
    /// Whether all that was committed was copied: the database file alone has it.
    pub is_all_copied: bool,
}

impl Hidden {
    /// Looks for them; `image` is that of the last commit that the WAL has, and `backfill` what came of the pages that the
    /// checkpoint copied of frames that are there. A page that is the same in both is not hidden; and where the file lacks
    /// pages of the checkpoint, it is none that is newer than the WAL.
    ///
    /// # Errors
    /// The set could not be read.
    pub fn of(
        index: &WalIndex,
        relation: Relation,
        set: &BackupSet,
        timeline: &Timeline,
        image: &Image<'_>,
        backfill: Option<&Backfill>,
    ) -> Result<Option<Self>, Error> {
        let is_ahead = matches!(relation, Relation::Ahead | Relation::AheadOfDamage);
        let is_before = backfill.is_some_and(|it| it.pattern != Pattern::Held)
            || image
                .header()
                .zip(index.header())
                .is_some_and(|(header, known)| {
                    is_from_before(index, known, header, set.database_bytes())
                });
        let (held, copied) = (timeline.mx_frame(), index.backfilled());
        let range = FrameNumber::new(held + 1).zip(FrameNumber::new(copied));
        let range = range.filter(|(first, last)| first <= last && is_ahead && !is_before);
        let Some(((first, last), copies)) = range.zip(Copies::of(set, timeline, image)) else {
            return Ok(None);
        };
        let mut pages = Vec::new();
        for (page, frame) in image.overlay().iter() {
            let is_copied = index.knows_between(page, held, copied);
            if is_copied && !copies.hold(page, frame)? {
                pages.push((page, frame));
            }
        }
        Ok((!pages.is_empty()).then_some(Self {
            first,
            last,
            pages,
            is_all_copied: copied == index.mx_frame(),
        }))
    }
}
