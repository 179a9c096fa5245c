//! What makes it likely that the database file is not of the moment of the WAL, and does not prove it.

use stillframe_format::PageNumber;
use stillframe_wal::FrameNumber;

use super::behind::first_not_zero;
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
    /// A page is not in the file as the generation before left it, which was checkpointed before the WAL was begun anew. Either
    /// nothing else is left of that generation, so that no checksum tells whether the frame holds. Or the present one has the
    /// page, too, in frames of a transaction that was not committed when the WAL was copied: the file may be from after it.
    NotCarried {
        /// The page.
        page: PageNumber,
        /// The slot that holds it.
        frame: FrameNumber,
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
        match outgrown(set, timeline, progress)? {
            None => not_carried(set, timeline, residue, image, progress),
            found => Ok(found),
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

fn not_carried(
    set: &BackupSet,
    timeline: &Timeline,
    residue: &Residue,
    image: &Image<'_>,
    progress: &dyn Progress,
) -> Result<Option<OtherMoment>, Error> {
    let copies = Copies::of(set, timeline, image);
    let (Some(wal), Some(header), Some(copies)) = (&set.wal, timeline.header(), copies) else {
        return Ok(None);
    };
    if residue.other_generation.slots == 0 {
        return Ok(None);
    }
    let left = Left::read(wal, timeline, header, 1, progress)?;
    let (overlay, pages) = (image.overlay(), image.stored_pages());
    let lone = left.lone(overlay).filter(|(page, _)| page.get() <= pages);
    for (page, frame) in lone.into_iter().chain(left.spilled_over(overlay, pages)) {
        if !copies.hold(page, frame)? {
            return Ok(Some(OtherMoment::NotCarried { page, frame }));
        }
    }
    Ok(None)
}
