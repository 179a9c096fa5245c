//! What makes it likely that the database file is not of the moment of the WAL, and does not prove it.

use std::fmt;

use stillframe_format::PageNumber;
use stillframe_wal::FrameNumber;

use super::behind::first_not_zero;
use super::of_no_commit::of_no_commit;
use super::unexplained::Held;
use crate::base::Base;
use crate::generation::{Left, is_unfit};
use crate::reserved::Copies;
use crate::timeline::frame_headers;
use crate::{BackupSet, Error, Image, Progress, Residue, Timeline};

/// Something in the database file that was not there when the WAL was begun, or is not there any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherMoment {
    /// The file has more pages than page 1 of it and every commit of the WAL count, and they hold something. A WAL is begun
    /// once the file has just the pages of the database (`walCheckpoint` cuts it in `wal.c`); only where the application sets
    /// `SQLITE_FCNTL_CHUNK_SIZE` it may stay longer.
    Outgrown {
        /// The most pages that are counted.
        counted: u32,
        /// The first page behind them that holds something.
        first: PageNumber,
    },
    /// A page is not in the file as the generation before left it, which was checkpointed before the WAL was begun anew. Nothing
    /// else is left of that generation, so that no checksum tells whether the frame holds.
    NotCarried {
        /// The page.
        page: PageNumber,
        /// The slot that holds it.
        frame: FrameNumber,
    },
    /// A page is in the file as no commit of the WAL wrote it, nor as it was when the WAL was begun.
    OfNoCommit {
        /// The page.
        page: PageNumber,
        /// The slot that holds it as it was then. `None` where the file did not have it.
        before: Option<FrameNumber>,
    },
}

impl OtherMoment {
    /// Looks for either in a set of which no [`crate::Mismatch`] is known, nor anything [`crate::Missed`]; `image` is that of the
    /// last commit.
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
        if timeline.last_commit().is_none() || is_unfit(image) {
            return Ok(None);
        }
        if let Some(found) = outgrown(set, timeline, progress)? {
            return Ok(Some(found));
        }
        let copies = Copies::of(set, timeline, image);
        let (Some(wal), Some(header), Some(copies)) = (&set.wal, timeline.header(), copies) else {
            return Ok(None);
        };
        let left = match residue.other_generation.slots {
            0 => Left::default(),
            _ => Left::read(wal, timeline, header, 1, progress)?,
        };
        if let Some(found) = not_carried(&left, &copies, image)? {
            return Ok(Some(found));
        }
        of_no_commit(set, timeline, residue, &left, &copies, image, progress)
    }
}

impl fmt::Display for OtherMoment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Outgrown { counted, first } => write!(
                formatter,
                "the database file has something on page {first}, and page 1 of it and the commits of the WAL count {counted} at most: \
                 it is hardly of the moment of the WAL"
            ),
            Self::NotCarried { page, .. } => write!(
                formatter,
                "page {page} is not in the database file as the commits before the WAL was begun anew left it: it is hardly of the \
                 moment of the WAL, unless what is left of those is damaged"
            ),
            Self::OfNoCommit { page, .. } => write!(
                formatter,
                "the database file has page {page} as no commit of the WAL wrote it, nor as it was when the WAL was begun: it is \
                 hardly of the moment of the WAL"
            ),
        }
    }
}

fn outgrown(
    set: &BackupSet,
    timeline: &Timeline,
    progress: &dyn Progress,
) -> Result<Option<OtherMoment>, Error> {
    let (base, _) = Base::below_wal(set, progress)?;
    let header = base.header()?.filter(|header| header.size_is_valid());
    let (Some(size), Some(header)) = (timeline.page_size(), header) else {
        return Ok(None);
    };
    let Some(held) = Held::read(&base, timeline, &header)? else {
        return Ok(None);
    };
    let whole = base.bytes() / u64::from(size.get());
    let pages = u32::try_from(whole).unwrap_or(u32::MAX);
    let last = timeline.last_commit().map_or(0, |commit| commit.size_after);
    let mut counted = header.size_in_pages.max(last);
    if pages <= counted {
        return Ok(None);
    }
    frame_headers(set, timeline, true, |_, frame| {
        counted = counted.max(frame.size_after);
        counted < pages
    })?;
    let behind = (counted.saturating_add(1)..=pages).filter_map(PageNumber::new);
    let Some(first) = first_not_zero(&base, size, behind)? else {
        return Ok(None);
    };
    // Over what size the WAL was begun page 1 tells no more, once it is one of the WAL.
    let is_of_wal = held.may_be_copied(set, timeline, progress)?;
    Ok((!is_of_wal).then_some(OtherMoment::Outgrown { counted, first }))
}

/// The one frame that is left of the generation before, if the file does not hold its page so.
fn not_carried(
    left: &Left,
    copies: &Copies<'_>,
    image: &Image<'_>,
) -> Result<Option<OtherMoment>, Error> {
    let lone = left.lone(image.overlay());
    let Some((page, frame)) = lone.filter(|(page, _)| page.get() <= image.stored_pages()) else {
        return Ok(None);
    };
    let is_held = copies.hold(page, frame)?;
    Ok((!is_held).then_some(OtherMoment::NotCarried { page, frame }))
}
