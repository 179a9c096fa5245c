use stillframe_database::btree::{Page, PageKind};
use stillframe_database::{ErrorKind, Geometry};
use stillframe_format::{PageNumber, PageSize, Pages as _};
use stillframe_history::{Error, Image, Input, Progress, Refusal, Rollback};
use stillframe_wal::CommitNumber;

use crate::Evidence;
use crate::trailing::first_not_zero;
use crate::without_journal::is_sound;

/// A database file that a backup, a `VACUUM INTO` or a first transaction was to fill, and did not to the end. SQLite writes
/// all pages at the end, by their numbers, but for those that its cache had no room for: these come before page 1, which it
/// holds. So page 1 is zeros with other pages behind it; or it is there, and what it counts or leads to is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aborted {
    /// The page size: that of the journal, or else the one by which most pages are of a database.
    pub page_size: PageSize,
    /// Pages that the file has.
    pub stored: u32,
    /// Pages that page 1 counts; `None` where that was never written.
    pub counted: Option<u32>,
    /// Whole pages of b-trees of tables, but for page 1, as below.
    pub tables: u32,
    /// Whole pages of b-trees of indexes.
    pub indexes: u32,
    /// Pages with other content.
    pub others: u32,
}

/// What lies in a database file that its journal cuts to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Filled {
    /// A part of a database, or page 1 is missing.
    InPart(Aborted),
    /// A database of so many pages, which is sound: nothing was left to do but to delete the journal.
    Whole(u32),
}

/// Bytes that are read in one piece: whole pages of any size.
const PIECE_BYTES: u64 = 1 << 20;

/// Where no journal names the page size, one page in so many must be of a b-tree.
const LEAST_SHARE: u32 = 8;

impl Filled {
    /// Looks for it in a set, whose image at the last moment and whose journal are known. A file without a journal is
    /// told from its page 1 alone.
    pub(crate) fn of(
        evidence: &Evidence<'_>,
        progress: &dyn Progress,
    ) -> Result<Option<Self>, Error> {
        let Some(database) = &evidence.set.database else {
            return Ok(None);
        };
        let is_to_nothing = evidence.is_rolled_back_to_nothing()
            && evidence.foreign_journal.is_none()
            && evidence.outvoted_size().is_none();
        let rollback = evidence.hot_rollback().filter(|_| is_to_nothing);
        let page_size = match rollback.and_then(Rollback::layout) {
            Some(layout) => Some(layout.page_size),
            None if is_refused(evidence.image.as_ref()) => guess(database)?,
            None => None,
        };
        let Some(page_size) = page_size else {
            return Ok(None);
        };
        if let Some(found) = Aborted::count(database, page_size, None, progress)? {
            return Ok(Some(Self::InPart(found)));
        }
        match rollback {
            Some(_) => Self::begun(evidence, page_size, progress),
            None => Ok(None),
        }
    }

    /// Looks into a file of which page 1 is there.
    fn begun(
        evidence: &Evidence<'_>,
        page_size: PageSize,
        progress: &dyn Progress,
    ) -> Result<Option<Self>, Error> {
        let (set, timeline) = (evidence.set, &evidence.timeline);
        let (Some(database), None) = (&set.database, timeline.last_commit()) else {
            return Ok(None);
        };
        let alone = Image::at(set, timeline, CommitNumber::DATABASE, progress)?;
        let header = alone
            .header()
            .filter(|header| header.page_size() == Some(page_size));
        let Some(header) = header.filter(|header| header.validate().is_ok()) else {
            return Ok(None);
        };
        if is_sound(&alone, None, progress)? {
            return Ok(Some(Self::Whole(alone.page_count())));
        }
        let counted = header.page_count(alone.stored_pages());
        let found = Aborted::count(database, page_size, Some(counted), progress)?;
        Ok(found.map(Self::InPart))
    }
}

impl Aborted {
    /// Pages behind page 1 that were written.
    pub const fn written(&self) -> u32 {
        self.tables + self.indexes + self.others
    }

    /// Looks at every page: where page 1 counts none, it must be zeros, and another not.
    fn count(
        database: &Input,
        page_size: PageSize,
        counted: Option<u32>,
        progress: &dyn Progress,
    ) -> Result<Option<Self>, Error> {
        let length = database.bytes.len();
        let page = page_size.as_len();
        if counted.is_none() {
            let has_more = length > page as u64;
            if !has_more || !is_zero(&read(database, 0, page as u64)?) {
                return Ok(None);
            }
        }
        let mut found = Self {
            page_size,
            stored: page_size.pages_in(length),
            tables: 0,
            indexes: 0,
            others: 0,
            counted,
        };
        progress.expect(length);
        let mut offset = 0;
        while offset < length {
            let piece = read(database, offset, PIECE_BYTES.min(length - offset))?;
            for (start, bytes) in (offset..).step_by(page).zip(piece.chunks(page)) {
                let number = u32::try_from(start / page as u64 + 1).ok();
                if let Some(number) = number.and_then(PageNumber::new) {
                    found.take(number, bytes);
                }
            }
            progress.advance(piece.len() as u64);
            offset += piece.len() as u64;
        }
        Ok((counted.is_some() || found.written() > 0).then_some(found))
    }

