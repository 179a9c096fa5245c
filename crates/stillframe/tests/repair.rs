//! What `rebuild --repair` and `--past-damage` write, and what they say of it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot do its work fails"
)]

use stillframe_testkit::builder::{Plan, SetBuilder};
use stillframe_testkit::oracle::Oracle;
use support::{Ran, Room};

mod support;

/// The rows that SQLite shows of a database without sidecars.
fn rows(database: &[u8], sql: &str) -> String {
    Oracle::new().query(database, None, sql).unwrap().join("\n")
}

/// What was printed, on one line.
fn said(ran: &Ran) -> String {
    ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ")
}

const READINGS: &str = "SELECT count(*) || ' ' || max(v) FROM readings";

/// A flipped bit is put back, and every commit is there again.
#[test]
fn a_flipped_bit_is_put_back() {
    let room = Room::new();
    room.copy("sets/wal-hole", "hole");
    let before = room.state();
    let ran = room.run("rebuild hole/app.db -o lost.db").exits(1);
    assert!(said(&ran).contains("15 intact commits"), "{}", ran.stdout);
    let ran = room
        .run("rebuild hole/app.db --repair -o found.db")
        .exits(0);
    assert!(
        said(&ran).contains("a byte of frame 18 of hole/app.db-wal at 0x2560: 09 in place of 08"),
        "{}",
        ran.stdout
    );
    assert_eq!(rows(&room.read("lost.db"), READINGS), "8 reading 8");
    assert_eq!(rows(&room.read("found.db"), READINGS), "24 reading 9");
    // Any commit can be had of it, also those behind the damage.
    room.run("rebuild hole/app.db --repair --at 20 -o twenty.db")
        .exits(0);
    assert_eq!(rows(&room.read("twenty.db"), READINGS), "20 reading 9");
    let json = room
        .run("rebuild hole/app.db --repair -o json.db --format json")
        .exits(0)
        .json();
    assert_eq!(json["repairs"][0]["offset"], 0x2560);
    assert_eq!(json["repairs"][0]["input"], "hole/app.db-wal");
    assert_eq!(json["commit"], 24);
    let after = room.state();
    let changed: Vec<_> = after.changes(&before);
    assert!(
        changed
            .iter()
            .all(
                |path| path.extension().is_some_and(|it| it == "db") && !path.ends_with("app.db")
                    || path.is_dir()
            ),
        "{changed:?}"
    );
}

/// A lost header is told from the first frame; where nothing of it is left, what that frame holds is not vouched for.
#[test]
fn a_zeroed_header_is_made_again() {
    let room = Room::live();
    let mut wal = room.read("app.db-wal");
    let whole = wal.clone();
    wal[..32].fill(0);
    room.write("app.db-wal", &wal);
    let check = room.run("check app.db").exits(1);
    assert!(
        said(&check).contains("--repair -o repaired.db"),
        "{}",
        check.stdout
    );
    let ran = room.run("rebuild app.db --repair -o zeroed.db").exits(1);
    assert!(
        said(&ran).contains("nothing vouches for the page"),
        "{}",
        ran.stdout
    );
    wal = whole.clone();
    wal[..8].fill(0);
    room.write("app.db-wal", &wal);
    let ran = room.run("rebuild app.db --repair -o magic.db").exits(0);
    assert!(!said(&ran).contains("vouches"), "{}", ran.stdout);
    room.write("app.db-wal", &whole);
    room.run("rebuild app.db -o whole.db").exits(0);
    assert_eq!(room.read("zeroed.db"), room.read("whole.db"));
    assert_eq!(room.read("magic.db"), room.read("whole.db"));
}

/// Nothing to be put right: what is written is what is written without the option.
#[test]
fn a_sound_set_stays_what_it_is() {
    let room = Room::live();
    let ran = room.run("rebuild app.db --repair -o one.db").exits(0);
    assert!(
        said(&ran).contains("nothing was to be put right"),
        "{}",
        ran.stdout
    );
    room.run("rebuild app.db -o two.db").exits(0);
    assert_eq!(room.read("one.db"), room.read("two.db"));
    room.run("rebuild app.db --past-damage --at 1 -o no.db")
        .exits(2);
}

