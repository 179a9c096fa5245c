//! A WAL that was written to while it was copied, from its front to its end, within a read transaction: no checkpoint can
//! change what that sees, and SQLite shows of the copy the moment at which it was begun.

use crate::builder::{Plan, Set, SetBuilder};
use crate::cases::{Case, Files, Sqlite, material};
use crate::naive;

pub fn cases() -> Vec<Case> {
    vec![
        Case {
            path: "sets/wal-copied-while-rolled-back",
            what: "The WAL was copied while a transaction was rolled back and others were written over its frames.",
            made: "SQLite: the beginning of the WAL copied before the ROLLBACK, the rest two commits later",
            sqlite: Sqlite::Content,
            expects: vec!["WAL101"],
            files: while_rolled_back().0,
        },
        Case {
            path: "sets/wal-copied-while-appended",
            what: "The WAL was copied while commits were written over frames of the generation before.",
            made: "SQLite: the beginning of the WAL copied one commit after a checkpoint, the rest eight commits later",
            sqlite: Sqlite::Content,
            expects: Vec::new(),
            files: while_appended().0,
        },
    ]
}

/// What the live connection showed when each of the copies was begun.
pub fn truths() -> [String; 2] {
    [while_rolled_back().1, while_appended().1]
}

fn while_rolled_back() -> (Files, String) {
    let mut set = filled(5);
    set.commit("UPDATE orders SET cents = 4100 WHERE id = 1");
    copied(
        set,
        |set| {
            set.sql("BEGIN; UPDATE orders SET item = upper(item) WHERE id <= 120");
        },
        |set| {
            set.sql("ROLLBACK");
            set.commit("UPDATE orders SET cents = cents + 1");
            set.commit("UPDATE orders SET cents = cents + 2 WHERE id % 9 = 0");
        },
        |frames| frames / 2,
    )
}

fn while_appended() -> (Files, String) {
    let mut set = filled(2000);
    let update = |set: &mut SetBuilder, id: u32| {
        set.commit(&format!("UPDATE orders SET cents = 100 WHERE id = {id}"));
    };
    (0..12).for_each(|number| update(&mut set, 1 + 13 * number));
    set.checkpoint("RESTART");
    update(&mut set, 150);
    copied(
        set,
        |_| (),
        |set| (0..8).for_each(|number| update(set, 2 + 13 * number)),
        |frames| frames + 3,
    )
}

/// The set, once `before` and `after` were done to it: of the WAL so many frames were copied in between. And what there was
/// to see before.
fn copied(
    mut set: SetBuilder,
    before: impl FnOnce(&mut SetBuilder),
    after: impl FnOnce(&mut SetBuilder),
    frames: impl FnOnce(usize) -> usize,
) -> (Files, String) {
    let reader = set.reader();
    let (database, truth) = (set.file(""), set.content());
    before(&mut set);
    let front = set.file("-wal");
    after(&mut set);
    let accepted = naive::accept(&front).expect("it begins as a WAL");
    let copied = material::frame(&front, frames(accepted.frames.len()) + 1);
    let mut wal = set.file("-wal");
    wal[..copied].copy_from_slice(&front[..copied]);
    drop(reader);
    let copy = Set {
        database,
        wal,
        ..set.copy()
    };
    (material::files(material::fixed(copy)), truth)
}

fn filled(cache_size: u32) -> SetBuilder {
    let plan = Plan {
        cache_size,
        ..Plan::with_page_size(512)
    };
    let mut set = SetBuilder::new("while-written", &plan);
    set.commit(material::TABLE)
        .commit(material::ROWS)
        .commit(material::MORE_ROWS);
    set.checkpoint("TRUNCATE");
    set
}
