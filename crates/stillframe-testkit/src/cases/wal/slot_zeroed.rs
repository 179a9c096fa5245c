//! WAL106: zeros in front of frames of an older generation.

use crate::builder::stories;
use crate::cases::{Case, Sqlite, material};
use crate::naive;

pub fn case() -> Case {
    let mut set = material::fixed(stories::checkpoints::older_generation());
    let accepted = naive::accept(&set.wal).unwrap();
    let frame = material::frame(&set.wal, accepted.mx_frame + 1);
    set.wal[frame..frame + 24 + 512].fill(0);
    Case::bad(
        "bad/WAL106-slot-zeroed",
        "The slot behind the last commit is zeros, and frames of an older generation follow it.",
        "good/older-generation-slack, that slot set to 0",
        Sqlite::Content,
        material::files(set),
    )
}
