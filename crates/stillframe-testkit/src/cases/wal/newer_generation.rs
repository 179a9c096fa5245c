//! WAL107: a WAL that was begun anew while it was copied.

use crate::cases::{Case, Sqlite, material};
use crate::naive::{Writer, be32};

pub fn case() -> Case {
    Case::bad(
        "bad/WAL107-newer-generation",
        "Behind the third commit stand frames of after the WAL was begun anew: it was copied from the front while that happened.",
        "good/live-wal; the frames behind the third commit are those of a second WAL, with the same pages and the salts of a reset",
        Sqlite::Content,
        material::live_but(|wal| {
            let (salt1, salt2) = (be32(wal, 16), be32(wal, 20));
            let mut newer = Writer::new(512, (salt1 + 1, salt2 ^ 0x5a5a_5a5a), be32(wal, 12) + 1);
            for frame in wal[32..].chunks_exact(536) {
                newer.frame(be32(frame, 0), &frame[24..], be32(frame, 4));
            }
            let newer = newer.into_bytes();
            let third = material::commit_frame(wal, 3);
            let end = material::frame(wal, third + 1);
            wal[end..].copy_from_slice(&newer[end..]);
        }),
    )
}