/// The database was copied, then a checkpoint ran and the WAL was begun anew, then the WAL was copied: SQLite
/// shows neither moment. All 332 rows are still there.
#[test]
fn a_copy_across_a_checkpoint_is_put_together_again() {
    let mut set = SetBuilder::new("across", &Plan::with_page_size(512));
    set.commit("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT); CREATE INDEX ti ON t(v)");
    let insert = |set: &mut SetBuilder, rows: u32| {
        for row in 0..rows {
            set.commit(&format!(
                "INSERT INTO t(v) VALUES(printf('%05d', {row} * 7919 % 100003))"
            ));
        }
    };
    insert(&mut set, 140);
    set.checkpoint("TRUNCATE");
    let database = set.file("");
    // Pages that are written again later: these frames will be written over.
    for row in 0..8 {
        set.commit(&format!("UPDATE t SET v = '0000{row}' WHERE id = 140"));
    }
    insert(&mut set, 190);
    set.checkpoint("RESTART");
    insert(&mut set, 2);
    let wal = set.file("-wal");
    set.checkpoint("TRUNCATE");
    let room = Room::new();
    room.write("app.db", &database);
    room.write("app.db-wal", &wal);
    let shown = Oracle::new().query(&database, Some(&wal), "SELECT count(*) FROM t");
    assert!(shown.is_err() || shown.unwrap() != ["332"]);
    let check = room.run("check app.db").exits(1);
    let json = room.run("check app.db --format json").exits(1);
    assert_eq!(json.verdict(), "torn");
    assert!(
        said(&check).contains("with them the database is sound"),
        "{}",
        check.stdout
    );
    let ran = room.run("rebuild app.db --repair -o repaired.db").exits(1);
    assert!(said(&ran).contains("written over since"), "{}", ran.stdout);
    let found = room.read("repaired.db");
    assert_eq!(
        rows(&found, "SELECT count(*) || ' ' || sum(v) FROM t"),
        rows(&set.file(""), "SELECT count(*) || ' ' || sum(v) FROM t")
    );
    assert_eq!(found, set.file(""));
}

/// Where too much of the older frames is written over nothing is written.
#[test]
fn what_has_pages_that_are_nowhere_is_not_written() {
    let mut set = SetBuilder::new("half", &Plan::with_page_size(512));
    set.commit("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT); CREATE INDEX ti ON t(v)");
    set.checkpoint("TRUNCATE");
    let room = Room::new();
    room.write("app.db", set.file(""));
    for row in 0..40 {
        set.commit(&format!(
            "INSERT INTO t(v) VALUES(printf('%0100d', {row} * 7919 % 100003))"
        ));
    }
    set.checkpoint("RESTART");
    for row in 0..12 {
        set.commit(&format!("UPDATE t SET v = 'changed' WHERE id = {row}"));
    }
    room.write("app.db-wal", set.file("-wal"));
    let check = room.run("check app.db").exits(1);
    assert!(said(&check).contains("it is not sound either"), "{check}");
    for option in ["--repair", "--past-damage"] {
        room.run(&format!("rebuild app.db {option} -o repaired.db"))
            .exits(1)
            .complains(&["exist neither in the database file nor in the WAL"]);
        assert!(!room.at("repaired.db").exists());
    }
}

/// Rows and indexes of different moments are written as evidence only.
#[test]
fn what_is_not_sound_is_written_as_evidence() {
    let mut set = SetBuilder::new("mixed", &Plan::with_page_size(512));
    set.commit("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT); CREATE INDEX ti ON t(v)");
    for row in 0..40 {
        set.commit(&format!(
            "INSERT INTO t(v) VALUES(printf('%0100d', {row} * 7919 % 100003))"
        ));
    }
    set.checkpoint("TRUNCATE");
    let room = Room::new();
    room.write("app.db", set.file(""));
    for row in 1..40 {
        set.commit(&format!(
            "UPDATE t SET v = printf('%0100d', {row} * 7717 % 100003) WHERE id = {row}"
        ));
    }
    set.checkpoint("RESTART");
    for row in 1..8 {
        set.commit(&format!("UPDATE t SET v = 'changed' WHERE id = {row}"));
    }
    room.write("app.db-wal", set.file("-wal"));
    let check = room.run("check app.db").exits(1);
    assert!(said(&check).contains("it is not sound either"), "{check}");
    room.run("rebuild app.db --repair -o repaired.db")
        .exits(1)
        .complains(&["not sound either", "problems", "--past-damage"]);
    assert!(!room.at("repaired.db").exists());
    let ran = room
        .run("rebuild app.db --past-damage -o evidence.db")
        .exits(1);
    assert!(ran.stderr.contains("evidence, and no database"), "{ran}");
    assert!(room.at("evidence.db").exists());
}

