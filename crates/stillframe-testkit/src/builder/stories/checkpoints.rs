//! What checkpoints leave behind: older generations, and databases that are ahead of a part of their WAL.

use super::fill;
use crate::builder::{Plan, Set, SetBuilder};
use crate::naive::{self, FRAME_HEADER, WAL_HEADER, be32};

/// Everything checkpointed, then one small commit over the beginning of the WAL.
pub fn older_generation() -> Set {
    let mut set = filled("older-generation");
    updates(&mut set, 8);
    assert_eq!(set.checkpoint("PASSIVE").0, 0);
    set.commit("UPDATE t SET v = 'newest' WHERE id = 1");
    let set = set.copy();
    assert_eq!(generations(&set).len(), 2);
    set
}

/// Three generations, each shorter than the one before it.
pub fn three_generations() -> Set {
    let mut set = filled("three-generations");
    for (round, commits) in [9, 5, 2].into_iter().enumerate() {
        updates(&mut set, commits);
        if round < 2 {
            assert_eq!(set.checkpoint("FULL").0, 0);
        }
    }
    let set = set.copy();
    assert_eq!(generations(&set).len(), 3);
    set
}

/// Checkpointed with RESTART and no commit since: the WAL still holds what the database already has.
pub fn reset_without_commit() -> Set {
    let mut set = filled("reset-without-commit");
    updates(&mut set, 3);
    assert_eq!(set.checkpoint("RESTART").0, 0);
    set.copy()
}

/// A reader at an older commit let the checkpoint copy only a part.
pub fn held_back_by_a_reader() -> Set {
    let mut set = filled("held-back-by-a-reader");
    updates(&mut set, 3);
    let reader = set.reader();
    updates(&mut set, 4);
    let (_, frames, done) = set.checkpoint("PASSIVE");
    assert!(0 < done && done < frames, "{done} of {frames} frames");
    let copy = set.copy();
    reader.close().unwrap();
    copy
}

/// Everything checkpointed and the WAL still whole.
pub fn complete_but_kept() -> Set {
    let mut set = filled("complete-but-kept");
    updates(&mut set, 4);
    assert_eq!(set.checkpoint("PASSIVE").0, 0);
    set.copy()
}

fn filled(name: &str) -> SetBuilder {
    let mut set = SetBuilder::new(name, &Plan::with_page_size(512));
    fill(&mut set, 60, 30);
    set.checkpoint("TRUNCATE");
    set
}

fn updates(set: &mut SetBuilder, commits: u32) {
    for commit in 1..=commits {
        set.commit(&format!(
            "UPDATE t SET v = v || '{commit}' WHERE id = {}",
            commit * 6
        ));
    }
}

/// The salt-1 values in the WAL's slots, newest first.
fn generations(set: &Set) -> Vec<u32> {
    let page_size = naive::accept(&set.wal).unwrap().page_size as usize;
    let mut salts: Vec<u32> = set.wal[WAL_HEADER..]
        .chunks_exact(FRAME_HEADER + page_size)
        .map(|slot| be32(slot, 8))
        .collect();
    salts.dedup();
    salts
}
