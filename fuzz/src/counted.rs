use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering};

use stillframe_format::{PageNumber, PageSize, Pages};

/// Pages that count how often they are read.
pub(crate) struct Counted<'p, P> {
    pages: &'p P,
    reads: AtomicU64,
}

impl<'p, P> Counted<'p, P> {
    pub(crate) const fn new(pages: &'p P) -> Self {
        Self {
            pages,
            reads: AtomicU64::new(0),
        }
    }

    /// How often pages were read.
    pub(crate) fn reads(&self) -> u64 {
        self.reads.load(Ordering::Relaxed)
    }
}

impl<P: Pages> Pages for Counted<'_, P> {
    type Error = P::Error;

    fn page_size(&self) -> PageSize {
        self.pages.page_size()
    }

    fn page_count(&self) -> u32 {
        self.pages.page_count()
    }

    fn stored_pages(&self) -> u32 {
        self.pages.stored_pages()
    }

    fn page(&self, number: PageNumber) -> Result<Cow<'_, [u8]>, Self::Error> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.pages.page(number)
    }
}
