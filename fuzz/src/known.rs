//! What the naive twin knows of a set, and how an image is held against it.

mod refusal;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use stillframe_database::Header;
use stillframe_database::encryption::in_clear;
use stillframe_format::{PageNumber, PageSize, Pages as _};
use stillframe_history::{
    BackupSet, Error, Event, Exactness, Image, Origin, Timeline, WalState, exactness, log, slots,
};
use stillframe_testkit::naive::{self, Accepted, Commit, LOCK_BYTE, NaiveImage};
use stillframe_wal::CommitNumber;

use self::refusal::Missing;
use crate::database_header::page_count;
use crate::material::Material;

/// Of more pages than this the first and those that the WAL names are looked at.
const MAX_PAGES: u32 = 300;

/// What the naive twin knows of a set.
pub(crate) struct Known<'a> {
    material: &'a Material,
    /// The database file, which may go on with zeros up to its length.
    database: &'a [u8],
    length: u64,
    wal: &'a [u8],
    accepted: Option<Accepted>,
    pub(crate) commits: Vec<Commit>,
}

impl<'a> Known<'a> {
    pub(crate) fn of(material: &'a Material, length: u64) -> Self {
        let wal = material.wal_bytes();
        Self {
            material,
            database: material.database_bytes(),
            length,
            wal,
            accepted: naive::accept(wal),
            commits: naive::commits(wal),
        }
    }

    pub(crate) fn timeline(&self, set: &BackupSet) -> Timeline {
        let timeline = available(Timeline::read(set, &()));
        let accepted = self.accepted.as_ref();
        assert_eq!(timeline.state() == WalState::Read, accepted.is_some());
        let is_refused = matches!(timeline.state(), WalState::Refused(_));
        assert_eq!(is_refused, naive::refuses_version(self.wal));
        let frames = accepted.map_or(0, |accepted| accepted.frames.len());
        assert_eq!(timeline.accepted() as usize, frames);
        assert_eq!(timeline.last().get() as usize, self.commits.len());
        let mx_frame = accepted.map_or(0, |accepted| accepted.mx_frame);
        assert_eq!(timeline.mx_frame() as usize, mx_frame);
        let mut number = 0;
        let each = slots(set.wal.as_ref(), &timeline, &(), |slot, _| {
            number += 1;
            assert_eq!(u64::from(slot.number.get()), number);
        });
        available(each);
        assert_eq!(number, timeline.slots());
        timeline
    }

    /// The log has every commit with its pages, and knows from where on images are exact.
    pub(crate) fn log(&self, set: &BackupSet, timeline: &Timeline) {
        let mut numbers = Vec::new();
        let (again, exact) = available(log(set, &(), |record| {
            let commit = record.commit;
            numbers.push(commit.number.get() as usize);
            let pages: BTreeMap<u32, u32> = record
                .pages
                .iter()
                .map(|(page, frame)| (page.get(), frame.get()))
                .collect();
            let frames = self.frames(commit.first_frame.get()..=commit.last_frame.get());
            assert_eq!(pages, frames, "commit {}", commit.number);
        }));
        let expected: Vec<usize> = (1..=self.commits.len()).collect();
        assert_eq!(numbers, expected);
        assert_eq!(again.last_commit(), timeline.last_commit());
        assert_eq!(exact, available(exactness(set, timeline)));
    }

    /// Pages and the last of these frames that holds each.
    fn frames(&self, numbers: RangeInclusive<u32>) -> BTreeMap<u32, u32> {
        let frames = self.accepted.iter().flat_map(|accepted| &accepted.frames);
        (1..)
            .zip(frames)
            .filter(|(number, _)| numbers.contains(number))
            .map(|(number, frame)| (frame.page, number))
            .collect()
    }

