//! The checksum that SQLite's extension `cksumvfs` keeps at the end of each page of a database file (FORMAT.md §10).
//!
//! | offset | bytes | content |
//! |---|---|---|
//! | page size − 8 | 4 | s0, little-endian |
//! | page size − 4 | 4 | s1, little-endian |
//!
//! The sum is that of WALs, over little-endian words of all that comes before, from 0 on. Databases that have it reserve
//! exactly 8 bytes a page; that they do is no proof that they have it. It is written as a page gets into the database file:
//! frames of a WAL hold what stood there before.

/// Bytes of the sum, and of what such a database reserves on each page.
pub const SUM_BYTES: u8 = 8;

/// Whether the sum at the end of a page is that of the page. A page of zeros has it.
pub fn holds(page: &[u8]) -> bool {
    parts(page).is_some_and(|(content, sum)| sum_of(content) == *sum)
}

/// Writes the sum at the end of a page. Nothing changes of fewer than 8 bytes.
pub fn stamp(page: &mut [u8]) {
    let Some((content, _)) = parts(page) else {
        return;
    };
    let sum = sum_of(content);
    if let Some(end) = page.last_chunk_mut() {
        *end = sum;
    }
}

fn parts(page: &[u8]) -> Option<(&[u8], &[u8; SUM_BYTES as usize])> {
    page.split_last_chunk()
}

fn sum_of(content: &[u8]) -> [u8; SUM_BYTES as usize] {
    let (mut s0, mut s1) = (0u32, 0u32);
    for pair in content.chunks_exact(8) {
        let Some(&[a, b, c, d, e, f, g, h]) = pair.first_chunk() else {
            continue;
        };
        s0 = s0
            .wrapping_add(u32::from_le_bytes([a, b, c, d]))
            .wrapping_add(s1);
        s1 = s1
            .wrapping_add(u32::from_le_bytes([e, f, g, h]))
            .wrapping_add(s0);
    }
    let mut sum = [0; SUM_BYTES as usize];
    let (first, second) = sum.split_at_mut(4);
    first.copy_from_slice(&s0.to_le_bytes());
    second.copy_from_slice(&s1.to_le_bytes());
    sum
}

#[cfg(test)]
mod tests {
    use super::{holds, stamp};

    #[test]
    fn a_stamped_page_holds_and_no_bit_of_it_may_change() {
        let mut page: [u8; 512] = core::array::from_fn(|at| (at * 7 % 251) as u8);
        assert!(!holds(&page));
        stamp(&mut page);
        assert!(holds(&page));
        for bit in 0..512 * 8 {
            page[bit / 8] ^= 1 << (bit % 8);
            assert!(!holds(&page), "bit {bit}");
            page[bit / 8] ^= 1 << (bit % 8);
        }
    }

    #[test]
    fn zeros_hold_and_nothing_does_not() {
        assert!(holds(&[0; 4096]));
        assert!(!holds(&[]));
        assert!(!holds(&[0; 7]));
        stamp(&mut [0; 7]);
    }

    /// Reckoned by hand: words 1 and 2, then 3 and 4.
    #[test]
    fn the_sum_is_that_of_wals() {
        let mut page = [
            1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 9, 9, 9, 9, 9, 9, 9, 9,
        ];
        stamp(&mut page);
        // s0 = 1, s1 = 2 + 1 = 3; s0 = 1 + 3 + 3 = 7, s1 = 3 + 4 + 7 = 14
        assert_eq!(page[16..], [7, 0, 0, 0, 14, 0, 0, 0]);
    }
}
