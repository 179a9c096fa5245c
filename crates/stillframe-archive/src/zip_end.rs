//! The end of a zip: whether a file ends as one does (one that unpacks itself begins with a program), and what stands there of
//! the directory.
//!
//! | offset | size | field of the end (APPNOTE, section 4.3.16) |
//! |---|---|---|
//! | 0 | 4 | signature `PK\\5\\6` |
//! | 10 | 2 | entries of the directory |
//! | 12 | 4 | bytes of the directory |
//! | 20 | 2 | length of the comment, with which the archive ends |
//!
//! Before that, and behind the directory, stands another record where a number may not fit, and 20 bytes that say where it is:
//!
//! | offset | size | field (section 4.3.14) |
//! |---|---|---|
//! | 0 | 4 | signature `PK\\6\\6` |
//! | 4 | 8 | bytes of the record behind this field |
//! | 32 | 8 | entries of the directory |
//! | 40 | 8 | bytes of the directory |

use std::ops::Range;

use stillframe_source::Source;

const END: [u8; 4] = *b"PK\x05\x06";
const WIDE_END: [u8; 4] = *b"PK\x06\x06";
/// Bytes of the record of wide numbers before those that it counts.
const WIDE_BEFORE: u64 = 12;
/// Bytes that say where the record of wide numbers is (section 4.3.15).
const LOCATOR_BYTES: u64 = 20;

/// Bytes of the end, without its comment.
const END_BYTES: usize = 22;

/// Bytes that the end and its comment fill at most.
const MOST: u64 = END_BYTES as u64 + u16::MAX as u64;

/// Whether the file ends as a zip archive does, whatever it begins with: with the end of a directory, whose first entry stands
/// as far before it as it says. A zip of more than 4 GiB, whose numbers stand elsewhere, is not known by that.
pub fn ends_as_zip(source: &Source) -> bool {
    let length = source.len();
    let from = length.saturating_sub(MOST);
    let Ok(tail) = source.window(from, (length - from) as usize) else {
        return false;
    };
    let begins_directory = |at: u64| {
        let mut signature = [0; 4];
        source.read_exact_at(at, &mut signature).is_ok() && signature == *b"PK\x01\x02"
    };
    let last = tail.len().checked_sub(END_BYTES);
    let Some(places) = last.map(|last| (0..=last).rev()) else {
        return false;
    };
    places
        .filter(|&at| tail.get(at..).is_some_and(|end| end.starts_with(&END)))
        .filter_map(|at| Some((at, tail.get(at..at + END_BYTES)?)))
        .any(|(at, end)| {
            let directory = u32::from_le_bytes([end[12], end[13], end[14], end[15]]);
            let comment = usize::from(u16::from_le_bytes([end[20], end[21]]));
            let at_in_file = from + at as u64;
            at + END_BYTES + comment == tail.len()
                && at_in_file
                    .checked_sub(directory.into())
                    .is_some_and(begins_directory)
        })
}

/// What stands behind the directory of a zip.
pub(crate) struct End {
    /// How many entries the directory has.
    pub(crate) entries: Declared,
    /// How many bytes it has.
    pub(crate) bytes: Declared,
    /// Where the archive ends with its comment, where that can be told.
    pub(crate) behind: Option<u64>,
}

/// A number that stands at the end of a zip.
pub(crate) struct Declared {
    pub(crate) value: u64,
    /// The bytes that it stands in.
    pub(crate) range: Range<u64>,
}

impl End {
    /// The end of an archive whose directory ends at `at`.
    pub(crate) fn read(source: &Source, at: u64) -> Option<Self> {
        let mut signature = [0; END.len()];
        source.read_exact_at(at, &mut signature).ok()?;
        match signature {
            END => Some(Self {
                entries: Declared::read(source, at, 10..12)?,
                bytes: Declared::read(source, at, 12..16)?,
                behind: behind(source, at),
            }),
            WIDE_END => {
                let length = Declared::read(source, at, 4..12)?.value;
                let end = [WIDE_BEFORE, length, LOCATOR_BYTES]
                    .iter()
                    .try_fold(at, |at, more| at.checked_add(*more));
                Some(Self {
                    entries: Declared::read(source, at, 32..40)?,
                    bytes: Declared::read(source, at, 40..48)?,
                    behind: end.and_then(|end| behind(source, end)),
                })
            }
            _ => None,
        }
    }
}

impl Declared {
    /// The number in some bytes, 8 at most, of what begins at `base`.
    fn read(source: &Source, base: u64, place: Range<u64>) -> Option<Self> {
        let range = base.checked_add(place.start)?..base.checked_add(place.end)?;
        let mut number = [0; 8];
        let length = (place.end - place.start) as usize;
        let bytes = number.get_mut(..length)?;
        source.read_exact_at(range.start, bytes).ok()?;
        Some(Self {
            value: u64::from_le_bytes(number),
            range,
        })
    }

    /// Whether it says that there are so many. What does not fit is counted from 0 again by writers that do not know of wider
    /// numbers.
    pub(crate) fn is(&self, there: u64) -> bool {
        let bits = 8 * (self.range.end - self.range.start) as u32;
        let fitting = 1_u64.checked_shl(bits).map_or(there, |most| there % most);
        self.value == fitting
    }
}

/// Where an archive ends whose end begins at `at`.
fn behind(source: &Source, at: u64) -> Option<u64> {
    let mut end = [0; END_BYTES];
    source.read_exact_at(at, &mut end).ok()?;
    let comment = u64::from(u16::from_le_bytes([end[20], end[21]]));
    end.starts_with(&END)
        .then_some(at + END_BYTES as u64 + comment)
}
