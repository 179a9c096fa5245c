use std::borrow::Cow;
use std::cmp::Ordering;

use stillframe_database::TextEncoding;
use stillframe_schema::Collation;

/// Compares text in the encoding of a database. How an application's own collation compares is not known: such text is
/// compared by its bytes.
pub(super) fn compare_text(
    left: &[u8],
    right: &[u8],
    collation: &Collation,
    encoding: TextEncoding,
) -> Ordering {
    match collation {
        Collation::Binary | Collation::Other(_) => left.cmp(right),
        Collation::NoCase => no_case(&utf8(left, encoding), &utf8(right, encoding)),
        Collation::RTrim => {
            let (left, right) = (utf8(left, encoding), utf8(right, encoding));
            trimmed(&left).cmp(trimmed(&right))
        }
    }
}

/// SQLite stops at a NUL, and then the longer text is the larger (`nocaseCollatingFunc` in `main.c`).
fn no_case(left: &[u8], right: &[u8]) -> Ordering {
    for (left, right) in left.iter().zip(right) {
        let (left, right) = (left.to_ascii_lowercase(), right.to_ascii_lowercase());
        if left != right {
            return left.cmp(&right);
        }
        if left == 0 {
            break;
        }
    }
    left.len().cmp(&right.len())
}

fn trimmed(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|&byte| byte != b' ');
    let end = end.map_or(0, |last| last + 1);
    text.get(..end).unwrap_or_default()
}

/// The text in UTF-8, as SQLite makes it (`READ_UTF16LE` in `utf.c`): half of a surrogate pair takes what follows it for
/// the other half.
pub(super) fn utf8(text: &[u8], encoding: TextEncoding) -> Cow<'_, [u8]> {
    let unit: fn([u8; 2]) -> u16 = match encoding {
        TextEncoding::Utf16Le => u16::from_le_bytes,
        TextEncoding::Utf16Be => u16::from_be_bytes,
        _ => return Cow::Borrowed(text),
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
