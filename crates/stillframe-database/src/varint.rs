//! Variable-length integers (SQLite's file format, section 1.6; `sqlite3GetVarint` in `util.c`).
//!
//! Big-endian groups of seven bits, each byte but the last with its highest bit set; a ninth byte, which is always the
//! last, holds eight bits. More bytes than needed are accepted.

/// Most bytes of a varint.
pub const MAX_BYTES: usize = 9;

/// The integer at the start of `bytes` and how many of them it takes; `None` where they end within it.
#[inline]
pub fn read(bytes: &[u8]) -> Option<(u64, usize)> {
    match *bytes {
        [first, ..] if first < 0x80 => Some((first.into(), 1)),
        [first, second, ..] if second < 0x80 => Some((two_bytes(first, second).into(), 2)),
        _ => read_long(bytes),
    }
}

/// The payload length at the start of `bytes` as SQLite reads it in a cell (`btreeParseCellPtr` in `btree.c`), which is
/// not as it reads other varints: of a ninth byte seven bits count too, and of the sum the lowest 32.
#[inline]
pub fn read_payload_length(bytes: &[u8]) -> Option<(u32, usize)> {
    match *bytes {
        [first, ..] if first < 0x80 => Some((first.into(), 1)),
        [first, second, ..] if second < 0x80 => Some((two_bytes(first, second), 2)),
        _ => read_long_payload_length(bytes),
    }
}

const fn two_bytes(first: u8, second: u8) -> u32 {
    (first as u32 & 0x7f) << 7 | second as u32
}

/// Most varints have one byte or two; these are the others.
fn read_long(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0;
    for (at, &byte) in bytes.iter().take(MAX_BYTES - 1).enumerate() {
        value = value << 7 | u64::from(byte & 0x7f);
        if byte < 0x80 {
            return Some((value, at + 1));
        }
    }
    let last = bytes.get(MAX_BYTES - 1)?;
    Some((value << 8 | u64::from(*last), MAX_BYTES))
}

fn read_long_payload_length(bytes: &[u8]) -> Option<(u32, usize)> {
    let mut value = 0u32;
    for (at, &byte) in bytes.iter().take(MAX_BYTES).enumerate() {
        value = value << 7 | u32::from(byte & 0x7f);
        if byte < 0x80 || at == MAX_BYTES - 1 {
            return Some((value, at + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_and_its_ends() {
        for (bytes, expected) in [
            (&[0u8][..], Some((0, 1))),
            (&[0x7f], Some((127, 1))),
            (&[0x81, 0], Some((128, 2))),
            (&[0x80, 0x7f], Some((127, 2))),
            (&[0xff; 9], Some((u64::MAX, 9))),
            (
                &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 5],
                Some((5, 9)),
            ),
            (&[0x80], None),
            (&[0xff; 8], None),
            (&[], None),
        ] {
            assert_eq!(read(bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn a_payload_length_is_another_varint() {
        for (bytes, expected) in [
            (&[0x7fu8][..], Some((127, 1))),
            (&[0x81, 0], Some((128, 2))),
            (&[0xff; 9], Some((u32::MAX, 9))),
            (
                &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x81, 0xff],
                Some((255, 9)),
            ),
            (&[0xff; 8], None),
            (&[], None),
        ] {
            assert_eq!(read_payload_length(bytes), expected, "{bytes:?}");
        }
    }
}
