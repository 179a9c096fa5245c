//! Whether the files of a copy show that its database is of another moment than its WAL: read in the most obvious way.

use std::collections::BTreeMap;
use std::ops::Range;

use stillframe_testkit::naive::{FRAME_HEADER, WAL_HEADER, accept, be32, checksum};

use super::support::Copy;

/// Whether a page is in the database file neither as the generation before left it, of which the frame is still in the WAL,
/// nor as a commit of the present one wrote it.
///
/// A checkpoint brings all of a WAL into the file before it is begun anew, and its frames are written over from the front:
/// so the last frame of a page that is left of that generation is what the file had then, and has still.
pub fn shows_other_moments(copy: &Copy) -> bool {
    let Some(wal) = &copy.wal else {
        return false;
    };
    let Some(accepted) = accept(wal) else {
        return false;
    };
    let size = accepted.page_size as usize;
    // So a WAL ends that journal_size_limit has cut: later frames of the generation before may have been there.
    if !(wal.len() - WAL_HEADER).is_multiple_of(FRAME_HEADER + size) {
        return false;
    }
    let slots: Vec<&[u8]> = wal[WAL_HEADER..]
        .chunks_exact(FRAME_HEADER + size)
        .collect();
    let (mut left, mut pending) = (BTreeMap::new(), Vec::new());
    for (before, slot) in slots
        .iter()
        .zip(slots.iter().skip(1))
        .skip(accepted.frames.len())
    {
        let is_before = be32(slot, 8) == accepted.salts.0.wrapping_sub(1);
        let sum = (be32(before, 16), be32(before, 20));
        let sum = checksum(accepted.big_endian, sum, &slot[..8]);
        let sum = checksum(accepted.big_endian, sum, &slot[FRAME_HEADER..]);
        let is_chained = before[8..16] == slot[8..16] && sum == (be32(slot, 16), be32(slot, 20));
        // Written after what stands in front of it was read: newer frames of the generation before may have been there.
        if slot[8..16] == wal[16..24] {
            left.clear();
        }
        if !is_before || !is_chained {
            pending.clear();
            continue;
        }
        pending.push((be32(slot, 0), &slot[FRAME_HEADER..]));
        // What is behind the last commit was rolled back.
        if be32(slot, 4) != 0 {
            left.extend(pending.drain(..));
        }
    }
    let log = &slots[..accepted.mx_frame];
    left.into_iter().any(|(page, left)| {
        let start = (page as usize - 1) * size;
        let Some(held) = copy.database.get(start..start + size) else {
            return false;
        };
        let is_of_page = |slot: &&&[u8]| be32(slot, 0) == page;
        let written = log
            .iter()
            .filter(is_of_page)
            .map(|slot| &slot[FRAME_HEADER..]);
        let all: Vec<&[u8]> = written.chain([left]).collect();
        // Of a page that was being written a part is as before.
        let is_one_of_them = |sector: Range<usize>| {
            all.iter()
                .any(|page| page[sector.clone()] == held[sector.clone()])
        };
        !(0..size / 512).all(|sector| is_one_of_them(sector * 512..(sector + 1) * 512))
    })
}
