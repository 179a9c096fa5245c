//! Large, unfinished and undone transactions, and what they leave in the WAL.

use super::{fill, insertion};
use crate::builder::{Plan, Set, SetBuilder};
use crate::naive::{self, FRAME_HEADER, WAL_HEADER, be32};

/// A transaction larger than the cache: its frames reach the WAL before the commit, some pages several times.
pub fn spilled() -> Set {
    let mut set = small_cache("spilled-transaction");
    let twice = "UPDATE t SET v = v || 'y' WHERE id % 7 = 0;";
    set.commit(&format!(
        "BEGIN; UPDATE t SET v = v || 'x'; {twice} {} COMMIT",
        insertion(20, 90)
    ));
    set.commit("UPDATE t SET v = 'after' WHERE id = 1");
    set.copy()
}

/// Copied in the middle of a transaction: once SQLite rewrites a spilled frame, the frames behind it have salts and
/// sums of zero.
pub fn unfinished_spill() -> Set {
    let mut set = small_cache("unfinished-spill");
    set.commit("UPDATE t SET v = 'committed' WHERE id = 1");
    set.sql("BEGIN; UPDATE t SET v = v || 'x'; UPDATE t SET v = v || 'y' WHERE id % 7 = 0; UPDATE t SET v = v || 'z';");
    let set = set.copy();
    let slots = set.wal[WAL_HEADER..].chunks_exact(FRAME_HEADER + 512);
    let zero_salted = slots
        .filter(|slot| (be32(slot, 8), be32(slot, 12)) == (0, 0))
        .count();
    assert!(zero_salted > 10, "{zero_salted} frames have no salts");
    set
}

/// Copied in the middle of a transaction: sound frames without a commit.
pub fn uncommitted_tail() -> Set {
    let set = without_index("uncommitted-tail");
    set.sql("BEGIN; UPDATE t SET v = replace(v, '0', 'o');");
    let set = set.copy();
    let accepted = naive::accept(&set.wal).unwrap();
    assert!(
        accepted.frames.len() > accepted.mx_frame + 5,
        "{accepted:?}"
    );
    set
}

/// A savepoint undone inside a transaction that spilled and then committed.
pub fn savepoint_rolled_back() -> Set {
    let mut set = small_cache("savepoint-rolled-back");
    let inner = format!("UPDATE t SET v = v || 'lost'; {}", insertion(60, 90));
    set.commit(&format!(
        "BEGIN; UPDATE t SET v = 'kept' WHERE id < 9; SAVEPOINT s; {inner} ROLLBACK TO s; COMMIT"
    ));
    set.commit("UPDATE t SET v = 'after' WHERE id = 2");
    set.copy()
}

/// A spilled update undone as a whole, then one small commit: most frames carry the current salts but are no part of
/// the log.
pub fn rolled_back_update() -> Set {
    let mut set = without_index("rolled-back-update");
    set.sql("BEGIN; UPDATE t SET v = replace(v, '0', 'o'); ROLLBACK;");
    set.commit("UPDATE t SET v = 'after' WHERE id = 1");
    let set = set.copy();
    let accepted = naive::accept(&set.wal).unwrap();
    let newest = (be32(&set.wal, 16), be32(&set.wal, 20));
    let slots = set.wal[WAL_HEADER..].chunks_exact(FRAME_HEADER + 512);
    let salted = slots
        .filter(|slot| (be32(slot, 8), be32(slot, 12)) == newest)
        .count();
    assert!(
        salted > accepted.frames.len() + 5,
        "{salted} frames, {} accepted",
        accepted.frames.len()
    );
    set
}

/// Here an update that keeps the length touches each page once, so that no spilled frame is rewritten and loses its
/// salts.
fn without_index(name: &str) -> SetBuilder {
    let mut set = small_cache(name);
    set.sql("DROP INDEX ti").checkpoint("TRUNCATE");
    set.commit("INSERT INTO t(v) VALUES('second')");
    set
}

fn small_cache(name: &str) -> SetBuilder {
    let mut set = SetBuilder::new(
        name,
        &Plan {
            page_size: 512,
            cache_size: 5,
            ..Plan::default()
        },
    );
    fill(&mut set, 60, 90);
    set.checkpoint("TRUNCATE");
    set.commit("INSERT INTO t(v) VALUES('first')");
    set
}
