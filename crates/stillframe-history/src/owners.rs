//! Which b-tree each page belongs to: at one moment, and from commit to commit.

use std::borrow::Cow;
use std::collections::HashMap;

use stillframe_database::page_map::PageMap;
use stillframe_database::{Header, TextEncoding};
use stillframe_format::{PageNumber, PageSize, Pages};
use stillframe_wal::frame::FRAME_HEADER_BYTES;
use stillframe_wal::{Commit, FrameHeader, FrameNumber};

use crate::base::Base;
use crate::image::{GROWTH_ALLOWANCE, page_of};
use crate::timeline::window;
use crate::{BackupSet, CommitRecord, Error, Image, Origin, Progress};

/// An image to be looked at whatever SQLite thinks of it: a page that is nowhere reads as zeros, and it has no more
/// pages than a checkpoint could have left.
pub struct AsFound<'a> {
    image: &'a Image<'a>,
    progress: &'a dyn Progress,
}

impl<'a> AsFound<'a> {
    /// An image, of which is told how many bytes are read.
    pub fn new(image: &'a Image<'a>, progress: &'a dyn Progress) -> Self {
        Self { image, progress }
    }
}

impl Pages for AsFound<'_> {
    type Error = Error;

    fn page_size(&self) -> PageSize {
        self.image.page_size()
    }

    fn page_count(&self) -> u32 {
        let image = self.image;
        let counted = image.page_count().min(image.stored_pages());
        match image.commit() {
            Some(commit) => counted.min(most_pages(image.base(), image.page_size(), commit)),
            None => counted,
        }
    }

    fn stored_pages(&self) -> u32 {
        self.image.stored_pages()
    }

    fn page(&self, number: PageNumber) -> Result<Cow<'_, [u8]>, Error> {
        self.progress.advance(self.page_size().get().into());
        match self.image.origin(number) {
            Origin::Missing => Ok(Cow::Owned(vec![0; self.page_size().as_len()])),
            _ => self.image.page(number),
        }
    }
}

/// How many pages SQLite's checkpoint of a commit would let a database have.
fn most_pages(base: &Base<'_>, page_size: PageSize, commit: Commit) -> u32 {
    let bytes = base.bytes().saturating_add(GROWTH_ALLOWANCE);
    page_size
        .pages_in(bytes)
        .saturating_add(commit.last_frame.get())
}

/// To which b-tree each page belongs, from commit to commit.
///
/// A frame belongs to what its page belongs to in the image of the commit that wrote it. The database file is walked
/// once; then of each commit only the pages that it wrote are looked at: see [`PageMap::follow`].
pub struct Owners<'a> {
    pages: Moving<'a>,
    map: Option<PageMap>,
    encoding: TextEncoding,
    /// How many frames were followed.
    frames: u64,
    is_lost: bool,
}

/// Pages that may be read again for each that a commit wrote, before it is given up to follow: sound databases do not come
/// near it.
const WORK_A_FRAME: u64 = 64;

impl<'a> Owners<'a> {
    /// Walks the database file of a set whose WAL has pages of `page_size`, rolled back where a hot journal lies beside it.
    /// Without one, or where its pages have another size, only what is in the WAL is known.
    ///
    /// # Errors
    /// The set could not be read.
    pub fn new(
        set: &'a BackupSet,
        page_size: PageSize,
        progress: &dyn Progress,
    ) -> Result<Self, Error> {
        let (base, _) = Base::below_wal(set, progress)?;
        let header = base.header()?;
        let is_of_wal = header.is_some_and(|header| header.page_size() == Some(page_size));
        let pages = Moving {
            set,
            page_size,
            in_base: if is_of_wal { base.bytes() } else { 0 },
            base,
            newest: HashMap::new(),
            count: 0,
        };
        let mut owners = Self {
            pages,
            map: None,
            encoding: header.map_or(TextEncoding::Utf8, |header| header.text_encoding()),
            frames: 0,
            is_lost: false,
        };
        if let Some(header) = header.filter(|_| is_of_wal) {
            let stored = page_size.pages_in(owners.pages.in_base);
            owners.pages.count = header.page_count(stored).min(stored);
            let counted = Counted(&owners.pages, progress);
            owners.map = PageMap::read(&counted, &header)?;
        }
        Ok(owners)
    }

