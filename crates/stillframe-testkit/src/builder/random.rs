//! Random histories: every choice comes from one seed.

use std::fmt::Write;

use super::{Plan, Seed, Set, SetBuilder};

/// A set with a random history: page size, auto-vacuum, reserved bytes, cache size, and some twenty steps of inserts,
/// updates, deletes, savepoints, vacuums, schema changes, checkpoints and rolled-back transactions.
pub fn random_set(seed: u64) -> Set {
    let mut choose = Seed(seed);
    let page_size = choose.pick(&[512, 512, 1024, 1024, 2048, 4096, 8192]);
    let plan = Plan {
        page_size,
        reserved: choose.pick(&[0, 0, 0, 1, 8, 16, 32]),
        auto_vacuum: choose.pick(&["NONE", "NONE", "FULL", "INCREMENTAL"]),
        encoding: choose.pick(&["UTF-8", "UTF-8", "UTF-16le", "UTF-16be"]),
        cache_size: choose.pick(&[5, 8, 2000]),
        journal_mode: "WAL",
    };
    let mut set = SetBuilder::new(&format!("random-{seed}"), &plan);
    set.commit("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT, b BLOB); CREATE INDEX ti ON t(v);");
    for step in 0..8 + choose.below(20) {
        match choose.below(20) {
            0 => drop(set.checkpoint("PASSIVE")),
            1 => drop(set.checkpoint("RESTART")),
            2 if step % 3 == 0 => drop(set.checkpoint("TRUNCATE")),
            3 => {
                let reader = set.reader();
                set.commit(&change(&mut choose));
                set.checkpoint("PASSIVE");
                reader.close().unwrap();
            }
            4 => drop(set.commit(choose.pick(&[
                "VACUUM",
                "PRAGMA incremental_vacuum(3)",
                "PRAGMA incremental_vacuum",
                "REINDEX",
            ]))),
            5 => {
                let name = choose.below(1000);
                set.commit(&format!("CREATE TABLE IF NOT EXISTS w{name}(a, b, PRIMARY KEY(b, a)) WITHOUT ROWID; INSERT OR IGNORE INTO w{name} SELECT id, v FROM t"));
            }
            6 => {
                set.sql(&format!(
                    "BEGIN; {} {} ROLLBACK",
                    change(&mut choose),
                    change(&mut choose)
                ));
            }
            _ => {
                let changes = transaction(&mut choose);
                set.commit(&changes);
            }
        }
    }
    if choose.below(3) == 0 {
        set.sql(&format!(
            "BEGIN; {} {}",
            change(&mut choose),
            change(&mut choose)
        ));
    }
    set.copy()
}

fn transaction(choose: &mut Seed) -> String {
    let mut sql = "BEGIN; ".to_owned();
    for _ in 0..=choose.below(4) {
        let inner = change(choose);
        match choose.below(5) {
            0 => write!(sql, "SAVEPOINT s; {inner} ROLLBACK TO s; RELEASE s; ").unwrap(),
            1 => write!(sql, "SAVEPOINT s; {inner} RELEASE s; ").unwrap(),
            _ => sql.push_str(&inner),
        }
    }
    sql + "COMMIT"
}

fn change(choose: &mut Seed) -> String {
    let (some, at) = (1 + choose.below(30), 1 + choose.below(60));
    let (length, tag) = (
        choose.pick(&[5, 20, 90, 400, 3000]),
        choose.bits() % 1_000_000,
    );
    match choose.below(6) {
        0..=2 => format!(
            "INSERT INTO t(v, b) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {some}) \
             SELECT '{tag}-' || i, zeroblob({length} + i) FROM n; "
        ),
        3 => format!(
            "UPDATE t SET v = '{tag}' || id, b = zeroblob({length}) WHERE id % {some} = 0; "
        ),
        4 => format!("DELETE FROM t WHERE id BETWEEN {at} AND {at} + {some}; "),
        _ => format!("UPDATE t SET v = v || '{tag}' WHERE id >= {at}; "),
    }
}
