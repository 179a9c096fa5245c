//! WAL106: noise where the WAL's last commits were.

use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    Case::bad(
        "bad/WAL106-unexplained-slots",
        "Noise stands where the last three commits were, and no generation of this WAL can have left it there.",
        "good/live-wal, everything behind the third commit overwritten by the top bytes of a linear congruence",
        Sqlite::Content,
        material::live_but(|wal| {
            let third = material::commit_frame(wal, 3);
            let end = material::frame(wal, third + 1);
            let mut state = 106u32;
            for byte in &mut wal[end..] {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                *byte = (state >> 24) as u8;
            }
        }),
    )
}
