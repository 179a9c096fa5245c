//! WAL203: a page of the last commit is neither in the WAL nor in the database.

use crate::cases::{Case, Sqlite, material};
use crate::naive::accept;
use crate::rewrite::seal_frames;

pub fn case() -> Case {
    Case::bad(
        "bad/WAL203-page-missing",
        "A page of the last commit is neither in the WAL nor in the database.",
        "good/live-wal without the last frame but one, the sums recomputed",
        Sqlite::Refuses(10),
        material::live_but(|wal| {
            let frames = accept(wal).unwrap().frames.len();
            let (from, to) = (
                material::frame(wal, frames - 1),
                material::frame(wal, frames),
            );
            wal.drain(from..to);
            seal_frames(wal, frames - 1..=frames - 1);
        }),
    )
}
