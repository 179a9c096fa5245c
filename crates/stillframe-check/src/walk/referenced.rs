use std::sync::atomic::{AtomicU64, Ordering};

/// A bit for every page: whether something leads to it.
#[derive(Debug)]
pub(super) struct Referenced {
    bits: Vec<AtomicU64>,
    count: u32,
}

impl Referenced {
    /// For the pages 1 to `count`.
    pub(super) fn new(count: u32) -> Self {
        let words = count as usize / 64 + 1;
        Self {
            bits: (0..words).map(|_| AtomicU64::new(0)).collect(),
            count,
        }
    }

    /// Whether there is such a page.
    pub(super) const fn has(&self, page: u32) -> bool {
        page != 0 && page <= self.count
    }

    /// Whether something leads to the page.
    pub(super) fn is_set(&self, page: u32) -> bool {
        let word = self.bits.get(page as usize / 64);
        word.is_some_and(|word| word.load(Ordering::Relaxed) >> (page % 64) & 1 == 1)
    }

    /// Notes that something leads to the page, and says whether something did already.
    pub(super) fn set(&self, page: u32) -> bool {
        let bit = 1 << (page % 64);
        let word = self.bits.get(page as usize / 64);
        word.is_some_and(|word| word.fetch_or(bit, Ordering::Relaxed) & bit != 0)
    }
}