    /// Pages that the database file holds just as some slot of this generation does, but for reserved bytes, with the first
    /// commit that wrote each. Of an encrypted one that may be any.
    fn backfilled(&self) -> BTreeMap<u32, usize> {
        let Some(accepted) = &self.accepted else {
            return BTreeMap::new();
        };
        let size = accepted.page_size as usize;
        let named = Header::parse(self.database).ok();
        let named = named
            .filter(|header| header.page_size().map(PageSize::get) == Some(accepted.page_size));
        let usable = size - named.map_or(0, |header| header.reserved_bytes.into());
        let start_of_file = &self.database[..self.database.len().min(4096)];
        let is_encrypted = in_clear(start_of_file).is_some();
        let mut first = BTreeMap::new();
        let mut held = Vec::new();
        let mut commit = 1;
        for (index, slot) in self.slots(accepted).enumerate() {
            let page = naive::be32(slot, 0);
            let salts = (naive::be32(slot, 8), naive::be32(slot, 12));
            if page == 0 || salts != accepted.salts {
                continue;
            }
            // Behind the last commit nothing that can be reached wrote it.
            first.entry(page).or_insert(commit);
            commit += usize::from(index < accepted.mx_frame && naive::be32(slot, 4) != 0);
            let start = (page as usize - 1) * size;
            let in_file = self.database.get(start..start + size);
            let in_slot = &slot[naive::FRAME_HEADER..];
            let is_same = in_file.is_some_and(|page| page[..usable] == in_slot[..usable]);
            let may_be = is_encrypted && in_file.is_some() && index < accepted.mx_frame;
            if is_same || may_be {
                held.push(page);
            }
        }
        first.retain(|page, _| held.contains(page));
        first
    }

    pub(crate) fn exactness(&self, exact: &Exactness) {
        let backfilled = self.backfilled();
        assert_eq!(exact.backfilled_pages(), backfilled.len());
        let from = backfilled.values().max().copied().unwrap_or(0);
        assert_eq!(exact.exact_from().get() as usize, from);
        for (commit, stored) in (0..=from).flat_map(|at| [(at, 3), (at, u32::MAX)]) {
            let later = exact.later_pages(CommitNumber::new(commit as u32), stored);
            let expected = backfilled.iter().filter(|&(_, &first)| first > commit);
            let expected = expected
                .map(|(&page, _)| page)
                .filter(|&page| page <= stored);
            assert!(later.map(PageNumber::get).eq(expected), "commit {commit}");
        }
    }

    /// An image that is called exact is the database as it was before anything was copied into the file. Where the WAL is
    /// damaged that cannot always be told; but it can, where a slot holds what was copied.
    pub(crate) fn is_true(&self, image: &Image<'_>, commit: usize) {
        let (Some(before), Some(accepted)) = (&self.material.before_checkpoints, &self.accepted)
        else {
            return;
        };
        let Some(truth) = naive::image(before, self.wal, commit) else {
            return;
        };
        if !self.material.is_damaged {
            assert_eq!(image.stored_pages(), truth.page_count, "commit {commit}");
            let is_longer = commit == 0 && image.bytes() != before.len() as u64;
            assert!(!is_longer, "{} bytes of {}", image.bytes(), before.len());
        }
        let pages = truth.page_count.min(image.stored_pages());
        for page in (1..=pages).filter_map(PageNumber::new) {
            let held = available(image.page(page));
            if truth.page(page.get()).is_some_and(|bytes| bytes != held) {
                let is_told = self.slots(accepted).any(|slot| {
                    (naive::be32(slot, 8), naive::be32(slot, 12)) == accepted.salts
                        && naive::be32(slot, 0) == page.get()
                        && slot[naive::FRAME_HEADER..] == held[..]
                });
                assert!(
                    self.material.is_damaged && !is_told,
                    "page {page} of commit {commit} is of a later one"
                );
            }
        }
    }

