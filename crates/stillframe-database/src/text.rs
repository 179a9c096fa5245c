use alloc::borrow::Cow;
use alloc::vec::Vec;

use crate::TextEncoding;

impl TextEncoding {
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
