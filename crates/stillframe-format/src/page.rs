use alloc::borrow::Cow;
use core::fmt;
use core::num::NonZeroU32;

use crate::limits::{LOCK_BYTE_OFFSET, MAX_PAGE_SIZE, MIN_PAGE_SIZE};

/// The number of a page: 1 is the first page of the database file, 0 is no page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PageNumber(NonZeroU32);

impl PageNumber {
    /// Page 1, which holds the database header and the root of `sqlite_schema`.
    pub const FIRST: Self = Self(NonZeroU32::MIN);

    /// The page with this number; `None` for 0.
    pub const fn new(number: u32) -> Option<Self> {
        match NonZeroU32::new(number) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }

    /// The number, from 1.
    pub const fn get(self) -> u32 {
        self.0.get()
    }

    /// Offset of the page's first byte in a database file of this page size.
    pub const fn offset(self, size: PageSize) -> u64 {
        (self.get() as u64 - 1) * size.get() as u64
    }
}

impl fmt::Display for PageNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A page size in bytes: a power of two from 512 to 65536.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PageSize(u32);

impl PageSize {
    /// This many bytes, where it is a power of two from 512 to 65536.
    pub const fn new(bytes: u32) -> Option<Self> {
        if bytes.is_power_of_two() && bytes >= MIN_PAGE_SIZE && bytes <= MAX_PAGE_SIZE {
            Some(Self(bytes))
        } else {
            None
        }
    }

    /// From the 16-bit field at offset 16 of the database header, in which 1 stands for 65536.
    pub const fn from_database_header(field: u16) -> Option<Self> {
        match field {
            1 => Some(Self(MAX_PAGE_SIZE)),
            bytes => Self::new(bytes as u32),
        }
    }

    /// The 16-bit field of the database header that stands for this size.
    pub const fn to_database_header(self) -> u16 {
        if self.0 == MAX_PAGE_SIZE {
            1
        } else {
            self.0 as u16
        }
    }

    /// From the 32-bit field at offset 8 of the WAL header, which holds the size itself.
    pub const fn from_wal_header(field: u32) -> Option<Self> {
        Self::new(field)
    }

    /// The size in bytes.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The size in bytes, as a length.
    pub const fn as_len(self) -> usize {
        self.0 as usize
    }

    /// The page that holds the lock bytes at 1 GiB: never allocated and never written, it exists only in larger files.
    pub const fn lock_byte_page(self) -> PageNumber {
        match PageNumber::new((LOCK_BYTE_OFFSET / self.0 as u64) as u32 + 1) {
            Some(page) => page,
            None => PageNumber::FIRST,
        }
    }

    /// How many pages a database file of `bytes` has: a last page that is cut off counts, as it does in SQLite.
    /// Numbers past 2^32 - 1 are given as 2^32 - 1.
    pub const fn pages_in(self, bytes: u64) -> u32 {
        let pages = bytes.div_ceil(self.0 as u64);
        if pages > u32::MAX as u64 {
            u32::MAX
        } else {
            pages as u32
        }
    }
}

impl fmt::Display for PageSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Pages by number: a database file, or the image of a commit.
pub trait Pages {
    /// Why a page could not be had.
    type Error;

    /// The size of every page.
    fn page_size(&self) -> PageSize;

    /// The number of the last page; 0 for an empty database.
    fn page_count(&self) -> u32;

    /// How many pages there are, those included that lie past [`Pages::page_count`] and are of no use to SQLite but where a damaged
    /// page leads to one.
    fn stored_pages(&self) -> u32 {
        self.page_count()
    }

    /// How many bytes of a page are there: fewer than a page size where the file ends before or within it.
    fn present(&self, _number: PageNumber) -> usize {
        self.page_size().as_len()
    }

    /// The bytes of one page, exactly a page size of them: the part of a cut-off last page that is not in the
    /// file reads as zeros, as it does in SQLite, but where that takes a value from an overflow page: see
    /// [`Pages::present`].
    ///
    /// # Errors
    /// The page lies past [`Pages::stored_pages`], exists nowhere, or could not be read.
    fn page(&self, number: PageNumber) -> Result<Cow<'_, [u8]>, Self::Error>;

    /// Fills `buffer` with the bytes from the start of page `first` on: with the beginning of it, with the whole page,
    /// or with pages that follow it, too. Who reads many pages need not have memory allocated for each.
    ///
    /// # Errors
    /// Those of [`Pages::page`], of any of the pages.
    fn read(&self, first: PageNumber, buffer: &mut [u8]) -> Result<(), Self::Error> {
        let mut number = first;
        for part in buffer.chunks_mut(self.page_size().as_len()) {
            let page = self.page(number)?;
            for (to, from) in part.iter_mut().zip(page.iter()) {
                *to = *from;
            }
            // Past the largest number there is no page: the next one is an error there.
            number = PageNumber::new(number.get().saturating_add(1)).unwrap_or(number);
        }
        Ok(())
    }

    /// The `length` bytes from the start of page `first` on, of it and of pages that follow it, where they lie in
    /// memory as they are: they need not be read then.
    fn in_memory(&self, _first: PageNumber, _length: usize) -> Option<&[u8]> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_size_and_its_fields() {
        for exponent in 0..=31 {
            let bytes = 1u32 << exponent;
            let size = PageSize::new(bytes);
            assert_eq!(size.is_some(), (9..=16).contains(&exponent));
            if let Some(size) = size {
                assert_eq!(
                    PageSize::from_database_header(size.to_database_header()),
                    Some(size)
                );
                assert_eq!(PageSize::from_wal_header(bytes), Some(size));
                let lock = size.lock_byte_page();
                assert_eq!(lock.offset(size), 0x4000_0000);
            }
        }
        for field in [0u16, 2, 256, 511, 513, 0x8001] {
            assert_eq!(PageSize::from_database_header(field), None);
        }
        assert_eq!(PageSize::from_wal_header(1), None);
    }

    /// Three pages of 512 bytes, each of which holds its number.
    struct Three;

    impl Pages for Three {
        type Error = u32;

        fn page_size(&self) -> PageSize {
            PageSize::new(512).unwrap()
        }

        fn page_count(&self) -> u32 {
            3
        }

        fn page(&self, number: PageNumber) -> Result<Cow<'_, [u8]>, u32> {
            match number.get() {
                number @ 1..=3 => Ok(Cow::Owned([number as u8; 512].to_vec())),
                number => Err(number),
            }
        }
    }

    #[test]
    fn parts_and_runs_of_pages_are_read() {
        let page = |number| PageNumber::new(number).unwrap();
        for (first, length) in [(1, 0), (2, 4), (3, 512), (1, 513), (1, 1536), (2, 1000)] {
            let mut buffer = [9; 2000];
            assert_eq!(Three.read(page(first), &mut buffer[..length]), Ok(()));
            for (at, &byte) in buffer[..length].iter().enumerate() {
                assert_eq!(u32::from(byte), first + at as u32 / 512);
            }
            assert!(buffer[length..].iter().all(|&byte| byte == 9));
        }
        assert_eq!(Three.read(page(3), &mut [0; 513]), Err(4));
        assert_eq!(Three.read(page(u32::MAX), &mut [0; 1]), Err(u32::MAX));
        assert_eq!(Three.in_memory(page(1), 512), None);
    }

    #[test]
    fn a_cut_off_page_counts() {
        let size = PageSize::new(512).unwrap();
        for (bytes, pages) in [(0, 0), (1, 1), (512, 1), (513, 2), (u64::MAX, u32::MAX)] {
            assert_eq!(size.pages_in(bytes), pages);
        }
    }
}