/// What is behind damage that nothing tells how to put right.
#[test]
fn commits_behind_damage_are_had_as_evidence() {
    let room = Room::new();
    room.copy("bad/WAL105-frame-zeroed", "zeroed");
    let ran = room.run("check zeroed/app.db").exits(1);
    assert!(said(&ran).contains("with --past-damage"), "{}", ran.stdout);
    let path = "zeroed/app.db";
    let ran = room
        .run(&format!("rebuild {path} --repair -o a.db"))
        .exits(1);
    assert!(
        said(&ran).contains("nothing was to be put right"),
        "{}",
        ran.stdout
    );
    let ran = room
        .run(&format!("rebuild {path} --past-damage -o b.db"))
        .exits(1);
    assert!(
        said(&ran).contains("commits behind frame 5"),
        "{}",
        ran.stdout
    );
    assert!(
        said(&ran).contains("not known which pages were there"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stderr.contains("evidence, and no database"),
        "{}",
        ran.stderr
    );
    let (a, b) = (room.read("a.db"), room.read("b.db"));
    assert!(b.len() > a.len());
}

/// What --repair writes is sound, or it is not written.
#[test]
fn what_nothing_tells_how_to_put_right_is_not_written() {
    let room = Room::new();
    room.copy("bad/BT112-page-used-twice", "bad");
    room.run("rebuild bad/app.db --repair -o repaired.db")
        .exits(1)
        .complains(&["problem", "nothing was written", "--past-damage"]);
    room.run("rebuild bad/app.db --repair --at 0 -o repaired.db")
        .exits(1)
        .complains(&["problem", "nothing was written"]);
    assert!(!room.at("repaired.db").exists());
}

/// Where the number of a page is damaged a later page of that number hides it, and another one is older: that is said.
#[test]
fn a_damaged_page_number_is_in_doubt() {
    let room = Room::new();
    room.copy("sets/wal-hole", "hole");
    let whole = room.read("hole/app.db-wal");
    for frame in 0..whole.len() / 536 - 3 {
        let mut wal = whole.clone();
        let start = 32 + frame * 536;
        // Two bytes, so that nothing tells what they were.
        wal[start + 3] ^= 0x33;
        wal[start + 2] ^= 0x44;
        room.write("hole/app.db-wal", &wal);
        let ran = room.run("rebuild hole/app.db --past-damage -o p.db --force");
        assert_eq!(ran.status, Some(1), "frame {frame}: {ran}");
        assert!(ran.stderr.contains("evidence, and no database"), "{ran}");
    }
}

/// What a transfer as text put into a database is taken out again, byte for byte; what it replaced is lost.
#[test]
fn a_transfer_as_text_is_undone() {
    const LETTERS: &str = "SELECT group_concat(text, '') FROM letters";
    let room = Room::new();
    room.copy("bad/DB106-text-mode-transfer", "sent");
    let sent = room.read("sent/app.db");
    let ran = room.run("check sent").exits(1);
    assert!(said(&ran).contains("before each of its 6 line feeds"));
    assert!(said(&ran).contains("rebuild sent/app.db --repair"));
    let ran = room.run("rebuild sent/app.db --repair -o back.db").exits(0);
    assert!(
        said(&ran).contains("6 carriage returns taken out of sent/app.db, each before a line feed"),
        "{}",
        ran.stdout
    );
    let back = room.read("back.db");
    let lines: Vec<&[u8]> = back.split(|&byte| byte == b'\n').collect();
    assert_eq!(lines.join(&b"\r\n"[..]), sent);
    assert!(rows(&back, LETTERS).starts_with("Dear Ada,\nthe engine\nweaves.\nDear Charles,"));
    room.run("check back.db").exits(0);
    assert_eq!(room.read("sent/app.db"), sent);
    // The same bytes read as Latin-1 and written as UTF-8, or as UTF-8 at once.
    let latin_1: String = back.iter().map(|&byte| char::from(byte)).collect();
    room.write("latin-1.db", latin_1.as_bytes());
    room.run("rebuild latin-1.db --repair -o again.db").exits(0);
    assert_eq!(room.read("again.db"), back);
    room.write("lossy.db", String::from_utf8_lossy(&back).as_bytes());
    let ran = room.run("check lossy.db").exits(1);
    assert!(
        said(&ran).contains("was replaced by U+FFFD"),
        "{}",
        ran.stdout
    );
    room.run("rebuild lossy.db --repair -o none.db").exits(1);
}
