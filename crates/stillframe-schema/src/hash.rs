//! SQLite keeps the tables of a schema in a hash table and goes through it in the order of its buckets: that is the
//! order in which its checks look at tables (`hash.c`).
//!
//! All elements are in one list. A bucket knows the first of its elements there; a new one goes before that, or to the
//! head of the list where the bucket has none. With more than two elements a bucket the table is made anew, with three
//! buckets an element, 64 at most.

/// From here on there are buckets.
const FIRST_BUCKETS: usize = 5;

/// Buckets that fit the 1024 bytes of which SQLite allocates no more.
const MOST_BUCKETS: usize = 64;

/// The indexes of `names` in the order in which SQLite goes through a hash table into which they were put one after the
/// other. No two of them are equal without regard to case.
pub(crate) fn order<'n>(names: impl Iterator<Item = &'n str>) -> Vec<usize> {
    let mut hashes = Vec::new();
    let mut table = Buckets::new(1);
    let mut buckets = 0;
    for (index, name) in names.enumerate() {
        let hash = hash(name);
        hashes.push(hash);
        let count = hashes.len();
        let wanted = (3 * count).min(MOST_BUCKETS);
        if count >= FIRST_BUCKETS && count > 2 * buckets && wanted != buckets {
            buckets = wanted;
            let mut larger = Buckets::new(buckets);
            for element in table.elements() {
                let hash = hashes.get(element).copied().unwrap_or_default();
                larger.insert(hash, element);
            }
            table = larger;
        }
        table.insert(hash, index);
    }
    table.elements().collect()
}

/// The list, kept a bucket at a time: the elements of a bucket stand together.
struct Buckets {
    /// The elements of each bucket, from the last to the first.
    chains: Vec<Vec<usize>>,
    /// The buckets that have any, from the last to the first.
    used: Vec<usize>,
}

impl Buckets {
    fn new(count: usize) -> Self {
        Self {
            chains: vec![Vec::new(); count],
            used: Vec::new(),
        }
    }

    fn insert(&mut self, hash: u32, element: usize) {
        let bucket = hash as usize % self.chains.len();
        if let Some(chain) = self.chains.get_mut(bucket) {
            if chain.is_empty() {
                self.used.push(bucket);
            }
            chain.push(element);
        }
    }

    fn elements(&self) -> impl Iterator<Item = usize> + '_ {
        let chains = self.used.iter().rev();
        let chains = chains.filter_map(|&bucket| self.chains.get(bucket));
        chains.flat_map(|chain| chain.iter().rev().copied())
    }
}

/// Knuth's multiplicative hash of the bytes, without the bit that tells upper from lower case.
fn hash(name: &str) -> u32 {
    name.bytes().fold(0u32, |hash, byte| {
        hash.wrapping_add(u32::from(byte & 0xdf))
            .wrapping_mul(0x9e37_79b1)
    })
}
