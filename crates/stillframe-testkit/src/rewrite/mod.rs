//! Rewrites what is random or host-dependent in a WAL, and makes the checksums right again.

use std::collections::BTreeMap;

use crate::naive::{FRAME_HEADER, MAGIC, WAL_HEADER, be32, checksum, put32};

mod index;
mod journal;
#[cfg(feature = "oracle")]
mod pages;

#[cfg(test)]
mod tests;

pub use index::{native, put_native, resalt_index, seal_index};
pub use journal::renonce;
#[cfg(feature = "oracle")]
pub use pages::{encrypt, encrypt_beneath, stamp};

/// The same WAL with checksums over big-endian words (or little-endian ones), as a host of that byte order would write
/// it.
///
/// A frame whose sum continues that of the slot before it does so afterwards; any other frame (damaged, the first of an
/// older generation, of an unfinished spill) keeps the sum that it has.
pub fn rechecksum(wal: &[u8], big_endian: bool) -> Vec<u8> {
    let was_big_endian = be32(wal, 0) & 1 == 1;
    let mut out = wal.to_vec();
    put32(&mut out, 0, MAGIC | u32::from(big_endian));
    seal_header(&mut out);
    let mut old = stored(&wal[24..]);
    let mut new = stored(&out[24..]);
    for start in slots(wal) {
        let slot = &wal[start..start + slot_size(wal)];
        let held = frame_sum(was_big_endian, old, slot) == stored(&slot[16..]);
        old = stored(&slot[16..]);
        new = if held {
            frame_sum(big_endian, new, slot)
        } else {
            old
        };
        store(&mut out[start + 16..], new);
    }
    out
}

/// The same WAL with other salts: `salt1` and `salt2` for its own generation, `salt1 - n` and a salt-2 made from
/// `salt2` for the n-th generation before it.
///
/// Frames that could be verified before can be verified afterwards, and no others: the sum is linear, so what a changed
/// header changes in a frame's sum is what the same sum over zeros makes of the header's difference. All-zero salts (an
/// unfinished spill) stay as they are.
pub fn resalt(wal: &[u8], salt1: u32, salt2: u32) -> Vec<u8> {
    let mut out = wal.to_vec();
    put32(&mut out, 16, salt1);
    put32(&mut out, 20, salt2);
    seal_header(&mut out);
    let big_endian = be32(wal, 0) & 1 == 1;
    let newest = be32(wal, 16);
    let zeros = vec![0; slot_size(wal) - 16];
    let mut changes = BTreeMap::new();
    for (index, start) in slots(wal).enumerate() {
        let old_salts = stored(&wal[start + 8..]);
        if old_salts == (0, 0) {
            continue;
        }
        let generation = newest.wrapping_sub(old_salts.0);
        let new_salts = (
            salt1.wrapping_sub(generation),
            salt2 ^ generation.wrapping_mul(0x9e37_79b9),
        );
        let (summed, change) = changes.entry(old_salts).or_insert_with(|| {
            let before = generation_seed(wal, generation, old_salts);
            (
                0,
                minus(generation_seed(wal, generation, new_salts), before),
            )
        });
        while *summed <= index {
            *change = checksum(big_endian, *change, &zeros);
            *summed += 1;
        }
        let sum = stored(&wal[start + 16..]);
        store(&mut out[start + 8..], new_salts);
        store(
            &mut out[start + 16..],
            (sum.0.wrapping_add(change.0), sum.1.wrapping_add(change.1)),
        );
    }
    out
}

/// Recomputes the header checksum in place.
pub fn seal_header(wal: &mut [u8]) {
    let sum = checksum(be32(wal, 0) & 1 == 1, (0, 0), &wal[..24]);
    store(&mut wal[24..], sum);
}

/// Recomputes in place the sums of `frames` (counted from 1), each from the sum stored before it.
pub fn seal_frames(wal: &mut [u8], frames: std::ops::RangeInclusive<usize>) {
    let big_endian = be32(wal, 0) & 1 == 1;
    let size = slot_size(wal);
    for frame in frames {
        let start = frame_offset(wal, frame);
        let before = if frame == 1 {
            stored(&wal[24..])
        } else {
            stored(&wal[start - size + 16..])
        };
        let sum = frame_sum(big_endian, before, &wal[start..start + size]);
        store(&mut wal[start + 16..], sum);
    }
}

/// Where frame `frame` (counted from 1) begins.
pub fn frame_offset(wal: &[u8], frame: usize) -> usize {
    WAL_HEADER + (frame - 1) * slot_size(wal)
}

fn slot_size(wal: &[u8]) -> usize {
    FRAME_HEADER + be32(wal, 8) as usize
}

fn slots(wal: &[u8]) -> impl Iterator<Item = usize> {
    let size = slot_size(wal);
    (0..(wal.len() - WAL_HEADER) / size).map(move |index| WAL_HEADER + index * size)
}

fn frame_sum(big_endian: bool, before: (u32, u32), slot: &[u8]) -> (u32, u32) {
    checksum(
        big_endian,
        checksum(big_endian, before, &slot[..8]),
        &slot[FRAME_HEADER..],
    )
}

/// The header checksum that the WAL had `generation` resets ago, when its salts were `salts`.
fn generation_seed(wal: &[u8], generation: u32, salts: (u32, u32)) -> (u32, u32) {
    let mut header = wal[..24].to_vec();
    let sequence = be32(wal, 12).wrapping_sub(generation);
    put32(&mut header, 12, sequence);
    put32(&mut header, 16, salts.0);
    put32(&mut header, 20, salts.1);
    checksum(be32(wal, 0) & 1 == 1, (0, 0), &header)
}

fn minus(a: (u32, u32), b: (u32, u32)) -> (u32, u32) {
    (a.0.wrapping_sub(b.0), a.1.wrapping_sub(b.1))
}

fn stored(bytes: &[u8]) -> (u32, u32) {
    (be32(bytes, 0), be32(bytes, 4))
}

fn store(bytes: &mut [u8], sum: (u32, u32)) {
    put32(bytes, 0, sum.0);
    put32(bytes, 4, sum.1);
}
