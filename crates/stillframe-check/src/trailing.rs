use std::ops::Range;

use stillframe_format::{PageNumber, Pages as _};
use stillframe_history::{Error, Image, Progress};

/// Whole pages that are stored behind the last one that SQLite counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trailing {
    /// The first of them.
    pub first: PageNumber,
    /// The number of the last of them.
    pub last: u32,
    /// The first of them that holds anything but zeros.
    pub content: Option<PageNumber>,
}

/// Bytes of the database file that are looked at in one piece: whole pages of any size. They are read, as mapping the
/// holes of a sparse file takes longer where the system does not tell of them.
const PIECE_BYTES: u64 = 1 << 20;

impl Trailing {
    /// The trailing pages of an image that SQLite accepts. They are read until something is found in one.
    ///
    /// # Errors
    /// The set could not be read.
    pub(crate) fn of(image: &Image<'_>, progress: &dyn Progress) -> Result<Option<Self>, Error> {
        let whole = image.bytes() / u64::from(image.page_size().get());
        let last = u32::try_from(whole).map_or(image.stored_pages(), |whole| {
            whole.min(image.stored_pages())
        });
        let counted = image.page_count();
        let first = counted.checked_add(1).and_then(PageNumber::new);
        let Some(first) = first.filter(|first| first.get() <= last) else {
            return Ok(None);
        };
        let in_database = in_database(image, first, last, progress)?;
        let up_to = in_database.map_or(last, PageNumber::get);
        Ok(Some(Self {
            first,
            last,
            content: in_wal(image, first, up_to)?.or(in_database),
        }))
    }

    /// How many they are.
    pub const fn pages(&self) -> u32 {
        self.last - self.first.get() + 1
    }
}

/// The first page that the image has from the database file and that is not all zeros. Holes are not read.
fn in_database(
    image: &Image<'_>,
    first: PageNumber,
    last: u32,
    progress: &dyn Progress,
) -> Result<Option<PageNumber>, Error> {
    let Some(database) = &image.set().database else {
        return Ok(None);
    };
    let page = u64::from(image.page_size().get());
    let mut offset = first.offset(image.page_size());
    let end = (u64::from(last) * page).min(database.bytes.len());
    progress.expect(end.saturating_sub(offset));
    let mut piece = vec![0; PIECE_BYTES.min(end.saturating_sub(offset)) as usize];
    while offset < end {
        let stored = whole_pages(database.bytes.stored(offset, end), page, offset..end);
        progress.advance(stored.start - offset);
        offset = stored.start;
        while offset < stored.end {
            let length = PIECE_BYTES.min(stored.end - offset);
            piece.resize(length as usize, 0);
            let read = database.bytes.read_exact_at(offset, &mut piece);
            read.map_err(|source| Error::Read {
                input: database.name.clone(),
                offset,
                source,
            })?;
            if let Some(number) = in_piece(image, offset, &piece) {
                progress.advance(end - offset);
                return Ok(Some(number));
            }
            progress.advance(length);
            offset += length;
        }
    }
    Ok(None)
}

/// The first page in `piece`, the bytes from `offset` on, that is not all zeros, and that the WAL does not have.
fn in_piece(image: &Image<'_>, offset: u64, piece: &[u8]) -> Option<PageNumber> {
    let page = image.page_size().as_len();
    let mut start = 0;
    while let Some(at) = piece.get(start..).and_then(first_not_zero) {
        let index = (start + at) / page;
        let number = offset / page as u64 + index as u64 + 1;
        let number = u32::try_from(number).ok().and_then(PageNumber::new);
        if number.is_some_and(|number| image.overlay().frame(number).is_none()) {
            return number;
        }
        start = (index + 1) * page;
    }
    None
}

/// The pages that `stored` is in, from pages that begin where `within` does.
fn whole_pages(stored: Range<u64>, page: u64, within: Range<u64>) -> Range<u64> {
    let start = stored.start.clamp(within.start, within.end);
    if start == within.end {
        return start..start;
    }
    let end = stored
        .end
        .clamp(start + 1, within.end)
        .next_multiple_of(page);
    start - start % page..end.min(within.end)
}

/// The first page from `first` to `last` that the image has from the WAL and that is not all zeros.
fn in_wal(image: &Image<'_>, first: PageNumber, last: u32) -> Result<Option<PageNumber>, Error> {
    for (page, _) in image.overlay().iter() {
        let is_looked_for = (first.get()..=last).contains(&page.get());
        if is_looked_for && first_not_zero(&image.page(page)?).is_some() {
            return Ok(Some(page));
        }
    }
    Ok(None)
}

/// Where the first byte is that is not zero. Blocks without one cost a few instructions each.
pub(crate) fn first_not_zero(bytes: &[u8]) -> Option<usize> {
    const BLOCK: usize = 256;
    let is_zero = |block: &[u8]| block.iter().fold(0, |all, &byte| all | byte) == 0;
    let blocks = bytes.chunks(BLOCK).take_while(|block| is_zero(block));
    let start = blocks.count() * BLOCK;
    let rest = bytes.get(start..)?;
    Some(start + rest.iter().position(|&byte| byte != 0)?)
}
