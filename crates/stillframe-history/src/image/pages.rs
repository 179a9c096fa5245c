//! The bytes of an image's pages, each from where it lies.

use std::borrow::Cow;

use stillframe_format::{PageNumber, PageSize, Pages};

use super::{Image, Origin};
use crate::{Error, Input, Refusal};

/// Bytes of an image that lie one behind the other.
struct Piece<'a> {
    /// The input and the offset there; none for zeros.
    place: Option<(&'a Input, u64)>,
    /// How many there are, at least 1.
    length: usize,
}

impl<'a> Image<'a> {
    /// At most `most` bytes from byte `within` of a page on.
    fn piece(&self, page: PageNumber, within: usize, most: usize) -> Result<Piece<'a>, Error> {
        let whole = self.page_size.as_len();
        let within_page = most.min(whole - within);
        let origin = self.origin(page);
        if origin == Origin::Missing {
            return Err(Refusal::MissingPages {
                at: self.number(),
                first: page,
                count: 1,
            }
            .into());
        }
        if let (Origin::Wal { offset, .. }, Some(wal)) = (origin, &self.set.wal) {
            return Ok(Piece {
                place: Some((wal, offset + within as u64)),
                length: within_page,
            });
        }
        // What lies in the database file behind the page as it does in the image comes with it, up to the next page that
        // comes from the WAL.
        let offset = page.offset(self.page_size) + within as u64;
        let next = self.overlay.next_from(page);
        let end = match next {
            Some(next) => next.offset(self.page_size),
            None => u64::from(self.stored) * whole as u64,
        };
        let end = end.min(offset.saturating_add(most as u64));
        let (lies, length) = self.base.at(offset, end);
        let place = self.base.input(lies);
        // What is nowhere is zeros within a page that begins somewhere, and in the lock-byte page.
        let length = match place {
            Some(_) => length as usize,
            None => (length as usize).min(within_page),
        };
        Ok(Piece { place, length })
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

    fn present(&self, number: PageNumber) -> usize {
        let whole = self.page_size.as_len();
        let in_file = self
            .base
            .bytes()
            .saturating_sub(number.offset(self.page_size));
        match self.overlay.frame(number) {
            None if in_file < whole as u64 => in_file as usize,
            _ => whole,
        }
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
        let whole = self.page_size.as_len();
        let (mut page, mut within) = (first, 0);
        while !buffer.is_empty() {
            let piece = self.piece(page, within, buffer.len())?;
            let (part, rest) = buffer.split_at_mut(piece.length);
            match piece.place {
                Some((input, offset)) => input
                    .bytes
                    .read_exact_at(offset, part)
                    .map_err(|error| Error::read(input, offset, error))?,
                None => part.fill(0),
            }
            buffer = rest;
            within += piece.length;
            let pages = (within / whole) as u32;
            within %= whole;
            page = PageNumber::new(page.get().saturating_add(pages)).unwrap_or(page);
        }
        Ok(())
    }

    fn in_memory(&self, first: PageNumber, length: usize) -> Option<&[u8]> {
        let piece = self.piece(first, 0, length).ok()?;
        let (input, offset) = piece.place.filter(|_| piece.length >= length)?;
        let bytes = input.bytes.in_memory()?;
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
