//! Whether a file ends as a zip does: one that unpacks itself begins with a program.
//!
//! | offset | size | field of the end (APPNOTE, section 4.3.16) |
//! |---|---|---|
//! | 0 | 4 | signature `PK\\5\\6` |
//! | 12 | 4 | bytes of the directory |
//! | 20 | 2 | length of the comment, with which the archive ends |

use stillframe_source::Source;

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
        .filter(|&at| {
            tail.get(at..)
                .is_some_and(|end| end.starts_with(b"PK\x05\x06"))
        })
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
