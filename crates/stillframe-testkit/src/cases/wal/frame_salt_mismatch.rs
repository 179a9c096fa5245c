//! WAL102: a frame in the third of six commits has a wrong salt-2.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/WAL102-frame-salt-mismatch",
        "A frame in the third of six commits has a wrong salt-2.",
        "good/live-wal, one bit of that salt flipped",
        Sqlite::Content,
        material::live_but(|wal| {
            let frame = material::frame(wal, material::commit_frame(wal, 3));
            wal[frame + 15] ^= 4;
        }),
    )
}
