use std::collections::HashMap;

use stillframe_format::{PageNumber, PageSize};
use stillframe_wal::frame::slot_bytes;
use stillframe_wal::writer::{over_page, page_contribution};
use stillframe_wal::{ByteOrder, Carry, Checksum, CommitNumber, FrameHeader, FrameNumber, Header};

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
    /// The first moment from which on nothing shows that an image is not exact. 0: all of them; past the last commit: none, as the database file holds pages
    /// of commits behind the damage that ended the log.
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
    let (Some(wal), Some(database), Some(header)) = (&set.wal, &set.database, timeline.header())
    else {
        return Ok(Exactness::default());
    };
    let Some(page_size) = timeline.page_size() else {
        return Ok(Exactness::default());
    };
    let mut lookout = Lookout::new(header, page_size);
    let mut comparer = Comparer::new(wal, database, header, page_size);
    let mut number = 0;
    let mut trouble = None;
    pieces(wal, page_size, 0, |piece| {
        for slot in piece.chunks_exact(slot_bytes(page_size)) {
            number += 1;
            let (Some(frame), Some((bytes, data))) =
                (FrameNumber::new(number), slot.split_first_chunk())
            else {
                return false;
            };
            if number > timeline.mx_frame() {
                return false;
            }
            let header = FrameHeader::parse(bytes);
            let Some(page) = PageNumber::new(header.page) else {
                return false;
            };
            let sighting = lookout.sight(page, frame, &header, data);
            if let Err(error) = comparer.compare(&sighting) {
                trouble = Some(error);
                return false;
            }
        }
        true
    })?;
    match trouble {
        Some(error) => Err(error),
        None => resolve(wal, database, timeline, comparer.found()),
    }
}

/// The pages that the database file holds as a slot of the present generation behind the last commit does: they were committed and
/// copied before the log was damaged, and are of a moment that can no longer be reached.
fn behind_the_log(
    wal: &Input,
    database: &Input,
    timeline: &Timeline,
    found: &mut Vec<PageNumber>,
) -> Result<(), Error> {
    let (Some(header), Some(page_size)) = (timeline.header(), timeline.page_size()) else {
        return Ok(());
    };
    let mut trouble = None;
    pieces(wal, page_size, timeline.mx_frame(), |piece| {
        for slot in piece.chunks_exact(slot_bytes(page_size)) {
            let Some((bytes, data)) = slot.split_first_chunk() else {
                continue;
            };
            let slot = FrameHeader::parse(bytes);
            let Some(page) = PageNumber::new(slot.page).filter(|_| slot.salts == header.salts)
            else {
                continue;
            };
            let offset = page.offset(page_size);
            if offset + u64::from(page_size.get()) > database.bytes.len() {
                continue;
            }
            match read(database, offset, page_size.as_len()) {
                Ok(held) if held == data => found.push(page),
                Ok(_) => {}
                Err(error) => trouble = Some(error),
            }
        }
        found.sort_unstable();
        found.dedup();
        trouble.is_none()
    })?;
    trouble.map_or(Ok(()), Err)
}

/// Bytes at the start of a page that are compared first.
const PROBE_BYTES: usize = 32;

/// What is kept of a frame to compare it with the database file.
pub(crate) struct Sighting {
    page: PageNumber,
    frame: FrameNumber,
    /// Of the page's own part of the checksum.
    fingerprint: u32,
    probe: [u8; PROBE_BYTES],
}

/// Makes sightings of verified frames, in order. What a page adds to the checksum is a fingerprint of it, and is told from the
/// checksums alone.
pub(crate) struct Lookout {
    order: ByteOrder,
    over_page: Carry,
    before: Checksum,
}

impl Lookout {
    pub(crate) fn new(header: &Header, page_size: PageSize) -> Self {
        Self {
            order: header.byte_order(),
            over_page: over_page(page_size),
            before: header.checksum,
        }
    }

    pub(crate) fn sight(
        &mut self,
        page: PageNumber,
        frame: FrameNumber,
        header: &FrameHeader,
        data: &[u8],
    ) -> Sighting {
        let own = page_contribution(header, self.before, self.order, self.over_page);
        self.before = header.checksum;
        Sighting {
            page,
            frame,
            fingerprint: fingerprint(own),
            probe: data.first_chunk().copied().unwrap_or_default(),
        }
    }
}

