use std::sync::atomic::{AtomicU64, Ordering};

/// What the entries of indexes are to hold, less what they hold, parted by their hashes: as many sums as there is room
/// for, so that what is wrong with some entries leaves most sums at 0. All threads add to the same.
pub(super) struct Buckets {
    sums: Vec<AtomicU64>,
    /// A bit for each sum: that it counts as unequal in any case.
    wanted: Vec<AtomicU64>,
}

/// As many sums as a small database needs, and as any is given: they take 8 MB.
const LEAST_BITS: u32 = 10;
const MOST_BITS: u32 = 20;

impl Buckets {
    /// For a database of so many pages.
    pub(super) fn new(pages: u32) -> Self {
        let bits = (32 - pages.leading_zeros() + 6).clamp(LEAST_BITS, MOST_BITS);
        let zeros = |count: usize| (0..count).map(|_| AtomicU64::new(0)).collect();
        Self {
            sums: zeros(1 << bits),
            wanted: zeros((1 << bits) / 64),
        }
    }

    /// Adds what an entry of an index is to hold, or takes from it what one does: both are hashes.
    pub(super) fn add(&self, index: usize, hash: u64, is_held: bool) {
        if let Some(sum) = self.sums.get(self.place(index, hash)) {
            let hash = if is_held { hash.wrapping_neg() } else { hash };
            sum.fetch_add(hash, Ordering::Relaxed);
        }
    }

    /// Has the rows whose entries in the index have this hash be looked at.
    pub(super) fn want(&self, index: usize, hash: u64) {
        let place = self.place(index, hash);
        if let Some(bits) = self.wanted.get(place / 64) {
            bits.fetch_or(1 << (place % 64), Ordering::Relaxed);
        }
    }

    /// Whether the row whose entry in the index has this hash is to be looked at.
    pub(super) fn is_suspect(&self, index: usize, hash: u64) -> bool {
        let place = self.place(index, hash);
        let load = |of: &[AtomicU64], at: usize| of.get(at).map(|it| it.load(Ordering::Relaxed));
        let is_wanted =
            load(&self.wanted, place / 64).is_none_or(|bits| bits >> (place % 64) & 1 == 1);
        is_wanted || load(&self.sums, place) != Some(0)
    }

    /// Entries of several indexes that have one hash are in several places.
    const fn place(&self, index: usize, hash: u64) -> usize {
        let other = (index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        (hash ^ other) as usize & (self.sums.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_and_held_leaves_nothing() {
        let buckets = Buckets::new(1 << 30);
        assert_eq!(buckets.sums.len(), 1 << 20);
        let buckets = Buckets::new(1);
        assert_eq!(buckets.sums.len(), 1 << 10);
        let hash = |at: u64| at.wrapping_mul(0xd134_2543_de82_ef95).rotate_left(32);
        for at in 1..2000 {
            buckets.add(3, hash(at), false);
        }
        for at in (1..2000).filter(|&at| at != 7) {
            buckets.add(3, hash(at), true);
        }
        let suspects = || (1..2000).filter(|&at| buckets.is_suspect(3, hash(at)));
        assert!(suspects().any(|at| at == 7));
        assert!(suspects().count() < 20);
        buckets.add(3, hash(7), true);
        assert_eq!(suspects().count(), 0);
        buckets.want(3, hash(7));
        assert!(suspects().any(|at| at == 7) && suspects().count() < 20);
    }
}