    /// Follows a commit, the one after the last that was followed.
    ///
    /// # Errors
    /// The set could not be read.
    pub fn follow(&mut self, record: &CommitRecord<'_>) -> Result<(), Error> {
        let commit = record.commit;
        self.frames += u64::from(commit.frames());
        self.pages.newest.extend(record.pages.iter());
        let most = most_pages(&self.pages.base, self.pages.page_size, commit);
        self.pages.count = commit.size_after.min(most);
        if self.is_lost {
            return Ok(());
        }
        let first = self.pages.page(PageNumber::FIRST)?;
        let Ok(header) = Header::parse(&first) else {
            return Ok(());
        };
        self.encoding = header.text_encoding();
        self.pages.count = header.page_count(self.pages.count).min(self.pages.count);
        match &mut self.map {
            None => self.map = PageMap::read(&self.pages, &header)?,
            Some(map) => {
                let written: Vec<PageNumber> = record.pages.iter().map(|(page, _)| page).collect();
                map.follow(&self.pages, &header, &written)?;
                let all = u64::from(self.pages.count.max(map.page_count()));
                self.is_lost = map.work() > WORK_A_FRAME * (all + self.frames);
            }
        }
        Ok(())
    }

    /// The map after the last commit that was followed; `None` where there is no page 1, and where the commits are not
    /// those of a sound database and to follow them would take too long.
    pub fn map(&self) -> Option<&PageMap> {
        self.map.as_ref().filter(|_| !self.is_lost)
    }

    /// The encoding of the names in the map.
    pub const fn encoding(&self) -> TextEncoding {
        self.encoding
    }

    /// Hands the frames of a commit to `each`, with their pages.
    ///
    /// # Errors
    /// The WAL could not be read.
    pub fn frames(
        &self,
        record: &CommitRecord<'_>,
        mut each: impl FnMut(FrameNumber, PageNumber),
    ) -> Result<(), Error> {
        let commit = record.commit;
        if commit.frames() as usize == record.pages.len() {
            record
                .pages
                .iter()
                .for_each(|(page, frame)| each(frame, page));
            return Ok(());
        }
        // Some page is there more than once.
        let Some(wal) = &self.pages.set.wal else {
            return Ok(());
        };
        let numbers = commit.first_frame.get()..=commit.last_frame.get();
        for frame in numbers.filter_map(FrameNumber::new) {
            let offset = frame.offset(self.pages.page_size);
            let bytes = window(wal, offset, FRAME_HEADER_BYTES)?;
            let header = bytes.first_chunk().map(FrameHeader::parse);
            if let Some(page) = header.and_then(|header| PageNumber::new(header.page)) {
                each(frame, page);
            }
        }
        Ok(())
    }
}

/// The pages of a set after the commits that were followed.
struct Moving<'a> {
    set: &'a BackupSet,
    page_size: PageSize,
    base: Base<'a>,
    /// Bytes of the database file, where it has pages of this size.
    in_base: u64,
    newest: HashMap<PageNumber, FrameNumber>,
    count: u32,
}

impl Pages for Moving<'_> {
    type Error = Error;

    fn page_size(&self) -> PageSize {
        self.page_size
    }

    fn page_count(&self) -> u32 {
        self.count
    }

    fn page(&self, number: PageNumber) -> Result<Cow<'_, [u8]>, Error> {
        let length = self.page_size.as_len();
        if let (Some(frame), Some(wal)) = (self.newest.get(&number), &self.set.wal) {
            return page_of(wal, frame.page_offset(self.page_size), length, length);
        }
        let offset = number.offset(self.page_size);
        let present = self.in_base.saturating_sub(offset).min(length as u64) as usize;
        self.base.page(offset, present, length)
    }
}

/// Pages whose reading is told.
struct Counted<'a, P>(&'a P, &'a dyn Progress);

impl<P: Pages> Pages for Counted<'_, P> {
    type Error = P::Error;

    fn page_size(&self) -> PageSize {
        self.0.page_size()
    }

    fn page_count(&self) -> u32 {
        self.0.page_count()
    }

    fn page(&self, number: PageNumber) -> Result<Cow<'_, [u8]>, P::Error> {
        self.1.advance(self.page_size().get().into());
        self.0.page(number)
    }
}
