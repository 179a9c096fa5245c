//! WAL103: a frame in the third of six commits names page 0.

use crate::cases::{Case, Sqlite, material};
use crate::naive::{accept, put32};
use crate::rewrite::seal_frames;

pub fn case() -> Case {
    Case::bad(
        "bad/WAL103-page-number-zero",
        "A frame in the third of six commits names page 0.",
        "good/live-wal, that page number set to 0, the sums from there recomputed",
        Sqlite::Content,
        material::live_but(|wal| {
            let frames = accept(wal).unwrap().frames.len();
            let zeroed = material::commit_frame(wal, 2) + 1;
            let offset = material::frame(wal, zeroed);
            put32(wal, offset, 0);
            seal_frames(wal, zeroed..=frames);
        }),
    )
}
