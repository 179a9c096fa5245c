//! WAL909: the header of a commit frame stands over the page of an older generation.

use crate::builder::stories;
use crate::cases::{Case, material};
use crate::naive::{self, put32};

pub fn case() -> Case {
    let mut set = material::fixed(stories::checkpoints::older_generation());
    let accepted = naive::accept(&set.wal).unwrap();
    let frame = material::frame(&set.wal, accepted.mx_frame + 1);
    let header = [
        2,
        accepted.page_count,
        accepted.salts.0,
        accepted.salts.1,
        0x0bad_cafe,
        0x0dec_ade5,
    ];
    for (word, value) in header.into_iter().enumerate() {
        put32(&mut set.wal, frame + 4 * word, value);
    }
    Case::good(
        "good/commit-half-written",
        "The header of a commit frame was written, its page was not.",
        "good/older-generation-slack, the first frame header behind the log set to that of a commit",
        material::files(set),
    )
}
