use stillframe_format::PageNumber;
use stillframe_wal::FrameNumber;

use crate::generation::Left;
use crate::reserved::Copies;
use crate::{BackupSet, Error, Image, Missed, Overlay, Progress, Refusal, Residue, Timeline};

/// Pages that the generation before the present one committed, that a checkpoint therefore brought into the database file
/// before the WAL was begun anew, and that the file lacks: it is from before that checkpoint, or a part of it is. They are
/// still in the WAL behind the log, so that the last state can be had all the same.
///
/// What can not be had is what that generation wrote where the present one has written since: see [`Older::overwritten`].
#[derive(Clone, Debug)]
pub struct Older {
    lacking: Overlay,
    /// How many pages of that generation are still in the WAL, of which the present one has nothing newer.
    pub examined: u32,
    /// The first slot that is left of it.
    pub first: FrameNumber,
    /// The frame of these pages, if one is, of which nothing tells whether it holds: it is the first that is left, and its
    /// checksum went on from one that is not.
    pub unverified: Option<(PageNumber, FrameNumber)>,
}

impl Older {
    /// Looks for them in a set whose WAL is the database's own; `image` is that of the last commit, refused or not.
    ///
    /// # Errors
    /// The set could not be read.
    pub fn of(
        set: &BackupSet,
        timeline: &Timeline,
        residue: &Residue,
        image: &Image<'_>,
        progress: &dyn Progress,
    ) -> Result<Option<Self>, Error> {
        let (Some(wal), Some(header), Some(commit), Some(copies)) = (
            &set.wal,
            timeline.header(),
            timeline.last_commit(),
            Copies::of(set, timeline, image),
        ) else {
            return Ok(None);
        };
        if residue.other_generation.slots == 0 || !can_be_repaired(image) {
            return Ok(None);
        }
        let left = Left::read(wal, timeline, header, 1, progress)?;
        let Some(first) = left.first() else {
            return Ok(None);
        };
        let is_lacking = |&(page, frame): &(PageNumber, FrameNumber)| {
            copies.hold(page, frame).map(|is_there| !is_there)
        };
        let mut older = Self {
            lacking: Overlay::default(),
            examined: 0,
            first,
            unverified: None,
        };
        for it in left.not_superseded(image.overlay(), commit.size_after) {
            older.examined += 1;
            if is_lacking(&it)? {
                older.lacking.push(it.0, it.1);
            }
        }
        let unverified = left.unverified(image.overlay());
        if let Some(it) = unverified.filter(|(page, _)| page.get() <= commit.size_after) {
            older.examined += 1;
            if is_lacking(&it)? {
                older.lacking.push(it.0, it.1);
                older.unverified = Some(it);
            }
        }
        older.lacking.settle();
        Ok((!older.lacking.is_empty()).then_some(older))
    }

    /// That they are lacking.
    pub fn missed(&self) -> Option<Missed> {
        let (first, frame) = self.lacking.iter().next()?;
        Some(Missed {
            examined: self.examined,
            pages: self.lacking.len() as u32,
            first,
            frame,
        })
    }

    /// The pages that the file lacks, and the frames that hold them.
    pub const fn lacking(&self) -> &Overlay {
        &self.lacking
    }

    /// How many frames of that generation the present one has written over. A page that was last written in one of them,
    /// and which the file lacks as well, is as old as the file has it, and nothing in the set tells of that.
    pub fn overwritten(&self) -> u32 {
        self.first.get() - 1
    }

    /// The database of the last commit with these pages.
    ///
    /// # Errors
    /// The set could not be read.
    pub fn image<'a>(
        &self,
        set: &'a BackupSet,
        timeline: &Timeline,
        progress: &dyn Progress,
    ) -> Result<Image<'a>, Error> {
        let over = |gathered: &mut crate::image::Gathered| gathered.add(self.lacking.iter());
        Image::repaired(set, timeline, over, progress)
    }
}

/// Whether pages that are lacking may be what SQLite has against the image, if it has anything.
fn can_be_repaired(image: &Image<'_>) -> bool {
    let is_lacking = match image.refusal() {
        None
        | Some(
            Refusal::MissingPages { .. }
            | Refusal::Growth { .. }
            | Refusal::SizeExceedsStored { .. }
            | Refusal::NotADatabase(_),
        ) => true,
        Some(_) => false,
    };
    is_lacking && image.rollback().is_none()
}