/// A fingerprint that is none of the marks below.
fn fingerprint(own: Checksum) -> u32 {
    own.s0.max(2)
}

/// The database file was looked at and differed; its fingerprint was not taken.
const SEEN: u32 = 0;
/// The database file holds the page as a frame does.
const MATCHED: u32 = 1;

/// Finds the pages that the database file holds just as some frame of the WAL does.
pub(crate) struct Comparer<'a> {
    wal: &'a Input,
    database: &'a Input,
    page_size: PageSize,
    order: ByteOrder,
    /// What is known of a page of the database file: its fingerprint, or a mark.
    known: HashMap<u32, u32>,
    found: Vec<(PageNumber, FrameNumber)>,
}

impl<'a> Comparer<'a> {
    pub(crate) fn new(
        wal: &'a Input,
        database: &'a Input,
        header: &Header,
        page_size: PageSize,
    ) -> Self {
        Self {
            wal,
            database,
            page_size,
            order: header.byte_order(),
            known: HashMap::new(),
            found: Vec::new(),
        }
    }

    /// Compares a frame with the page of the database file. Most pages are written once and differ at their start: the first
    /// frame of a page costs a few bytes of it, the second its fingerprint, and all others nothing more.
    pub(crate) fn compare(&mut self, sighting: &Sighting) -> Result<(), Error> {
        let page = sighting.page;
        let offset = page.offset(self.page_size);
        if offset + u64::from(self.page_size.get()) > self.database.bytes.len() {
            return Ok(());
        }
        let may_match = match self.known.get(&page.get()) {
            Some(&MATCHED) => return Ok(()),
            Some(&SEEN) => {
                let whole = read(self.database, offset, self.page_size.as_len())?;
                let own = fingerprint(Checksum::ZERO.update(self.order, &whole));
                self.known.insert(page.get(), own);
                own == sighting.fingerprint
            }
            Some(&own) => own == sighting.fingerprint,
            None => {
                self.known.insert(page.get(), SEEN);
                read(self.database, offset, PROBE_BYTES)? == sighting.probe
            }
        };
        if may_match {
            let length = self.page_size.as_len();
            let in_wal = read(self.wal, sighting.frame.page_offset(self.page_size), length)?;
            if in_wal == read(self.database, offset, length)? {
                self.known.insert(page.get(), MATCHED);
                self.found.push((page, sighting.frame));
            }
        }
        Ok(())
    }

    /// The pages that were found, each with the first frame that matched.
    pub(crate) fn found(mut self) -> Vec<(PageNumber, FrameNumber)> {
        self.found.sort_unstable();
        self.found
    }
}

fn read(input: &Input, offset: u64, length: usize) -> Result<Vec<u8>, Error> {
    let mut bytes = vec![0; length];
    input
        .bytes
        .read_exact_at(offset, &mut bytes)
        .map_err(|error| Error::read(input, offset, error))?;
    Ok(bytes)
}

/// Leaves out what no commit wrote, adds what is held as slots behind the log are, and finds for each page the first commit that wrote
/// it; for one that none wrote, the number after the last.
pub(crate) fn resolve(
    wal: &Input,
    database: &Input,
    timeline: &Timeline,
    mut matches: Vec<(PageNumber, FrameNumber)>,
) -> Result<Exactness, Error> {
    let mx_frame = timeline.mx_frame();
    matches.retain(|&(_, frame)| frame.get() <= mx_frame);
    let mut pages: Vec<PageNumber> = matches.into_iter().map(|(page, _)| page).collect();
    behind_the_log(wal, database, timeline, &mut pages)?;
    pages.sort_unstable();
    pages.dedup();
    let Some(page_size) = timeline.page_size().filter(|_| !pages.is_empty()) else {
        return Ok(Exactness::default());
    };
    let mut backfilled: Vec<(PageNumber, Option<CommitNumber>)> =
        pages.into_iter().map(|page| (page, None)).collect();
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
            commit = commit.saturating_add(u32::from(header.is_commit()));
        }
        true
    })?;
    let unreachable = CommitNumber::new(timeline.last().get().saturating_add(1));
    Ok(Exactness {
        backfilled: backfilled
            .into_iter()
            .map(|(page, first)| (page, first.unwrap_or(unreachable)))
            .collect(),
    })
}
