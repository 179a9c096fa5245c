//! The bytes of an image's pages, each from where it lies.

use std::borrow::Cow;

use stillframe_format::{PageNumber, PageSize, Pages};

use super::{Image, Origin};
use crate::timeline::window;
use crate::{Error, Input, Refusal};

impl Image<'_> {
    /// The bytes of a page, or what the inputs hold of it: the last page of a database file may be cut off.
    pub(crate) fn bytes_of(&self, page: PageNumber) -> Result<crate::Window<'_>, Error> {
        match self.place_of(page)? {
            (Some(input), offset, length) => window(input, offset, length),
            (None, _, length) => Ok(crate::Window::Kept(Box::new(vec![0; length]))),
        }
    }

    /// The input that a page is in, at which offset, and how many of its bytes are there; no input for zeros.
    fn place_of(&self, page: PageNumber) -> Result<(Option<&Input>, u64, usize), Error> {
        let length = self.page_size.as_len();
        match (
            self.origin_of_first(page),
            &self.set.wal,
            &self.set.database,
        ) {
            (Origin::Wal { offset, .. }, Some(wal), _) => Ok((Some(wal), offset, length)),
            (Origin::Database { offset }, _, Some(database)) => {
                let present = (database.bytes.len() - offset).min(length as u64);
                Ok((Some(database), offset, present as usize))
            }
            (Origin::LockByte, _, _) => Ok((None, 0, length)),
            _ => Err(Refusal::MissingPages {
                at: self.number(),
                first: page,
                count: 1,
            }
            .into()),
        }
    }

    /// How many pages from `first` on, at least 1 and at most `most`, lie one behind the other, whole, where `first`
    /// does.
    fn run(&self, first: PageNumber, most: u32) -> u32 {
        let whole = self.set.database_bytes() / u64::from(self.page_size.get());
        let behind = u64::from(first.get()) + u64::from(most);
        let last = (behind - 1).min(whole).min(self.stored.into()) as u32;
        let before = self.overlay.up_to(first.get() - 1);
        // The first page that comes from the WAL ends the run.
        let next = self.overlay.page(before).filter(|page| page.get() <= last);
        let end = next.map_or(u64::from(last) + 1, |page| page.get().into());
        end.saturating_sub(first.get().into()).max(1) as u32
    }

    /// Page 1 is looked at before the number of stored pages is known.
    fn origin_of_first(&self, page: PageNumber) -> Origin {
        if page == PageNumber::FIRST && self.commit.is_none() && self.set.database_bytes() > 0 {
            return Origin::Database { offset: 0 };
        }
        self.origin(page)
    }
}

impl Pages for Image<'_> {
    type Error = Error;

    fn page_size(&self) -> PageSize {
        self.page_size
    }

    /// As SQLite counts: page 1 may count fewer pages than are stored.
    fn page_count(&self) -> u32 {
        self.header
            .map_or(self.stored, |header| header.page_count(self.stored))
    }

    fn stored_pages(&self) -> u32 {
        self.stored
    }

    fn page(&self, number: PageNumber) -> Result<Cow<'_, [u8]>, Error> {
        if let Some(page) = self.in_memory(number, self.page_size.as_len()) {
            return Ok(Cow::Borrowed(page));
        }
        let mut page = vec![0; self.page_size.as_len()];
        self.read(number, &mut page)?;
        Ok(Cow::Owned(page))
    }

    fn read(&self, first: PageNumber, mut buffer: &mut [u8]) -> Result<(), Error> {
        let mut page = first;
        while !buffer.is_empty() {
            let (input, offset, present) = self.place_of(page)?;
            let whole = self.page_size.as_len();
            // What lies in the database file behind the page as it does in the image is read with it.
            let pages = match input {
                Some(_) => self.run(page, buffer.len().div_ceil(whole) as u32),
                None => 1,
            };
            let run = buffer.len().min(pages as usize * whole);
            let (part, rest) = buffer.split_at_mut(run);
            let present = if pages == 1 { present.min(run) } else { run };
            let (bytes, zeros) = part.split_at_mut(present);
            zeros.fill(0);
            match input {
                Some(input) => input
                    .bytes
                    .read_exact_at(offset, bytes)
                    .map_err(|error| Error::read(input, offset, error))?,
                None => bytes.fill(0),
            }
            buffer = rest;
            page = PageNumber::new(page.get().saturating_add(pages)).unwrap_or(page);
        }
        Ok(())
    }

    fn in_memory(&self, first: PageNumber, length: usize) -> Option<&[u8]> {
        let whole = self.page_size.as_len();
        let pages = u32::try_from(length.div_ceil(whole)).ok()?;
        let (input, offset, present) = self.place_of(first).ok()?;
        if present < length.min(whole) || self.run(first, pages) < pages {
            return None;
        }
        let bytes = input?.bytes.in_memory()?;
        bytes.get(offset as usize..)?.get(..length)
    }
}

/// The page of `length` bytes at `offset` of an input, of which `present` are there: zeros stand for the rest.
pub(crate) fn page_of(
    input: &Input,
    offset: u64,
    present: usize,
    length: usize,
) -> Result<Cow<'_, [u8]>, Error> {
    if let Some(bytes) = input.bytes.in_memory() {
        let bytes = bytes.get(offset as usize..).unwrap_or_default();
        if let Some(page) = bytes.get(..length) {
            return Ok(Cow::Borrowed(page));
        }
    }
    let mut page = vec![0; length];
    let there = page.get_mut(..present).unwrap_or_default();
    input
        .bytes
        .read_exact_at(offset, there)
        .map_err(|error| Error::read(input, offset, error))?;
    Ok(Cow::Owned(page))
}
