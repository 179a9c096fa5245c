//! Varints as SQLite reads them where it expects 32 bits (`sqlite3GetVarint32` in `util.c`): larger ones are the largest
//! there is.

use stillframe_database::varint::{self, MAX_BYTES};

/// The integer at the start of `bytes`, as if zeros followed them, and how many bytes it takes.
pub(super) fn read_u32(bytes: &[u8]) -> (u32, usize) {
    let read = varint::read(bytes).or_else(|| {
        let mut padded = [0; MAX_BYTES];
        for (byte, &found) in padded.iter_mut().zip(bytes) {
            *byte = found;
        }
        varint::read(&padded)
    });
    let (value, taken) = read.unwrap_or_default();
    (u32::try_from(value).unwrap_or(u32::MAX), taken)
}

/// The least bytes in which the integer can be written (`sqlite3VarintLen`).
pub(super) const fn length_of(value: u32) -> usize {
    match value {
        0..0x80 => 1,
        0x80..0x4000 => 2,
        0x4000..0x20_0000 => 3,
        0x20_0000..0x1000_0000 => 4,
        _ => 5,
    }
}
