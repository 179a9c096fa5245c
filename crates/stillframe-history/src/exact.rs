use stillframe_format::{PageNumber, PageSize};
use stillframe_wal::frame::{FRAME_HEADER_BYTES, slot_bytes};
use stillframe_wal::{CommitNumber, FrameHeader, FrameNumber};

use crate::timeline::pieces;
use crate::{BackupSet, Error, Input, Timeline};

/// From which commit on the images of a set are exact.
///
/// A checkpoint copies pages into the database file while the WAL still holds them. The image of an earlier commit then
/// takes from the database file a page that a later commit wrote. Such a page shows itself: the database file holds just
/// what a frame holds. (So does a page that was written without being changed; it is counted here, as it cannot be told.)
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exactness {
    /// Pages that the database file holds as some frame does, and the first commit that wrote each, by page.
    backfilled: Vec<(PageNumber, CommitNumber)>,
}

impl Exactness {
    /// The first moment from which on every image is exact. 0: all of them are.
    pub fn exact_from(&self) -> CommitNumber {
        self.backfilled
            .iter()
            .map(|&(_, commit)| commit)
            .max()
            .unwrap_or_default()
    }

    /// The pages up to `stored` of the image at `at` that the database file may hold as a later commit left them.
    pub fn later_pages(
        &self,
        at: CommitNumber,
        stored: u32,
    ) -> impl Iterator<Item = PageNumber> + '_ {
        self.backfilled
            .iter()
            .filter(move |&&(page, first)| first > at && page.get() <= stored)
            .map(|&(page, _)| page)
    }

    /// How many pages of the WAL the database file holds as some frame does.
    pub fn backfilled_pages(&self) -> usize {
        self.backfilled.len()
    }
}

/// Finds the pages of a WAL that were already copied into the database file.
///
/// # Errors
/// The set could not be read.
pub fn exactness(set: &BackupSet, timeline: &Timeline) -> Result<Exactness, Error> {
    let (Some(wal), Some(database), Some(page_size)) =
        (&set.wal, &set.database, timeline.page_size())
    else {
        return Ok(Exactness::default());
    };
    resolve(wal, timeline, matches(wal, database, page_size)?)
}

/// Bytes at the start of a page that are compared before the whole page is.
const PROBE_BYTES: usize = 64;

/// The pages that the database file holds just as some slot of the WAL does, each with the first such slot.
pub(crate) fn matches(
    wal: &Input,
    database: &Input,
    page_size: PageSize,
) -> Result<Vec<(PageNumber, FrameNumber)>, Error> {
    let mut found = Vec::new();
    let mut settled = 0;
    let mut number = 0u32;
    let mut trouble = None;
    pieces(wal, page_size, 0, |piece| {
        for slot in piece.chunks_exact(slot_bytes(page_size)) {
            number = number.saturating_add(1);
            match holds(database, page_size, slot) {
                Ok(Some(page)) => found.extend(FrameNumber::new(number).map(|n| (page, n))),
                Ok(None) => {}
                Err(error) => trouble = Some(error),
            }
        }
        if found.len() > 2 * settled + (1 << 16) {
            keep_first(&mut found);
            settled = found.len();
        }
        trouble.is_none()
    })?;
    keep_first(&mut found);
    trouble.map_or(Ok(found), Err)
}

fn keep_first(found: &mut Vec<(PageNumber, FrameNumber)>) {
    found.sort_unstable();
    found.dedup_by_key(|&mut (page, _)| page);
}

/// The page of a slot, where the database file holds it just so.
fn holds(database: &Input, page_size: PageSize, slot: &[u8]) -> Result<Option<PageNumber>, Error> {
    let Some((header, data)) = slot.split_first_chunk::<FRAME_HEADER_BYTES>() else {
        return Ok(None);
    };
    let Some(page) = PageNumber::new(FrameHeader::parse(header).page) else {
        return Ok(None);
    };
    let offset = page.offset(page_size);
    if offset + u64::from(page_size.get()) > database.bytes.len() {
        return Ok(None);
    }
    let read = |offset, buffer: &mut [u8]| {
        database
            .bytes
            .read_exact_at(offset, buffer)
            .map_err(|error| Error::read(database, offset, error))
    };
    let mut probe = [0; PROBE_BYTES];
    read(offset, &mut probe)?;
    if !data.starts_with(&probe) {
        return Ok(None);
    }
    let mut whole = vec![0; page_size.as_len()];
    read(offset, &mut whole)?;
    Ok((whole == data).then_some(page))
}

/// Leaves out what no commit wrote, and finds for each page the first commit that did.
pub(crate) fn resolve(
    wal: &Input,
    timeline: &Timeline,
    mut matches: Vec<(PageNumber, FrameNumber)>,
) -> Result<Exactness, Error> {
    let mx_frame = timeline.mx_frame();
    matches.retain(|&(_, frame)| frame.get() <= mx_frame);
    let Some(page_size) = timeline.page_size().filter(|_| !matches.is_empty()) else {
        return Ok(Exactness::default());
    };
    let mut backfilled: Vec<(PageNumber, Option<CommitNumber>)> =
        matches.into_iter().map(|(page, _)| (page, None)).collect();
    let mut commit = 1u32;
    let mut number = 0;
    pieces(wal, page_size, 0, |piece| {
        for slot in piece.chunks_exact(slot_bytes(page_size)) {
            number += 1;
            if number > mx_frame {
                return false;
            }
            let Some(header) = slot.first_chunk().map(FrameHeader::parse) else {
                continue;
            };
            let at = backfilled.binary_search_by_key(&header.page, |(page, _)| page.get());
            if let Some((_, first)) = at.ok().and_then(|at| backfilled.get_mut(at)) {
                first.get_or_insert(CommitNumber::new(commit));
            }
            commit += u32::from(header.is_commit());
        }
        true
    })?;
    Ok(Exactness {
        backfilled: backfilled
            .into_iter()
            .filter_map(|(page, first)| Some((page, first?)))
            .collect(),
    })
}
