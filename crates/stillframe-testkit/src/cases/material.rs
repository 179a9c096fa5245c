//! The sound sets that the fixtures are cut from.

use crate::builder::{Plan, Set, SetBuilder};
use crate::naive::{self, put32};
use crate::rewrite;

/// The salts of every fixture.
pub const SALTS: (u32, u32) = (0x5711_f4a3, 0x0f1e_2d3c);

pub const TABLE: &str =
    "CREATE TABLE orders(id INTEGER PRIMARY KEY, customer TEXT, item TEXT, cents INTEGER);
    CREATE INDEX orders_by_customer ON orders(customer);";
pub const ROWS: &str = "INSERT INTO orders(customer, item, cents) VALUES
    ('Ada', 'lamp', 4200), ('Blaise', 'desk', 18900), ('Carl', 'chair', 7450), ('Emmy', 'shelf', 9900),
    ('Ada', 'bulb', 350), ('Srinivasa', 'notebook', 800), ('Sofja', 'ink', 1250), ('Leonhard', 'bridge, seven pieces', 70000);";

pub const MORE_ROWS: &str = "INSERT INTO orders SELECT NULL, customer, item, cents FROM orders, json_each('[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19]')";

/// A small sound database in rollback mode, pages of 512 bytes, with a free page.
pub fn rollback_mode() -> Vec<u8> {
    open_rollback_mode().close()
}

/// A small sound database in rollback mode, pages of 512 bytes: page 2 is the root of a table of so many rows.
pub fn readings(rows: u32) -> Vec<u8> {
    let set = SetBuilder::new("readings", &small_rollback_mode());
    set.sql("CREATE TABLE readings(id INTEGER PRIMARY KEY, value TEXT)")
        .sql(&format!(
            "WITH RECURSIVE ids(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM ids WHERE id < {rows})
            INSERT INTO readings SELECT id, printf('reading %d%.22c', id, '.') FROM ids"
        ));
    set.close()
}

fn open_rollback_mode() -> SetBuilder {
    let set = SetBuilder::new("rollback-mode", &small_rollback_mode());
    set.sql("CREATE TABLE spare(x)")
        .sql(TABLE)
        .sql(ROWS)
        .sql("DROP TABLE spare");
    set
}

fn small_rollback_mode() -> Plan {
    Plan {
        page_size: 512,
        journal_mode: "DELETE",
        ..Plan::default()
    }
}

/// A small database in rollback mode, pages of 512 bytes, that these statements made one after the other.
pub fn made_by(statements: &[&str]) -> Vec<(&'static str, Vec<u8>)> {
    let set = SetBuilder::new("made", &small_rollback_mode());
    for sql in statements {
        set.sql(sql);
    }
    vec![("app.db", set.close())]
}

/// A small sound database in WAL mode, closed cleanly.
pub fn wal_mode(page_size: u32) -> Vec<u8> {
    let mut set = SetBuilder::new("wal-mode", &Plan::with_page_size(page_size));
    set.commit(TABLE).commit(ROWS);
    set.close()
}

/// A small sound set: a checkpointed database, and a WAL of six commits of which the last makes it larger.
pub fn live() -> Set {
    live_with(&Plan::with_page_size(512))
}

/// As [`live`], for another plan.
pub fn live_with(plan: &Plan) -> Set {
    fixed(open_live(plan).copy())
}

/// The WAL of [`live`], and the database as it was two checkpoints later.
pub fn stale_wal() -> Vec<(&'static str, Vec<u8>)> {
    let mut set = open_live(&Plan::with_page_size(512));
    let wal = fixed(set.copy()).wal;
    set.checkpoint("TRUNCATE");
    set.commit("CREATE TABLE refunds(order_id INTEGER, cents INTEGER)");
    for order in 1..=6 {
        set.commit(&format!(
            "INSERT INTO refunds VALUES({order}, 100); UPDATE orders SET item = item || printf('%.150c', '!') WHERE id = {order}"
        ));
    }
    set.checkpoint("TRUNCATE");
    vec![("app.db", set.file("")), ("app.db-wal", wal)]
}

