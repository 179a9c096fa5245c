//! Pages that lie in the database file behind those that its page 1 counts.

use stillframe_database::Header;
use stillframe_format::{PageNumber, PageSize};
use stillframe_wal::FrameNumber;

use super::{Field, Unexplained, header_in};
use crate::base::Base;
use crate::overlay::Overlay;
use crate::timeline::frame_headers;
use crate::{BackupSet, Error, Timeline};

/// Pages that are looked at, at most.
const MOST_PAGES: usize = 1024;

/// A page of the last commit that lies in the file behind those that page 1 there counts, holds something, and stands in no
/// frame: a checkpoint brought it there from before the WAL was begun, and would have brought page 1, too, which counts it.
/// `header` is that of page 1 in the file, which no frame holds, and `page_1` the last frame of page 1.
pub(super) fn pages_behind(
    base: &Base<'_>,
    set: &BackupSet,
    timeline: &Timeline,
    header: &Header,
    page_1: Option<FrameNumber>,
) -> Result<Option<Unexplained>, Error> {
    let (Some(size), Some(last), Some(page_1)) =
        (timeline.page_size(), timeline.last_commit(), page_1)
    else {
        return Ok(None);
    };
    let Some(counted) = header_in(set, timeline, page_1)?.filter(Header::size_is_valid) else {
        return Ok(None);
    };
    let whole = base.bytes() / u64::from(size.get());
    let stored = u32::try_from(whole).unwrap_or(u32::MAX);
    let end = counted.size_in_pages.min(last.size_after).min(stored);
    let database = header.size_in_pages;
    if !header.size_is_valid() || end <= database {
        return Ok(None);
    }
    let mut written = Overlay::default();
    frame_headers(set, timeline, true, |frame, header| {
        let page = PageNumber::new(header.page).filter(|page| page.get() > database);
        if let Some(page) = page {
            written.push(page, frame);
        }
        frame < last.last_frame
    })?;
    written.settle();
    let behind = (database + 1..=end).filter_map(PageNumber::new);
    let alone = behind.filter(|&page| written.frame(page).is_none());
    let found = first_not_zero(base, size, alone)?;
    Ok(found.map(|_| Unexplained {
        field: Field::SizeInPages,
        database,
        wal: last.size_after,
        frame: last.last_frame,
    }))
}

/// The first of these pages of the file that holds something. Of many only the first ones are looked at; the lock-byte page
/// never holds anything.
pub(super) fn first_not_zero(
    base: &Base<'_>,
    size: PageSize,
    pages: impl Iterator<Item = PageNumber>,
) -> Result<Option<PageNumber>, Error> {
    let lock = size.lock_byte_page();
    let mut bytes = vec![0; size.as_len()];
    for page in pages.filter(|&page| page != lock).take(MOST_PAGES) {
        base.read(page.offset(size), &mut bytes)?;
        if bytes.iter().any(|&byte| byte != 0) {
            return Ok(Some(page));
        }
    }
    Ok(None)
}
