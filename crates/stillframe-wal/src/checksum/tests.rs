use alloc::vec::Vec;

use super::*;

fn noise(length: usize, mut state: u32) -> Vec<u8> {
    (0..length)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .collect()
}

/// The loop as SQLite has it, a word at a time.
fn naive(mut sum: Checksum, order: ByteOrder, bytes: &[u8]) -> Checksum {
    for pair in bytes.chunks_exact(8) {
        let word = |at: usize| {
            let bytes = [pair[at], pair[at + 1], pair[at + 2], pair[at + 3]];
            match order {
                ByteOrder::Little => u32::from_le_bytes(bytes),
                ByteOrder::Big => u32::from_be_bytes(bytes),
            }
        };
        sum.s0 = sum.s0.wrapping_add(word(0)).wrapping_add(sum.s1);
        sum.s1 = sum.s1.wrapping_add(word(4)).wrapping_add(sum.s0);
    }
    sum
}

const SEED: Checksum = Checksum {
    s0: 0x1234_5678,
    s1: 0x9abc_def0,
};

#[test]
fn sums_equal_the_plain_loop() {
    for order in [ByteOrder::Little, ByteOrder::Big] {
        for length in [0, 8, 24, 512, 4096] {
            let bytes = noise(length, 3);
            assert_eq!(SEED.update(order, &bytes), naive(SEED, order, &bytes));
        }
    }
}

#[test]
fn lanes_are_sums_of_their_own() {
    let sums = [0, 1, 2, 3, 4, 5, 6, u32::MAX].map(|word| Checksum {
        s0: SEED.s0.wrapping_mul(word),
        s1: word,
    });
    for order in [ByteOrder::Little, ByteOrder::Big] {
        // Whole blocks of two pairs of words, a pair more, and bytes that are no pair.
        for length in [0, 8, 16, 24, 40, 44, 1024, 4096] {
            let runs = [1, 2, 3, 4, 5, 6, 7, 8].map(|state| noise(length, state));
            let lanes = Checksum::update_lanes(sums, order, runs.each_ref().map(Vec::as_slice));
            for ((lane, run), sum) in lanes.into_iter().zip(&runs).zip(sums) {
                assert_eq!(lane, naive(sum, order, run), "{length} bytes");
            }
        }
    }
}

#[test]
fn lanes_are_as_long_as_the_shortest() {
    for order in [ByteOrder::Little, ByteOrder::Big] {
        let runs = [64, 72, 80, 512, 56, 64, 4096, 57].map(|length| noise(length, 3));
        let slices = runs.each_ref().map(Vec::as_slice);
        let lanes = Checksum::update_lanes([SEED; LANES], order, slices);
        for (lane, run) in lanes.into_iter().zip(&runs) {
            assert_eq!(lane, naive(SEED, order, &run[..56]));
        }
    }
}

#[test]
fn a_sum_is_carried_over_bytes_it_has_not_seen() {
    for order in [ByteOrder::Little, ByteOrder::Big] {
        for length in [0, 8, 16, 512, 1024, 65536] {
            let bytes = noise(length, 5);
            let carry = Carry::over(length);
            let alone = Checksum::ZERO.update(order, &bytes);
            let after = SEED.update(order, &bytes);
            assert_eq!(carry.append(SEED, alone), after);
            assert_eq!(carry.contribution(SEED, after), alone);
        }
    }
}

#[test]
fn a_page_sums_to_what_it_adds() {
    for order in [ByteOrder::Little, ByteOrder::Big] {
        for length in [0, 8, 24, 32, 40, 512, 4096, 65536] {
            let page = noise(length, 5);
            let expected = naive(Checksum::ZERO, order, &page);
            assert_eq!(Checksum::of_page(order, &page), expected, "{length} bytes");
        }
    }
}