/// A database, and the WAL of another one with the same tables and fewer rows, to which two connections wrote.
pub fn other_database() -> Vec<(&'static str, Vec<u8>)> {
    let plan = Plan::with_page_size(512);
    let mut other = SetBuilder::new("other", &plan);
    other.commit(TABLE).commit(ROWS);
    other.checkpoint("TRUNCATE");
    let second = other.reader();
    second
        .execute_batch("COMMIT; UPDATE orders SET cents = 1 WHERE id = 1; PRAGMA user_version = 1")
        .expect("nobody holds a lock on the other database");
    other.commit("UPDATE orders SET cents = 2 WHERE id = 2");
    let wal = fixed(other.copy()).wal;
    let mut set = SetBuilder::new("database", &plan);
    set.commit(TABLE).commit(&format!("{ROWS} {MORE_ROWS}"));
    vec![("app.db", set.close()), ("app.db-wal", wal)]
}

/// A database copied before a checkpoint, and its WAL from after it, when one commit of a new generation was in it.
pub fn checkpoint_missed() -> Vec<(&'static str, Vec<u8>)> {
    let mut set = SetBuilder::new("checkpoint-missed", &Plan::with_page_size(512));
    set.commit(TABLE).commit(ROWS).commit(MORE_ROWS);
    set.checkpoint("TRUNCATE");
    for id in [1, 30, 60, 90] {
        set.commit(&format!("UPDATE orders SET cents = 100 WHERE id = {id}"));
    }
    let database = set.file("");
    set.checkpoint("RESTART");
    set.commit("UPDATE orders SET cents = 200 WHERE id = 120");
    vec![("app.db", database), ("app.db-wal", fixed(set.copy()).wal)]
}

/// A database copied before a checkpoint, and its WAL from two generations later: a frame of the first is behind the log.
pub fn one_frame_left() -> Vec<(&'static str, Vec<u8>)> {
    let mut set = SetBuilder::new("one-frame-left", &Plan::with_page_size(512));
    set.commit(TABLE).commit(ROWS).commit(MORE_ROWS);
    set.checkpoint("TRUNCATE");
    let update = |id: u32| format!("UPDATE orders SET cents = 100 WHERE id = {id}");
    for id in [1, 30, 60, 90] {
        set.commit(&update(id));
    }
    set.checkpoint("RESTART");
    let database = set.file("");
    set.commit(&update(2)).commit(&update(120));
    set.checkpoint("RESTART");
    set.commit(&update(3));
    vec![("app.db", database), ("app.db-wal", fixed(set.copy()).wal)]
}

/// A set whose checkpoint copied the pages of the first three of five commits, as a reader was at the third.
pub fn partial_checkpoint() -> Vec<(&'static str, Vec<u8>)> {
    let mut set = SetBuilder::new("partial-checkpoint", &Plan::with_page_size(512));
    set.commit(TABLE).commit(ROWS).commit(MORE_ROWS);
    set.checkpoint("TRUNCATE");
    let update = |id: u32| format!("UPDATE orders SET cents = 100 WHERE id = {id}");
    for id in [1, 30, 60] {
        set.commit(&update(id));
    }
    let reader = set.reader();
    set.commit(&update(100)).commit(&update(130));
    let (_, frames, copied) = set.checkpoint("PASSIVE");
    assert_eq!((frames, copied), (5, 3));
    let copy = set.copy();
    drop(reader);
    files(fixed(copy))
}

