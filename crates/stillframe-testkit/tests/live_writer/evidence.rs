//! Whether the files of a copy show that its database is of another moment than its WAL: read in the most obvious way.

use std::collections::BTreeMap;

use stillframe_testkit::naive::{FRAME_HEADER, WAL_HEADER, accept, be32, checksum};

use super::support::Copy;

/// Whether a page of which the present generation has no frame is not in the database file as the generation before left it,
/// and the frame of that is still in the WAL.
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
    left.into_iter().any(|(page, left)| {
        let start = (page as usize - 1) * size;
        let held = copy.database.get(start..start + size);
        // Of a page of the present generation nothing tells whether the file has an older or a newer one.
        let has_page = |slot: &&[u8]| be32(slot, 0) == page && slot[8..12] == wal[16..20];
        held.is_some_and(|held| held != left) && !slots.iter().any(has_page)
    })
}
