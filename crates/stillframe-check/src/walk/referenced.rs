use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// A bit for every page: whether something leads to it. What is held grows with the pages that something leads to, and
/// not with a number that a header names.
#[derive(Debug)]
pub(super) struct Referenced {
    pieces: Vec<OnceLock<Box<Piece>>>,
    count: u32,
}

/// The bits of as many pages as are held at once.
type Piece = [AtomicU64; WORDS];
const WORDS: usize = 512;
const PAGES_A_PIECE: usize = WORDS * 64;

impl Referenced {
    /// For the pages 1 to `count`.
    pub(super) fn new(count: u32) -> Self {
        let pieces = count as usize / PAGES_A_PIECE + 1;
        Self {
            pieces: (0..pieces).map(|_| OnceLock::new()).collect(),
            count,
        }
    }

    /// Whether there is such a page.
    pub(super) const fn has(&self, page: u32) -> bool {
        page != 0 && page <= self.count
    }

    /// Whether something leads to the page.
    pub(super) fn is_set(&self, page: u32) -> bool {
        self.bits(page) >> (page % 64) & 1 == 1
    }

    /// Notes that something leads to the page, and says whether something did already.
    pub(super) fn set(&self, page: u32) -> bool {
        let Some(piece) = self.pieces.get(page as usize / PAGES_A_PIECE) else {
            return false;
        };
        let piece = piece.get_or_init(|| Box::new([const { AtomicU64::new(0) }; WORDS]));
        let bit = 1 << (page % 64);
        let word = piece.get(page as usize / 64 % WORDS);
        word.is_some_and(|word| word.fetch_or(bit, Ordering::Relaxed) & bit != 0)
    }

    /// Whether something leads to each of the 64 pages whose numbers differ from this one in the last six bits alone.
    pub(super) fn are_set_around(&self, page: u32) -> bool {
        self.bits(page) == u64::MAX
    }

    /// The bits of a page and those that share a word with it.
    fn bits(&self, page: u32) -> u64 {
        let piece = self.pieces.get(page as usize / PAGES_A_PIECE);
        let word = piece.and_then(|piece| piece.get()?.get(page as usize / 64 % WORDS));
        word.map_or(0, |word| word.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_set_once() {
        let referenced = Referenced::new(100_000);
        assert!(!referenced.has(0) && referenced.has(1));
        assert!(referenced.has(100_000) && !referenced.has(100_001));
        for page in [1, 63, 64, 32_767, 32_768, 100_000] {
            assert!(!referenced.is_set(page));
            assert!(!referenced.set(page));
            assert!(referenced.is_set(page) && !referenced.is_set(page + 1));
            assert!(referenced.set(page));
        }
    }

    #[test]
    fn the_largest_number_of_pages_takes_no_memory_before_they_are_set() {
        let referenced = Referenced::new(u32::MAX);
        assert!(!referenced.set(u32::MAX));
        let held = referenced
            .pieces
            .iter()
            .filter(|piece| piece.get().is_some());
        assert_eq!((referenced.pieces.len(), held.count()), (131_072, 1));
    }
}