fn open_live(plan: &Plan) -> SetBuilder {
    let mut set = SetBuilder::new("live", plan);
    set.commit(TABLE).commit(ROWS);
    set.checkpoint("TRUNCATE");
    set.commit("INSERT INTO orders VALUES(9, 'Pierre', 'margin, narrow', 100)")
        .commit("UPDATE orders SET cents = 4100 WHERE id = 1")
        .commit("INSERT INTO orders VALUES(10, 'Evariste', 'candle', 120), (11, 'Ada', 'punched cards', 2400)")
        .commit("DELETE FROM orders WHERE customer = 'Carl'")
        .commit("UPDATE orders SET item = 'ink, blue' WHERE id = 7")
        .commit("INSERT INTO orders VALUES(12, 'Andrey', printf('%.1500c', 'x'), 9)");
    set
}

/// A set whose WAL holds every page, page 1 too.
pub fn whole_wal(page_size: u32) -> Set {
    let mut set = SetBuilder::new("whole-wal", &Plan::with_page_size(page_size));
    set.commit(TABLE).commit(ROWS);
    fixed(set.copy())
}

/// A story with the salts of the fixtures.
pub fn fixed(set: Set) -> Set {
    set.with_salts(SALTS.0, SALTS.1)
}

/// A set whose database file has sums of its pages, as `cksumvfs` writes them, and whose WAL was begun anew: what is left
/// in it of before was checkpointed, and has no sums.
pub fn page_checksums() -> Set {
    let plan = Plan {
        page_size: 512,
        reserved: 8,
        ..Plan::default()
    };
    let mut set = SetBuilder::new("page-checksums", &plan);
    set.commit(TABLE).commit(ROWS);
    set.checkpoint("RESTART");
    set.commit("UPDATE orders SET cents = cents + 1 WHERE id = 8");
    let mut set = fixed(set.copy());
    rewrite::stamp(&mut set.database);
    set
}

/// A set that keeps 48 bytes free on each page, as SQLCipher does: a database file of a checkpoint, and two commits.
pub fn room_for_a_cipher() -> Set {
    let plan = Plan {
        page_size: 1024,
        reserved: 48,
        ..Plan::default()
    };
    let mut set = SetBuilder::new("room-for-a-cipher", &plan);
    set.commit(TABLE).commit(ROWS);
    set.checkpoint("TRUNCATE");
    set.commit("UPDATE orders SET cents = cents + 1 WHERE id = 8")
        .commit("DELETE FROM orders WHERE id = 2");
    fixed(set.copy())
}

/// [`live`] with a change to its WAL.
pub fn live_but(change: impl FnOnce(&mut Vec<u8>)) -> Vec<(&'static str, Vec<u8>)> {
    let mut set = live();
    change(&mut set.wal);
    files(set)
}

/// [`rollback_mode`] with a change to it.
pub fn rollback_mode_but(change: impl FnOnce(&mut Vec<u8>)) -> Vec<(&'static str, Vec<u8>)> {
    let mut database = rollback_mode();
    change(&mut database);
    vec![("app.db", database)]
}

/// [`rollback_mode`] without row 3, in whose place page 3 has a freeblock, with a change to it.
pub fn deleted_row_but(change: impl FnOnce(&mut Vec<u8>)) -> Vec<(&'static str, Vec<u8>)> {
    let set = open_rollback_mode();
    set.sql("DELETE FROM orders WHERE id = 3");
    let mut database = set.close();
    change(&mut database);
    vec![("app.db", database)]
}

/// A small sound database in rollback mode, with a free page and a row of three overflow pages, with a change to it.
pub fn overflow_but(change: impl FnOnce(&mut Vec<u8>)) -> Vec<(&'static str, Vec<u8>)> {
    let set = SetBuilder::new("overflow", &small_rollback_mode());
    set.sql("CREATE TABLE spare(x)")
        .sql(TABLE)
        .sql("INSERT INTO orders VALUES(12, 'Andrey', printf('%.1500c', 'x'), 9)")
        .sql("DROP TABLE spare");
    let mut database = set.close();
    change(&mut database);
    vec![("app.db", database)]
}

