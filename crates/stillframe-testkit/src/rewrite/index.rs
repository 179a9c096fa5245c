//! Wal-indexes, as the host that runs this wrote them.

use crate::naive::{WAL_HEADER, be32, checksum, put32};

/// The same wal-index for a WAL that [`super::resalt`] gave other salts: `old` became `new`. The checksum of a last frame
/// that the WAL does not hold is set to a fixed one.
pub fn resalt_index(index: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let mut out = index.to_vec();
    let generation = be32(old, 16).wrapping_sub(be32(index, 32));
    let salts = (
        be32(new, 16).wrapping_sub(generation),
        be32(new, 20) ^ generation.wrapping_mul(0x9e37_79b9),
    );
    let last = native(index, 16) as usize;
    let slot = 24 + be32(new, 8) as usize;
    let frame = WAL_HEADER + last.saturating_sub(1) * slot;
    let sum = match new.get(frame..frame + 24).filter(|_| generation == 0) {
        Some(frame) => (be32(frame, 16), be32(frame, 20)),
        None => (0x5eed_0001, 0x5eed_0002),
    };
    for copy in [0, 48] {
        put32(&mut out, copy + 32, salts.0);
        put32(&mut out, copy + 36, salts.1);
        if last > 0 {
            put_native(&mut out, copy + 24, sum.0);
            put_native(&mut out, copy + 28, sum.1);
        }
    }
    seal_index(&mut out);
    out
}

/// Recomputes the checksum of both copies of the header in place.
pub fn seal_index(index: &mut [u8]) {
    for copy in [0, 48] {
        let sum = checksum(cfg!(target_endian = "big"), (0, 0), &index[copy..copy + 40]);
        put_native(index, copy + 40, sum.0);
        put_native(index, copy + 44, sum.1);
    }
}

/// The number at `offset`, in the byte order of this host.
pub fn native(index: &[u8], offset: usize) -> u32 {
    let bytes = index[offset..offset + 4].try_into();
    u32::from_ne_bytes(bytes.expect("these are four bytes"))
}

/// Writes `value` at `offset`, in the byte order of this host.
pub fn put_native(index: &mut [u8], offset: usize, value: u32) {
    index[offset..offset + 4].copy_from_slice(&value.to_ne_bytes());
}