    fn slots(&self, accepted: &Accepted) -> impl Iterator<Item = &'a [u8]> {
        let slot = naive::FRAME_HEADER + accepted.page_size as usize;
        self.wal[naive::WAL_HEADER..].chunks_exact(slot)
    }

    pub(crate) fn image(&self, image: &Image<'_>, commit: usize) {
        assert_eq!(image.number().get() as usize, commit);
        let Some(twin) = naive::image(self.database, self.wal, commit) else {
            assert!(self.length <= 1 || image.refusal().is_some());
            return;
        };
        assert_eq!(image.page_size().as_len(), twin.page_size);
        if commit == 0 && self.database.len() == 1 {
            assert_eq!(image.stored_pages(), 0);
            return;
        }
        assert_eq!(image.stored_pages(), twin.page_count);
        self.overlay(image, &twin, commit);
        for page in self.sample(&twin) {
            self.page(image, &twin, page);
        }
        for past in [Some(0), twin.page_count.checked_add(1)] {
            if let Some(page) = past.and_then(PageNumber::new) {
                assert_eq!(image.origin(page), Origin::Missing);
                assert!(image.page(page).is_err());
            }
        }
        self.refusal(image, &twin, commit);
        if twin.page_count <= MAX_PAGES && self.length == self.database.len() as u64 {
            let missing = Missing::of(self.length, &twin);
            assert_eq!(missing.count, twin.missing().len() as u64);
            assert_eq!(missing.first, twin.missing().first().copied());
        }
        let bytes = match commit {
            0 => self.length,
            _ => u64::from(twin.page_count) * twin.page_size as u64,
        };
        assert_eq!(image.bytes(), bytes);
        let counted = match image.header() {
            Some(header) => page_count(&header.encode(), twin.page_count),
            None => twin.page_count,
        };
        assert_eq!(image.page_count(), counted);
    }

    fn last_frame(&self, commit: usize) -> usize {
        let at = commit.checked_sub(1);
        at.map_or(0, |at| self.commits[at].last_frame)
    }

    fn overlay(&self, image: &Image<'_>, twin: &NaiveImage<'_>, commit: usize) {
        let last_frame = self.last_frame(commit);
        let mut frames = self.frames(1..=last_frame as u32);
        let all = frames.len();
        frames.retain(|&page, _| page <= twin.page_count);
        assert_eq!(image.pages_past_size() as usize, all - frames.len());
        let overlay: Vec<(u32, u32)> = image
            .overlay()
            .iter()
            .map(|(page, frame)| (page.get(), frame.get()))
            .collect();
        let frames: Vec<(u32, u32)> = frames.into_iter().collect();
        assert_eq!(overlay, frames);
    }

    /// Pages worth a look: all, or of many the first, the last, the lock-byte page and those in the WAL.
    fn sample(&self, twin: &NaiveImage<'_>) -> Vec<u32> {
        let mut pages: Vec<u32> = (1..=twin.page_count.min(MAX_PAGES)).collect();
        if twin.page_count > MAX_PAGES {
            let lock = (LOCK_BYTE / twin.page_size as u64) as u32 + 1;
            let named = twin.frames.keys().copied();
            pages.extend(named.filter(|&page| page <= twin.page_count));
            pages.extend([lock - 1, lock, lock + 1].map(|page| page.min(twin.page_count)));
            pages.push(twin.page_count);
        }
        pages
    }

    fn page(&self, image: &Image<'_>, twin: &NaiveImage<'_>, page: u32) {
        let Some(number) = PageNumber::new(page) else {
            return;
        };
        let bytes = self.bytes_of(twin, page);
        match (image.page(number), &bytes) {
            (Ok(ours), Some(theirs)) => assert_eq!(&ours, theirs, "page {page}"),
            (Err(_), None) => assert!(image.refusal().is_some(), "page {page} is nowhere"),
            (ours, _) => panic!(
                "page {page}: {}",
                if ours.is_ok() { "is there" } else { "is not" }
            ),
        }
        let start = number.offset(image.page_size());
        match image.origin(number) {
            Origin::Wal { frame, offset } => {
                assert_eq!(offset, frame.page_offset(image.page_size()));
                let held = &self.wal[offset as usize..offset as usize + twin.page_size];
                assert_eq!(twin.frames.get(&page), Some(&held));
            }
            Origin::Database { offset } => {
                assert!(!twin.frames.contains_key(&page));
                assert!(offset == start && offset < self.length);
            }
            Origin::LockByte => {
                assert!(start == LOCK_BYTE && !twin.frames.contains_key(&page));
            }
            Origin::Journal { .. } => panic!("there is no journal"),
            Origin::Missing => assert!(bytes.is_none()),
        }
    }

    fn bytes_of<'b>(&self, twin: &NaiveImage<'b>, page: u32) -> Option<Cow<'b, [u8]>> {
        let is_held = (u64::from(page) - 1) * (twin.page_size as u64) < self.length;
        let zeros = || Cow::Owned(vec![0; twin.page_size]);
        twin.page(page)
            .or_else(|| (is_held && page <= twin.page_count).then(zeros))
    }

    /// What is read together with the timeline is the image that is read after it.
    pub(crate) fn read_at_once(&self, set: &BackupSet, image: &Image<'_>) {
        let (timeline, again) = available(Image::read(set, Some(image.number()), &()));
        let again = available(again);
        assert_eq!(timeline.last().get() as usize, self.commits.len());
        assert_eq!(again.refusal(), image.refusal());
        assert_eq!(again.stored_pages(), image.stored_pages());
        assert!(again.overlay().iter().eq(image.overlay().iter()));
        let mut frames = 0;
        let followed = Timeline::follow(set.wal.as_ref(), &(), |event| {
            frames += u32::from(matches!(event, Event::Frame(_)));
        });
        assert_eq!(available(followed).accepted(), frames);
    }
}

/// What is there: sets in memory can always be read.
pub(crate) fn available<T>(result: Result<T, Error>) -> T {
    result.unwrap_or_else(|error| panic!("{error}"))
}