/// A small sound database with auto-vacuum, in rollback mode, with a change to it: page 2 is the pointer map, 3 and 4
/// are roots, 5 is free.
pub fn auto_vacuum_but(change: impl FnOnce(&mut Vec<u8>)) -> Vec<(&'static str, Vec<u8>)> {
    let plan = Plan {
        auto_vacuum: "INCREMENTAL",
        ..small_rollback_mode()
    };
    let set = SetBuilder::new("auto-vacuum", &plan);
    set.sql("CREATE TABLE spare(x)")
        .sql(TABLE)
        .sql(ROWS)
        .sql("DROP TABLE spare");
    let mut database = set.close();
    change(&mut database);
    vec![("app.db", database)]
}

/// The files of a set, without its wal-index.
pub fn files(set: Set) -> Vec<(&'static str, Vec<u8>)> {
    vec![("app.db", set.database), ("app.db-wal", set.wal)]
}

/// The last frame of commit `commit` of a sound WAL, counted from 1.
pub fn commit_frame(wal: &[u8], commit: usize) -> usize {
    naive::commits(wal)[commit - 1].last_frame
}

/// Where frame `frame` of a WAL begins.
pub fn frame(wal: &[u8], frame: usize) -> usize {
    rewrite::frame_offset(wal, frame)
}

/// Writes a header field and makes the header's sum and the frames' sums right for it.
pub fn reheaded(wal: &mut [u8], offset: usize, value: u32) {
    let frames = naive::accept(wal).unwrap().frames.len();
    put32(wal, offset, value);
    rewrite::seal_header(wal);
    rewrite::seal_frames(wal, 1..=frames);
}

/// A database with pages of 1,024 bytes, and a WAL with pages of 512 that holds page 2 only.
pub fn foreign_without_page_1() -> Vec<(&'static str, Vec<u8>)> {
    let mut set = SetBuilder::new("foreign", &Plan::with_page_size(512));
    set.commit(TABLE).commit(ROWS).checkpoint("TRUNCATE");
    set.commit("UPDATE orders SET cents = 4100 WHERE id = 1")
        .commit("UPDATE orders SET cents = 4000 WHERE id = 1");
    vec![
        ("app.db", wal_mode(1024)),
        ("app.db-wal", fixed(set.copy()).wal),
    ]
}

/// The least set with pages of 65,536 bytes that has a commit after the first.
pub fn large_pages() -> Set {
    let mut set = SetBuilder::new("large-pages", &Plan::with_page_size(65536));
    set.commit("CREATE TABLE orders(id INTEGER PRIMARY KEY, customer TEXT)");
    set.commit("INSERT INTO orders VALUES(1, 'Ada')");
    fixed(set.copy())
}

/// A database and the journal of the transaction that was changing it when both were copied.
pub fn hot_journal() -> Vec<(&'static str, Vec<u8>)> {
    let plan = Plan {
        page_size: 512,
        cache_size: 5,
        journal_mode: "DELETE",
        ..Plan::default()
    };
    let set = SetBuilder::new("hot-journal", &plan);
    set.sql(TABLE).sql(ROWS).sql(MORE_ROWS);
    set.sql("PRAGMA synchronous=FULL; BEGIN; UPDATE orders SET cents = cents + 1;");
    let journal = rewrite::renonce(&set.file("-journal"), 512, SALTS.1);
    vec![("app.db", set.file("")), ("app.db-journal", journal)]
}

/// A database and a journal that its transaction left with a zeroed header.
pub fn persisted_journal() -> Vec<(&'static str, Vec<u8>)> {
    let plan = Plan {
        page_size: 512,
        journal_mode: "PERSIST",
        ..Plan::default()
    };
    let set = SetBuilder::new("persisted-journal", &plan);
    set.sql(TABLE)
        .sql(ROWS)
        .sql("UPDATE orders SET cents = 4100 WHERE id = 1");
    let journal = rewrite::renonce(&set.file("-journal"), 512, SALTS.1);
    vec![("app.db", set.file("")), ("app.db-journal", journal)]
}
