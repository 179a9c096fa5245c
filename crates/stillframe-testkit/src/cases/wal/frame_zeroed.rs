//! WAL105: a frame in the third of six commits is zeros, and three intact commits are behind it.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/WAL105-frame-zeroed",
        "A frame in the third of six commits is zeros, and three intact commits are behind it.",
        "good/live-wal, that frame and its page set to 0",
        Sqlite::Content,
        material::live_but(|wal| {
            let frame = material::frame(wal, material::commit_frame(wal, 3));
            wal[frame..frame + 24 + 512].fill(0);
        }),
    )
}
