use std::borrow::Cow;

use stillframe_format::{PageNumber, PageSize, Pages};
use stillframe_history::{Error, Image, Refusal};

/// An image as SQLite reads it: pages of a commit that exist nowhere are zeros to it.
pub struct WithZeros<'i>(pub &'i Image<'i>);

impl Pages for WithZeros<'_> {
    type Error = Error;

    fn page_size(&self) -> PageSize {
        self.0.page_size()
    }

    fn page_count(&self) -> u32 {
        self.0.page_count()
    }

    fn stored_pages(&self) -> u32 {
        self.0.stored_pages()
    }

    fn present(&self, number: PageNumber) -> usize {
        self.0.present(number)
    }

    fn page(&self, number: PageNumber) -> Result<Cow<'_, [u8]>, Error> {
        match self.0.page(number) {
            Err(Error::Refused(Refusal::MissingPages { .. }))
                if number.get() <= self.stored_pages() =>
            {
                Ok(Cow::Owned(vec![0; self.page_size().as_len()]))
            }
            page => page,
        }
    }

    fn read(&self, first: PageNumber, buffer: &mut [u8]) -> Result<(), Error> {
        match self.0.read(first, buffer) {
            Err(Error::Refused(_)) => {}
            read => return read,
        }
        // One of the pages is missing.
        let mut number = first;
        for part in buffer.chunks_mut(self.page_size().as_len()) {
            part.copy_from_slice(&self.page(number)?[..part.len()]);
            number = PageNumber::new(number.get().saturating_add(1)).unwrap_or(number);
        }
        Ok(())
    }

    fn in_memory(&self, first: PageNumber, length: usize) -> Option<&[u8]> {
        self.0.in_memory(first, length)
    }
}
