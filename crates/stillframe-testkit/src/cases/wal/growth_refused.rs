//! WAL202: the last commit makes the database 1,000 pages large, far more than database and WAL hold.

use crate::cases::{Case, Sqlite, material};
use crate::naive::{accept, put32};
use crate::rewrite::seal_frames;

pub fn case() -> Case {
    Case::bad(
        "bad/WAL202-growth-refused",
        "The last commit makes the database 1,000 pages large, far more than database and WAL hold.",
        "good/live-wal, that size in the last commit frame and in its page 1, the sums recomputed",
        Sqlite::Complains,
        material::live_but(|wal| {
            let frames = accept(wal).unwrap().frames;
            let first = material::commit_frame(wal, 5) + 1;
            let page_1 = first
                + frames[first - 1..]
                    .iter()
                    .position(|frame| frame.page == 1)
                    .unwrap();
            let (page_1, last) = (
                material::frame(wal, page_1),
                material::frame(wal, frames.len()),
            );
            put32(wal, page_1 + 24 + 28, 1000);
            put32(wal, last + 4, 1000);
            seal_frames(wal, first..=frames.len());
        }),
    )
}
