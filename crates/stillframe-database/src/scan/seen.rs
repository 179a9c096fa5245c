use alloc::boxed::Box;
use alloc::vec::Vec;

use stillframe_format::PageNumber;

/// How many pages one block of bits is for.
const BLOCK_PAGES: usize = 1 << 15;
const BLOCK_WORDS: usize = BLOCK_PAGES / 64;

/// A set of pages: a bit each. Memory is taken for pages that are in it, whatever number a file says that it has.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    blocks: Vec<Option<Box<[u64; BLOCK_WORDS]>>>,
}

impl Seen {
    /// Puts a page in, and says whether it was not there.
    pub fn insert(&mut self, page: PageNumber) -> bool {
        let page = page.get() as usize;
        let (block, word, bit) = (page / BLOCK_PAGES, page % BLOCK_PAGES / 64, page % 64);
        if self.blocks.len() <= block {
            self.blocks.resize(block + 1, None);
        }
        let Some(block) = self.blocks.get_mut(block) else {
            return false;
        };
        let block = block.get_or_insert_with(|| Box::new([0; BLOCK_WORDS]));
        let Some(word) = block.get_mut(word) else {
            return false;
        };
        let was = *word >> bit & 1;
        *word |= 1 << bit;
        was == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_new_once() {
        let mut seen = Seen::default();
        for page in [
            1,
            2,
            63,
            64,
            32767,
            32768,
            65535,
            65536,
            u32::MAX,
            u32::MAX - 1,
        ] {
            let page = PageNumber::new(page).unwrap();
            assert!(seen.insert(page), "{page}");
            assert!(!seen.insert(page), "{page}");
        }
        assert_eq!(seen.blocks.iter().flatten().count(), 4);
    }
}
