//! The stories: each makes one set that shows one thing.

pub mod checkpoints;
pub mod customers;
pub mod misfits;
pub mod shapes;
pub mod transactions;
pub mod vacuum;

use super::{Set, SetBuilder};

/// Every story whose WAL belongs to its database, some of them in several variants.
pub fn all() -> Vec<Set> {
    let mut sets = Vec::new();
    for page_size in [512, 1024, 2048, 4096, 8192, 16384, 32768, 65536] {
        sets.push(shapes::page_size(page_size));
    }
    sets.push(shapes::big_endian());
    for (page_size, reserved) in [(512, 7), (512, 32), (1024, 8), (1024, 16), (1024, 80)] {
        sets.push(shapes::reserved_bytes(page_size, reserved));
    }
    sets.push(shapes::encoding("UTF-16le"));
    sets.push(shapes::encoding("UTF-16be"));
    sets.push(shapes::content_only_in_wal());
    sets.push(shapes::page_1_never_in_wal());
    sets.push(vacuum::vacuum_shrinks());
    sets.push(vacuum::auto_vacuum("FULL"));
    sets.push(vacuum::auto_vacuum("INCREMENTAL"));
    sets.push(vacuum::shrinks_and_grows_again());
    for auto_vacuum in ["NONE", "FULL", "INCREMENTAL"] {
        for cache_size in [5, 2000] {
            sets.push(vacuum::grows_and_frees_at_once(auto_vacuum, cache_size));
        }
    }
    sets.push(transactions::spilled());
    sets.push(transactions::unfinished_spill());
    sets.push(transactions::uncommitted_tail());
    sets.push(transactions::savepoint_rolled_back());
    sets.push(transactions::rolled_back_update());
    sets.push(checkpoints::older_generation());
    sets.push(checkpoints::three_generations());
    sets.push(checkpoints::reset_without_commit());
    sets.push(checkpoints::held_back_by_a_reader());
    sets.push(checkpoints::complete_but_kept());
    sets
}

/// `count` rows in a table `t(id, v)` with an index on `v`; `v` is `length` characters long.
fn fill(set: &mut SetBuilder, count: u32, length: u32) {
    set.commit("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT); CREATE INDEX ti ON t(v);");
    insert(set, count, length);
}

/// One commit of `count` more rows.
fn insert(set: &mut SetBuilder, count: u32, length: u32) {
    set.commit(&insertion(count, length));
}

/// The SQL of `count` more rows.
fn insertion(count: u32, length: u32) -> String {
    format!(
        "INSERT INTO t(v) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) \
         SELECT substr(printf('%04d%0{length}d', i, i), 1, {length}) FROM n;"
    )
}
