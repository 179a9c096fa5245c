//! WAL101: one bit of a frame in the third of six commits is wrong, and three intact commits are behind it.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/WAL101-frame-checksum-mismatch",
        "One bit of a frame in the third of six commits is wrong, and three intact commits are behind it.",
        "good/live-wal, one bit of that page flipped",
        Sqlite::Content,
        material::live_but(|wal| {
            let frame = material::frame(wal, material::commit_frame(wal, 3));
            wal[frame + 24 + 300] ^= 4;
        }),
    )
}
