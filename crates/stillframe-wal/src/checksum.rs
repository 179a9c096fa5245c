//! The cumulative checksum of a WAL (SQLite's file format, section 4.2; `walChecksumBytes` in `wal.c`).
//!
//! Over pairs of 32-bit words x0, x1, modulo 2^32:
//!
//! ```text
//! s0 += x0 + s1
//! s1 += x1 + s0
//! ```
//!
//! The header's sum begins with 0, 0. A frame's goes on from the sum of the frame before it (the first frame's from the
//! header's) over the first 8 bytes of its header and its page; salts are not summed. The words are read in the byte
//! order that the magic number names; the sum itself is stored big-endian always.
//!
//! Three things follow from the form of the sum, and the readers here live on them. A frame can be checked from the sum
//! *stored* in the frame before it, so several frames are summed side by side, in vectors (`checksum/lanes.rs`); and
//! frames behind a break can be told intact from rotten. The sum is linear: what a run of bytes adds to it depends
//! neither on what came before nor on its place ([`Carry`]).

mod lanes;

use byteorder::{BigEndian, LittleEndian};

/// The byte order of the words that a WAL sums, named by the lowest bit of its magic number. The fields of headers are
/// big-endian whatever it is. In a wal-index: that of the host which wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ByteOrder {
    /// Words are little-endian: magic `377f0682`, as written on x86 and ARM.
    Little,
    /// Words are big-endian: magic `377f0683`.
    Big,
}

/// A cumulative checksum: the pair (s0, s1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Checksum {
    /// The first word.
    pub s0: u32,
    /// The second word.
    pub s1: u32,
}

/// Bytes that one step of the sum takes.
const STEP: usize = 8;

/// How many frames are summed side by side.
pub(crate) const LANES: usize = 8;

impl Checksum {
    /// The sum before any bytes.
    pub const ZERO: Self = Self { s0: 0, s1: 0 };

    /// The sum after `bytes` more. Only whole pairs of words count: a rest of fewer than 8 bytes is left out.
    #[must_use]
    pub fn update(self, order: ByteOrder, bytes: &[u8]) -> Self {
        match order {
            ByteOrder::Little => bytes.chunks_exact(STEP).fold(self, step::<LittleEndian>),
            ByteOrder::Big => bytes.chunks_exact(STEP).fold(self, step::<BigEndian>),
        }
    }

    /// What `page` adds to a checksum by itself: [`Checksum::ZERO`] updated with it, its eighths summed side by side.
    pub fn of_page(order: ByteOrder, page: &[u8]) -> Self {
        if page.is_empty() || page.len() % (LANES * STEP) != 0 {
            return Self::ZERO.update(order, page);
        }
        let eighth = page.len() / LANES;
        let mut eighths = page.chunks_exact(eighth);
        let eighths = core::array::from_fn(|_| eighths.next().unwrap_or_default());
        let over = Carry::over(eighth);
        Self::update_lanes([Self::ZERO; LANES], order, eighths)
            .into_iter()
            .fold(Self::ZERO, |sum, part| over.append(sum, part))
    }

    /// Eight sums, each after its own bytes: eight times [`Checksum::update`], side by side. What is longer than the
    /// shortest run is left out.
    pub(crate) fn update_lanes(
        sums: [Self; LANES],
        order: ByteOrder,
        bytes: [&[u8]; LANES],
    ) -> [Self; LANES] {
        match order {
            ByteOrder::Little => lanes::lockstep::<LittleEndian>(sums, bytes),
            ByteOrder::Big => lanes::lockstep::<BigEndian>(sums, bytes),
        }
    }

    /// The sum that, added to `other`, gives this one.
    #[must_use]
    pub(crate) fn minus(self, other: Self) -> Self {
        Self {
            s0: self.s0.wrapping_sub(other.s0),
            s1: self.s1.wrapping_sub(other.s1),
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            s0: self.s0.wrapping_add(other.s0),
            s1: self.s1.wrapping_add(other.s1),
        }
    }
}

#[inline(always)]
fn step<B: byteorder::ByteOrder>(sum: Checksum, pair: &[u8]) -> Checksum {
    let Some((x0, x1)) = pair.split_at_checked(4) else {
        return sum;
    };
    let s0 = sum.s0.wrapping_add(B::read_u32(x0)).wrapping_add(sum.s1);
    let s1 = sum.s1.wrapping_add(B::read_u32(x1)).wrapping_add(s0);
    Checksum { s0, s1 }
}

/// How a sum is carried over a run of bytes of one length, as the sum is linear: the sum after a run is the sum
/// before it, carried, plus what the run alone sums to.
///
/// The step is the matrix (1 1; 1 2), whose powers are made of Fibonacci numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Carry([[u32; 2]; 2]);

impl Carry {
    /// Over `length` bytes, of which whole pairs of words count.
    pub fn over(length: usize) -> Self {
        let mut result = Self([[1, 0], [0, 1]]);
        let mut square = Self([[1, 1], [1, 2]]);
        let mut steps = length / STEP;
        while steps > 0 {
            if steps & 1 == 1 {
                result = result.then(square);
            }
            square = square.then(square);
            steps >>= 1;
        }
        result
    }

    /// The sum that `before` becomes, were the run all zeros.
    #[must_use]
    pub fn carry(self, before: Checksum) -> Checksum {
        let [top, bottom] = self.0;
        let row = |[x, y]: [u32; 2]| {
            x.wrapping_mul(before.s0)
                .wrapping_add(y.wrapping_mul(before.s1))
        };
        Checksum {
            s0: row(top),
            s1: row(bottom),
        }
    }

    /// The sum that becomes `after`, were the run all zeros: [`Carry::carry`] undone.
    #[must_use]
    pub fn before(self, after: Checksum) -> Checksum {
        // The step has the determinant 1, and so have its powers.
        let [[a, b], [c, d]] = self.0;
        Self([[d, b.wrapping_neg()], [c.wrapping_neg(), a]]).carry(after)
    }

    /// What the run between two sums adds by itself: the sum it would have after [`Checksum::ZERO`].
    #[must_use]
    pub fn contribution(self, before: Checksum, after: Checksum) -> Checksum {
        after.minus(self.carry(before))
    }

    /// The sum after a run that adds `contribution`, coming after `before`.
    #[must_use]
    pub fn append(self, before: Checksum, contribution: Checksum) -> Checksum {
        self.carry(before).plus(contribution)
    }

    fn then(self, other: Self) -> Self {
        let [[a, b], [c, d]] = self.0;
        let [[e, f], [g, h]] = other.0;
        let dot =
            |x: u32, y: u32, z: u32, w: u32| x.wrapping_mul(y).wrapping_add(z.wrapping_mul(w));
        Self([
            [dot(a, e, b, g), dot(a, f, b, h)],
            [dot(c, e, d, g), dot(c, f, d, h)],
        ])
    }
}

#[cfg(test)]
mod tests;