    fn take(&mut self, number: PageNumber, bytes: &[u8]) {
        if number == PageNumber::FIRST || is_zero(bytes) {
            return;
        }
        match kind(number, self.page_size, bytes) {
            Some(kind) if kind.is_table() => self.tables += 1,
            Some(_) => self.indexes += 1,
            None => self.others += 1,
        }
    }
}

/// Whether page 1 of the database file is refused for not being the start of a database.
fn is_refused(image: Option<&Image<'_>>) -> bool {
    let refusal = image.filter(|image| image.commit().is_none());
    let refusal = refusal.and_then(Image::refusal);
    matches!(refusal, Some(Refusal::NotADatabase(error)) if matches!(error.kind, ErrorKind::Magic { .. }))
}

/// The page size by which most of the first pages are of b-trees, though page 1 is zeros.
fn guess(database: &Input) -> Result<Option<PageSize>, Error> {
    let start = read(database, 0, PIECE_BYTES.min(database.bytes.len()))?;
    let zeros = first_not_zero(&start).unwrap_or_default();
    let sizes = (9..=16).filter_map(|bits| PageSize::new(1 << bits));
    let judged = sizes
        .filter(|size| size.as_len() <= zeros)
        .filter_map(|size| {
            let (mut trees, mut written) = (0, 0);
            for (number, bytes) in (1..).zip(start.chunks_exact(size.as_len())) {
                let is_tree =
                    PageNumber::new(number).is_some_and(|it| kind(it, size, bytes).is_some());
                written += u32::from(!is_zero(bytes));
                trees += u32::from(is_tree);
            }
            let is_likely = trees > 0 && trees * LEAST_SHARE >= written;
            is_likely.then_some((trees * 100 / written.max(1), trees, size))
        });
    // Of sizes that do as well, larger ones pass over pages.
    Ok(judged
        .max_by_key(|&(share, trees, _)| (share, trees))
        .map(|(.., size)| size))
}

/// What a page that is there as a whole is, if it is one of a b-tree.
fn kind(number: PageNumber, size: PageSize, bytes: &[u8]) -> Option<PageKind> {
    // Page 1 is zeros, and the header would stand elsewhere on it.
    let whole = bytes.len() == size.as_len() && number != PageNumber::FIRST;
    let geometry = Geometry::new(size, 0).filter(|_| whole)?;
    let page = Page::parse(number, geometry, bytes).ok()?;
    let is_sound = page.content_start() as usize >= page.pointers_end()
        && page.content_start() <= size.get()
        && (0..page.cell_count()).all(|cell| page.cell(cell).is_ok());
    is_sound.then_some(page.kind())
}

fn is_zero(bytes: &[u8]) -> bool {
    first_not_zero(bytes).is_none()
}

fn read(input: &Input, offset: u64, length: u64) -> Result<Vec<u8>, Error> {
    let mut bytes = vec![0; length as usize];
    let read = input.bytes.read_exact_at(offset, &mut bytes);
    read.map_err(|source| Error::Read {
        input: input.name.clone(),
        offset,
        source,
    })?;
    Ok(bytes)
}

impl Evidence<'_> {
    /// Whether there is a journal that rolls an aborted backup back to nothing.
    pub(crate) fn is_rolled_back_to_nothing(&self) -> bool {
        let rollback = self.hot_rollback();
        rollback.is_some_and(|rollback| rollback.initial_size() == Some(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Page 1 is zeros, and so many pages of `size` bytes are empty leaves of a table.
    fn file(size: usize, pages: usize) -> Input {
        let mut bytes = vec![0; size * (pages + 1)];
        for page in bytes.chunks_mut(size).skip(1) {
            page[0] = 13;
            page[5..7].copy_from_slice(&((size - 10) as u16).to_be_bytes());
        }
        Input::new("app.db", bytes)
    }

    #[test]
    fn the_page_size_is_told_from_the_pages() {
        for size in [512, 1024, 4096, 32768] {
            for pages in [1, 2, 5, 40] {
                let guessed = guess(&file(size, pages)).unwrap();
                assert_eq!(guessed.map(PageSize::as_len), Some(size), "{pages} pages");
            }
        }
        let text = Input::new("app.db", [vec![0; 4096], vec![b'x'; 9000]].concat());
        assert_eq!(guess(&text).unwrap(), None);
    }
}
