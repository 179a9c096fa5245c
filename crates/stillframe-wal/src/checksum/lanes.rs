//! Sums of several runs of bytes side by side, in a form that a compiler makes vector instructions of.
//!
//! A [`Duo`] takes two runs, 16 bytes of each at a time. Of the four lanes of its vectors each run has two, and the bytes
//! go in as they lie: one lane sums the words x0 alone, the other the words x1 alone, both as if they were x0 and there
//! were no x1. As the sum is linear, the run's own is put together of the two at the end: a word in the place of
//! x1 comes one addition later than one in that of x0, and one addition makes (s0, s1) of (s1 - s0, s0).

use super::{Checksum, LANES, STEP, step};

/// Bytes of a run that a [`Duo`] takes at a time.
const BLOCK: usize = 2 * STEP;

/// Each sum after the bytes of its run. Runs are as long as the shortest.
pub(super) fn lockstep<B: byteorder::ByteOrder>(
    sums: [Checksum; LANES],
    runs: [&[u8]; LANES],
) -> [Checksum; LANES] {
    let shortest = runs.iter().map(|run| run.len()).min().unwrap_or_default();
    let whole = shortest - shortest % BLOCK;
    let [s, t, u, v, w, x, y, z] = sums;
    let mut duos = [[s, t], [u, v], [w, x], [y, z]].map(Duo::new);
    take_all::<B>(
        &mut duos,
        runs.map(|run| run.get(..whole).unwrap_or_default()),
    );
    let [[s, t], [u, v], [w, x], [y, z]] = duos.map(Duo::sums);
    let mut sums = [s, t, u, v, w, x, y, z];
    for (sum, run) in sums.iter_mut().zip(runs) {
        let rest = run.get(whole..shortest).unwrap_or_default();
        *sum = rest.chunks_exact(STEP).fold(*sum, step::<B>);
    }
    sums
}

/// A function of its own, which leaves its sums in memory: that they are read and stored as vectors is what leads the
/// compiler to add them as such.
#[inline(never)]
fn take_all<B: byteorder::ByteOrder>(duos: &mut [Duo; LANES / 2], runs: [&[u8]; LANES]) {
    let [a, b, c, d, e, f, g, h] = runs.map(|run| run.chunks_exact(BLOCK));
    let [mut ab, mut cd, mut ef, mut gh] = *duos;
    for (((a, b), (c, d)), ((e, f), (g, h))) in (a.zip(b).zip(c.zip(d))).zip(e.zip(f).zip(g.zip(h)))
    {
        ab.take::<B>(a, b);
        cd.take::<B>(c, d);
        ef.take::<B>(e, f);
        gh.take::<B>(g, h);
    }
    *duos = [ab, cd, ef, gh];
}

/// The sums of two runs: lanes 0 and 1 are of the first, 2 and 3 of the second.
#[derive(Clone, Copy)]
struct Duo {
    s0: [u32; 4],
    s1: [u32; 4],
}

impl Duo {
    /// Goes on from these sums.
    fn new([a, b]: [Checksum; 2]) -> Self {
        Self {
            s0: [a.s0, 0, b.s0, 0],
            s1: [a.s1, 0, b.s1, 0],
        }
    }

    #[inline(always)]
    fn take<B: byteorder::ByteOrder>(&mut self, a: &[u8], b: &[u8]) {
        let ([a0, a1, a2, a3], [b0, b1, b2, b3]) = (words::<B>(a), words::<B>(b));
        self.add([a0, a1, b0, b1]);
        self.add([a2, a3, b2, b3]);
    }

    #[inline(always)]
    fn add(&mut self, words: [u32; 4]) {
        self.s0 = plus(self.s0, plus(self.s1, words));
        self.s1 = plus(self.s1, self.s0);
    }

    fn sums(self) -> [Checksum; 2] {
        let [a0, a1, b0, b1] = self.s0;
        let [c0, c1, d0, d1] = self.s1;
        [[a0, a1, c0, c1], [b0, b1, d0, d1]].map(|[first_s0, second_s0, first_s1, second_s1]| {
            Checksum {
                s0: first_s0.wrapping_add(second_s1.wrapping_sub(second_s0)),
                s1: first_s1.wrapping_add(second_s0),
            }
        })
    }
}

#[inline(always)]
fn plus([a, b, c, d]: [u32; 4], [e, f, g, h]: [u32; 4]) -> [u32; 4] {
    [
        a.wrapping_add(e),
        b.wrapping_add(f),
        c.wrapping_add(g),
        d.wrapping_add(h),
    ]
}

/// The words of a block.
#[inline(always)]
fn words<B: byteorder::ByteOrder>(block: &[u8]) -> [u32; 4] {
    core::array::from_fn(|word| block.get(4 * word..4 * word + 4).map_or(0, B::read_u32))
}
