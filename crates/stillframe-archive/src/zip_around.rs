//! What stands around a zip in its file. In front there may be a program that unpacks it, but members of another archive are
//! to be told: of zips that were joined, only the last is read.

use std::ops::Range;

use stillframe_source::{Error, Source};

use crate::zip_directory::{HEADER, HEADER_BYTES};

/// Bytes looked through at once.
const WINDOW: u64 = 8 << 20;
/// The last version of the format that a header can need, times 10 (APPNOTE, section 4.4.3.2).
const LAST_VERSION: u8 = 63;
/// Longer names are none: no system has such.
const LONGEST_NAME: u16 = 4096;

/// Whether a member of a zip stands there: at the beginning by its signature alone, as the rest may be damaged, and elsewhere by
/// all of its header, as a program that unpacks holds the signature, too.
pub(crate) fn holds_member(source: &Source, range: Range<u64>) -> Result<bool, Error> {
    let mut at = range.start;
    while at < range.end {
        // The next window begins with what is too short for a signature at the end of this one.
        let length = (range.end - at).min(WINDOW);
        let window = source.window(at, length as usize)?;
        for place in signatures(&window) {
            let header = at + place as u64;
            if header == range.start || is_header(source, header, range.end)? {
                return Ok(true);
            }
        }
        if at + length == range.end {
            break;
        }
        at += length - (HEADER.len() as u64 - 1);
    }
    Ok(false)
}

/// Where the signature of a header stands.
fn signatures(bytes: &[u8]) -> impl Iterator<Item = usize> {
    let places = bytes.windows(HEADER.len()).enumerate();
    places.filter_map(|(at, four)| (four == HEADER).then_some(at))
}

/// Whether what begins there can be the header of a member that ends before `end` (section 4.3.7).
fn is_header(source: &Source, at: u64, end: u64) -> Result<bool, Error> {
    let mut head = [0; HEADER_BYTES];
    let behind = at.saturating_add(HEADER_BYTES as u64);
    if behind > end {
        return Ok(false);
    }
    source.read_exact_at(at, &mut head)?;
    let short = |at: usize| u16::from_le_bytes([head[at], head[at + 1]]);
    let (version, method, name) = (head[4], short(8), short(26));
    let is_known = matches!(method, 0..=20 | 93..=99);
    let is_name = (1..=LONGEST_NAME).contains(&name) && u64::from(name) <= end - behind;
    if !(is_known && is_name && version <= LAST_VERSION) {
        return Ok(false);
    }
    let mut name = vec![0; name.into()];
    source.read_exact_at(behind, &mut name)?;
    Ok(name.iter().all(|byte| *byte >= b' '))
}
