//! Databases that shrink, and pages that are taken and given back.

use super::{fill, insert, insertion};
use crate::builder::{Plan, Set, SetBuilder};
use crate::naive;

/// `VACUUM` makes the database smaller inside the WAL.
pub fn vacuum_shrinks() -> Set {
    let mut set = SetBuilder::new("vacuum-shrinks", &Plan::with_page_size(512));
    fill(&mut set, 60, 60);
    set.checkpoint("TRUNCATE");
    set.commit("DELETE FROM t WHERE id > 10")
        .commit("VACUUM")
        .commit("UPDATE t SET v = 'small' WHERE id = 1");
    let set = set.copy();
    let sizes: Vec<u32> = naive::commits(&set.wal)
        .iter()
        .map(|commit| commit.page_count)
        .collect();
    assert!(sizes[0] > 2 * sizes[1], "{sizes:?}");
    set
}

/// Auto-vacuum: pointer-map pages, and a database that shrinks with each delete or when told to.
pub fn auto_vacuum(auto_vacuum: &'static str) -> Set {
    let plan = Plan {
        page_size: 512,
        auto_vacuum,
        ..Plan::default()
    };
    let mut set = SetBuilder::new(
        &format!("auto-vacuum-{}", auto_vacuum.to_lowercase()),
        &plan,
    );
    fill(&mut set, 300, 100);
    set.commit("DELETE FROM t WHERE id % 3 > 0")
        .commit("PRAGMA incremental_vacuum(5)");
    set.commit("PRAGMA incremental_vacuum")
        .commit("CREATE TABLE u(x); DROP TABLE t;");
    insert_into_u(&mut set);
    set.copy()
}

/// Large, then small, then large again, and only the last size is ever checkpointed.
pub fn shrinks_and_grows_again() -> Set {
    let mut set = SetBuilder::new("shrinks-and-grows-again", &Plan::with_page_size(512));
    fill(&mut set, 60, 100);
    set.commit("DELETE FROM t").commit("VACUUM");
    insert(&mut set, 90, 100);
    set.copy()
}

/// One transaction takes pages past the end of the file and frees them again, by delete, by drop and by savepoint.
pub fn grows_and_frees_at_once(auto_vacuum: &'static str, cache_size: u32) -> Set {
    let plan = Plan {
        page_size: 512,
        auto_vacuum,
        cache_size,
        ..Plan::default()
    };
    let name = format!(
        "grows-and-frees-at-once-{}-{cache_size}",
        auto_vacuum.to_lowercase()
    );
    let mut set = SetBuilder::new(&name, &plan);
    fill(&mut set, 10, 30);
    set.checkpoint("TRUNCATE");
    let many = insertion(200, 300);
    set.commit(&format!(
        "BEGIN; {many} DELETE FROM t WHERE id > 10; COMMIT"
    ));
    set.commit(
        "BEGIN; CREATE TABLE u(x); INSERT INTO u VALUES(zeroblob(40000)); DROP TABLE u; COMMIT",
    );
    set.commit(&format!(
        "BEGIN; SAVEPOINT s; {many} ROLLBACK TO s; INSERT INTO t(v) VALUES('kept'); COMMIT"
    ));
    set.commit("BEGIN; INSERT INTO t(v) VALUES(zeroblob(90000)); DELETE FROM t WHERE length(v) > 1000; COMMIT");
    set.commit("BEGIN; CREATE TABLE w(x); INSERT INTO w VALUES(zeroblob(200000)); DELETE FROM w; INSERT INTO w VALUES(1); COMMIT");
    set.commit(&format!("BEGIN; {many} SAVEPOINT s; DELETE FROM t WHERE id > 10; {many} ROLLBACK TO s; DELETE FROM t WHERE id > 40; COMMIT"));
    set.copy()
}

fn insert_into_u(set: &mut SetBuilder) {
    set.commit("INSERT INTO u VALUES(zeroblob(3000)), (zeroblob(100))");
}
