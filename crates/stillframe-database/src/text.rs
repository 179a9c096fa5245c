use alloc::borrow::Cow;
use alloc::vec::Vec;

use crate::TextEncoding;

impl TextEncoding {
    /// Whether text of a database is what it is said to be: characters, each whole, and nothing else. SQLite does not
    /// ask, neither when it stores text nor when it gives it out.
    #[inline]
    pub fn is_valid(self, text: &[u8]) -> bool {
        (self == Self::Utf8 && is_ascii(text)) || self.is_valid_beyond_ascii(text)
    }

    fn is_valid_beyond_ascii(self, text: &[u8]) -> bool {
        let unit: fn([u8; 2]) -> u16 = match self {
            Self::Utf16Le => u16::from_le_bytes,
            Self::Utf16Be => u16::from_be_bytes,
            Self::Utf8 => return core::str::from_utf8(text).is_ok(),
        };
        let pairs = text.chunks_exact(2);
        if !pairs.remainder().is_empty() {
            return false;
        }
        let units = pairs.map(|pair| unit(pair.try_into().unwrap_or_default()));
        // Text without surrogates, which most is, is told from the others without a branch a character.
        let is_surrogate = |unit: u16| unit & 0xf800 == 0xd800;
        !units
            .clone()
            .fold(false, |any, unit| any | is_surrogate(unit))
            || char::decode_utf16(units).all(|character| character.is_ok())
    }

    /// Text of a database in UTF-8, as SQLite makes it (`sqlite3VdbeMemTranslate` in `utf.c`): half of a surrogate pair
    /// takes what follows it for the other half, and a byte too many is left out. What a database in UTF-8 holds is
    /// given as it is, whether it is UTF-8 or not.
    pub fn utf8(self, text: &[u8]) -> Cow<'_, [u8]> {
        let unit: fn([u8; 2]) -> u16 = match self {
            Self::Utf16Le => u16::from_le_bytes,
            Self::Utf16Be => u16::from_be_bytes,
            Self::Utf8 => return Cow::Borrowed(text),
        };
        let mut units = text.chunks_exact(2).map(|pair| {
            let pair: [u8; 2] = pair.try_into().unwrap_or_default();
            u32::from(unit(pair))
        });
        let mut bytes = Vec::with_capacity(text.len());
        while let Some(first) = units.next() {
            let character = match first {
                0xd800..0xe000 => match units.next() {
                    Some(second) => {
                        (second & 0x3ff) + ((first & 0x3f) << 10) + (((first & 0x3c0) + 0x40) << 10)
                    }
                    None => first,
                },
                _ => first,
            };
            push(&mut bytes, character);
        }
        Cow::Owned(bytes)
    }
}

/// Whether all of it is ASCII, as most text is. It is asked of every text of a database: so it takes 16 bytes at a time,
/// the last of them anew where they are not a whole block, and does not go byte by byte over what is left.
#[inline]
fn is_ascii(text: &[u8]) -> bool {
    const HIGH: u128 = 0x8080_8080_8080_8080_8080_8080_8080_8080;
    if let Some(last) = text.last_chunk() {
        let block = |block: &[u8]| u128::from_ne_bytes(block.try_into().unwrap_or_default());
        let blocks = text.chunks_exact(16).map(block);
        return blocks.fold(u128::from_ne_bytes(*last), |all, block| all | block) & HIGH == 0;
    }
    if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        return (u64::from_ne_bytes(*first) | u64::from_ne_bytes(*last)) & HIGH as u64 == 0;
    }
    text.iter().fold(0, |all, byte| all | byte) < 0x80
}

/// Adds a character, whether it is one or not (`WRITE_UTF8`).
fn push(bytes: &mut Vec<u8>, character: u32) {
    let last = |shift: u32| 0x80 | (character >> shift & 0x3f) as u8;
    match character {
        0..0x80 => bytes.push(character as u8),
        0x80..0x800 => bytes.extend([0xc0 | (character >> 6 & 0x1f) as u8, last(0)]),
        0x800..0x1_0000 => {
            bytes.extend([0xe0 | (character >> 12 & 0x0f) as u8, last(6), last(0)]);
        }
        _ => {
            let first = 0xf0 | (character >> 18 & 0x07) as u8;
            bytes.extend([first, last(12), last(6), last(0)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_that_is_no_ascii_is_found_wherever_it_is() {
        for length in 0..70 {
            let text = &mut [0x7f; 70][..length];
            assert!(is_ascii(text));
            for at in 0..length {
                text[at] = 0x80;
                assert!(!is_ascii(text), "{at} of {length}");
                text[at] = 0x7f;
            }
        }
    }

    #[test]
    fn text_that_is_none() {
        let is_valid = |text: &[u8]| TextEncoding::Utf8.is_valid(text);
        for text in ["", "a\0b", "\u{e9}\u{20ac}\u{1f980}", "\u{d7ff}\u{e000}"] {
            assert!(is_valid(text.as_bytes()));
            let mut wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert!(TextEncoding::Utf16Le.is_valid(&wide));
            wide.push(b'a');
            assert!(!TextEncoding::Utf16Le.is_valid(&wide));
        }
        // Latin-1, a character cut off, one written with more bytes than it takes, and half a pair.
        let invalid: [&[u8]; 4] = [b"caf\xe9", b"\xe2\x82", b"\xc0\xaf", b"\xed\xa0\x80"];
        for text in invalid {
            assert!(!is_valid(text), "{text:x?}");
        }
        let wide = |units: &[u16]| -> Vec<u8> {
            units.iter().copied().flat_map(u16::to_be_bytes).collect()
        };
        let is_valid = |units: &[u16]| TextEncoding::Utf16Be.is_valid(&wide(units));
        assert!(is_valid(&[0x61, 0xd83e, 0xdd80]));
        assert!(!is_valid(&[0x61, 0xd83e]));
        assert!(!is_valid(&[0xd83e, 0x61]));
        assert!(!is_valid(&[0xdd80, 0xd83e]));
    }

    #[test]
    fn text_of_every_encoding() {
        let text = "a\u{e9}\u{20ac}\u{1f980}";
        let wide = |bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            text.encode_utf16().flat_map(bytes).collect()
        };
        let utf8 = |encoding: TextEncoding, bytes: &[u8]| encoding.utf8(bytes).into_owned();
        assert_eq!(utf8(TextEncoding::Utf8, b"a\xff"), b"a\xff");
        assert_eq!(
            utf8(TextEncoding::Utf16Le, &wide(u16::to_le_bytes)),
            text.as_bytes()
        );
        assert_eq!(
            utf8(TextEncoding::Utf16Be, &wide(u16::to_be_bytes)),
            text.as_bytes()
        );
        assert_eq!(utf8(TextEncoding::Utf16Be, &[0, b'a', 0]), b"a");
        // Half a pair at the end, and one before a letter.
        assert_eq!(utf8(TextEncoding::Utf16Be, &[0xd8, 0]), [0xed, 0xa0, 0x80]);
        assert_eq!(
            utf8(TextEncoding::Utf16Be, &[0xd8, 0, 0, b'a']),
            [0xf0, 0x90, 0x81, 0xa1]
        );
    }
}
