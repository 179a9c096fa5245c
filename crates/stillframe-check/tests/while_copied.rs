//! WALs that were written to while they were copied, told from damage: SQLite writes the one and the other WAL, and what is
//! copied of each, or lost, is every byte of it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot build its input fails"
)]

use std::fs;
use std::path::Path;

use stillframe_check::{Report, VerdictKind};
use stillframe_history::{BackupSet, Input};
use stillframe_testkit::builder::{Plan, SetBuilder};
use stillframe_testkit::oracle::Oracle;
use stillframe_testkit::recorder::{Device, Disk, open, record};

mod support;

/// A WAL as it is after one commit over frames of the generation before, as it is eight commits later, and the database.
struct Story {
    database: Vec<u8>,
    front: Vec<u8>,
    later: Vec<u8>,
    slot: usize,
}

fn story(page_size: u32) -> Story {
    let mut set = SetBuilder::new("while-copied", &Plan::with_page_size(page_size));
    set.commit("CREATE TABLE orders(id INTEGER PRIMARY KEY, cents INT, item TEXT)");
    set.commit(
        "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 160)
        INSERT INTO orders SELECT i, i * 100, 'item ' || i FROM n",
    );
    set.checkpoint("TRUNCATE");
    let update = |set: &mut SetBuilder, id: u32| {
        set.commit(&format!("UPDATE orders SET cents = 100 WHERE id = {id}"));
    };
    (0..12).for_each(|number| update(&mut set, 1 + 13 * number));
    set.checkpoint("RESTART");
    update(&mut set, 150);
    let reader = set.reader();
    let (database, front) = (set.file(""), set.file("-wal"));
    (0..8).for_each(|number| update(&mut set, 2 + 13 * number));
    let later = set.file("-wal");
    drop(reader);
    assert_eq!(front.len(), later.len());
    Story {
        database,
        front,
        later,
        slot: page_size as usize + 24,
    }
}

impl Story {
    fn report(&self, database: &[u8], wal: Vec<u8>) -> Report {
        support::report(&BackupSet {
            database: Some(Input::new("app.db", database.to_vec())),
            wal: Some(Input::new("app.db-wal", wal)),
            ..BackupSet::default()
        })
    }

    /// Where a slot begins, from 1.
    fn start(&self, slot: usize) -> usize {
        32 + (slot - 1) * self.slot
    }

    /// The front of the one and the rest of the other.
    fn copied(&self, bytes: usize) -> Vec<u8> {
        [&self.front[..bytes], &self.later[bytes..]].concat()
    }
}

fn has(report: &Report, code: &str) -> bool {
    report.findings.iter().any(|it| it.rule.code == code)
}

/// Wherever the copy was when the commits were made, SQLite shows the moment at which it was begun.
#[test]
fn a_copy_that_was_overtaken_by_commits_is_of_its_begin() {
    for page_size in [512, 1024] {
        let story = story(page_size);
        let mut told = 0;
        for bytes in story.start(2)..story.later.len() {
            let copied = story.copied(bytes);
            let in_slot = (bytes - 32) % story.slot;
            let salts = bytes - in_slot + 8..bytes - in_slot + 16;
            let is_of = |wal: &[u8]| wal[salts.clone()] == copied[salts.clone()];
            // Where it was within the salts of a frame, these are of no generation, and nobody can tell.
            if (12..17).contains(&in_slot) || !is_of(&story.front) && !is_of(&story.later) {
                continue;
            }
            let report = story.report(&story.database, copied);
            let is_later = has(&report, "WAL910");
            let expected = match is_later {
                true => VerdictKind::ConsistentCompletenessUnknown,
                false => VerdictKind::CompleteWithWal,
            };
            assert_eq!(report.verdict.kind, expected, "{bytes}");
            let worse = (report.counts.errors, report.counts.warnings);
            assert_eq!(worse, (0, 0), "{bytes}");
            told += usize::from(is_later);
        }
        // Eight commits of a frame each, of which the last may be cut.
        assert!(told > 7 * page_size as usize, "{page_size}: {told}");
    }
}

/// A write that storage lost, in blocks of its own, leaves what stood there before: that is no copy, but where the log ended in
/// the block when that was written last, as then the bytes are the same. Nor is any byte that is damaged a copy, or a frame of
/// zeros or of anything.
#[test]
fn damage_is_not_taken_for_a_copy() {
    for (page_size, blocks) in [(512, [512, 1024, 2048]), (4096, [512, 4096, 8192])] {
        let story = story(page_size);
        let mut hidden = 0;
        let mut look = |wal: Vec<u8>, what: &str, may_be: bool| {
            let report = story.report(&story.database, wal);
            assert_eq!(has(&report, "WAL910"), may_be, "{what}");
            let is_unknown = report.verdict.kind == VerdictKind::ConsistentCompletenessUnknown;
            assert!(!may_be || is_unknown, "{what}");
            hidden += usize::from(report.verdict.kind == VerdictKind::Corrupt);
        };
        for block in blocks {
            for start in (0..story.later.len()).step_by(block) {
                let end = (start + block).min(story.later.len());
                let mut wal = story.later.clone();
                wal[start..end].copy_from_slice(&story.front[start..end]);
                let may_be = (start..=end - 24).contains(&story.start(2));
                look(wal, &format!("{block} bytes at {start} lost"), may_be);
            }
        }
        for byte in (story.start(2)..story.start(9)).step_by(page_size as usize / 512) {
            let mut wal = story.later.clone();
            wal[byte] ^= 0x10;
            look(wal, &format!("byte {byte} flipped"), false);
        }
        for slot in 2..9 {
            for fill in [0, 0xa5] {
                let mut wal = story.later.clone();
                wal[story.start(slot)..story.start(slot + 1)].fill(fill);
                look(wal, &format!("slot {slot} filled with {fill}"), false);
            }
            // An older frame in its place whose salts are not: what the salts say is damaged.
            let salts = story.start(slot) + 8;
            let mut wal = story.later.clone();
            wal[salts..salts + 4].copy_from_slice(&story.front[salts..salts + 4]);
            look(wal, &format!("salt-1 of slot {slot} of before"), false);
        }
        assert!(hidden > 3000, "{hidden}");
    }
}

/// A checkpoint between the two copies brings later commits into the database file: then it is newer than the log shows.
#[test]
fn a_database_that_has_later_commits_is_no_copy_of_the_moment() {
    let story = story(512);
    let copied = story.copied(story.start(5) + 100);
    assert!(has(
        &story.report(&story.database, copied.clone()),
        "WAL910"
    ));
    // A checkpoint copies every page in its newest version.
    let mut newer = story.database.clone();
    for frame in (2..=9).map(|slot| story.start(slot)) {
        let page = story.later[frame..frame + 4].try_into().unwrap();
        let page = u32::from_be_bytes(page) as usize;
        newer.resize(newer.len().max(page * 512), 0);
        newer[(page - 1) * 512..page * 512].copy_from_slice(&story.later[frame + 24..frame + 536]);
    }
    let report = story.report(&newer, copied);
    assert!(!has(&report, "WAL910"));
    assert_eq!(report.verdict.kind, VerdictKind::Corrupt);
}

/// Behind frames of a transaction that was rolled back the copy has one that does not follow from them. There is a WAL that
/// SQLite reads to its end, commits behind it included, which differs from the copy in 8 bytes of that frame: so the copy may
/// as well be that one, damaged.
#[test]
fn a_copy_over_a_transaction_that_was_rolled_back_may_be_damage() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let set = support::set(
        &fixtures.join("sets/wal-copied-while-rolled-back"),
        "app.db",
    );
    assert_eq!(support::report(&set).verdict.kind, VerdictKind::Corrupt);
    let read = |name: &str| {
        fs::read(
            fixtures
                .join("sets/wal-copied-while-rolled-back")
                .join(name),
        )
    };
    let (database, copy) = (read("app.db").unwrap(), read("app.db-wal").unwrap());
    // Frames of 536 bytes; the third is the first that does not hold.
    let frame = &copy[32 + 2 * 536..32 + 3 * 536];
    let word = |bytes: &[u8]| u32::from_le_bytes(bytes.try_into().unwrap());
    let stored =
        |frame: &[u8], at: usize| u32::from_be_bytes(frame[at..at + 4].try_into().unwrap());
    let before = &copy[32 + 536..32 + 2 * 536];
    let (mut s0, mut s1) = (stored(before, 16), stored(before, 20));
    let summed = [&frame[..8], &frame[24..528]].concat();
    for pair in summed.chunks_exact(8) {
        s0 = s0.wrapping_add(word(&pair[..4])).wrapping_add(s1);
        s1 = s1.wrapping_add(word(&pair[4..])).wrapping_add(s0);
    }
    let (sum0, sum1) = (stored(frame, 16), stored(frame, 20));
    let last = [
        sum0.wrapping_sub(s0).wrapping_sub(s1),
        sum1.wrapping_sub(s1).wrapping_sub(sum0),
    ];
    let mut sound = copy.clone();
    let end = 32 + 3 * 536;
    sound[end - 8..end - 4].copy_from_slice(&last[0].to_le_bytes());
    sound[end - 4..end].copy_from_slice(&last[1].to_le_bytes());
    let oracle = Oracle::new();
    let shown = |wal: &[u8]| oracle.content(&database, Some(wal)).unwrap();
    assert_ne!(shown(&sound), shown(&copy));
    let damaged = support::report(&BackupSet {
        database: Some(Input::new("app.db", database.clone())),
        wal: Some(Input::new("app.db-wal", sound)),
        ..BackupSet::default()
    });
    assert_eq!(
        damaged.verdict.sqlite_shows,
        "commit 3 of the WAL: 15 pages"
    );
}

/// A database that is not in WAL mode has no witness but its size: page 1 was copied before it grew, and its end after that.
#[test]
fn a_database_that_grew_while_it_was_copied() {
    for setting in ["", "PRAGMA auto_vacuum=FULL;"] {
        let write = |disk: &Disk, sql: &str| {
            let write = || open("app.db").unwrap().execute_batch(sql).unwrap();
            record(disk, Device::default(), write).after
        };
        let begin = format!(
            "PRAGMA page_size=512;{setting}CREATE TABLE orders(id INTEGER PRIMARY KEY, item TEXT);
            CREATE TABLE sums(orders INT); INSERT INTO sums VALUES(160);
            WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 160)
            INSERT INTO orders SELECT i, 'item ' || i FROM n"
        );
        let before = write(&Disk::default(), &begin);
        let after = write(
            &before,
            "BEGIN; WITH RECURSIVE n(i) AS (VALUES(161) UNION ALL SELECT i + 1 FROM n WHERE i < 400)
            INSERT INTO orders SELECT i, 'item ' || i FROM n; UPDATE sums SET orders = 400; COMMIT",
        );
        let (before, after) = (&before.files["app.db"], &after.files["app.db"]);
        let mut sound = 0;
        for copied in (512..=before.len()).step_by(512) {
            let database = [&before[..copied], &after[copied..]].concat();
            let is_sound = Oracle::new()
                .integrity(&database, None)
                .is_ok_and(|it| it == ["ok"]);
            sound += usize::from(is_sound);
            let set = BackupSet {
                database: Some(Input::new("app.db", database)),
                ..BackupSet::default()
            };
            let report = support::report(&set);
            let code = if setting.is_empty() { "DB204" } else { "DB904" };
            assert_eq!(
                has(&report, code),
                is_sound || setting.is_empty(),
                "{copied}"
            );
            let kind = report.verdict.kind;
            assert_eq!(
                kind == VerdictKind::ConsistentCompletenessUnknown,
                is_sound,
                "{copied}"
            );
            assert_ne!(kind, VerdictKind::Complete);
        }
        assert!(sound > 1, "{sound}");
    }
}

/// The file was cut to the pages of the database before the WAL was begun: what lies behind them came later, unless page 1 is of
/// the WAL itself, which may have been begun over more.
#[test]
fn a_file_that_outgrew_its_wal() {
    let mut set = SetBuilder::new("outgrown", &Plan::with_page_size(512));
    set.commit("CREATE TABLE orders(id INTEGER PRIMARY KEY, item TEXT)");
    set.commit(
        "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 160)
        INSERT INTO orders SELECT i, 'item ' || i FROM n",
    );
    set.checkpoint("TRUNCATE");
    set.commit("UPDATE orders SET item = 'none' WHERE id = 1");
    let said = |database: &[u8], wal: &[u8]| {
        let report = support::report(&BackupSet {
            database: Some(Input::new("app.db", database.to_vec())),
            wal: Some(Input::new("app.db-wal", wal.to_vec())),
            ..BackupSet::default()
        });
        let kind = report.verdict.kind;
        let is_said = has(&report, "SET209");
        assert_eq!(is_said, kind == VerdictKind::ConsistentCompletenessUnknown);
        is_said
    };
    let (database, wal) = (set.file(""), set.file("-wal"));
    assert!(!said(&database, &wal));
    let longer = |by: &[u8]| [&database[..], by].concat();
    assert!(!said(&longer(&[0; 1024]), &wal));
    assert!(!said(&longer(&[7; 511]), &wal));
    assert!(said(&longer(&[7; 512]), &wal));
    assert!(said(&longer(&[[0; 512], [7; 512]].concat()), &wal));
    // A commit makes it larger: that many pages a checkpoint may have written.
    set.commit("CREATE TABLE more(a); INSERT INTO more VALUES(1)");
    let larger = set.file("-wal");
    set.checkpoint("PASSIVE");
    let grown = set.file("")[database.len()..].to_vec();
    assert!(!grown.is_empty() && grown.iter().any(|&byte| byte != 0));
    assert!(!said(&longer(&grown), &larger));
    assert!(said(&longer(&[7; 512]), &larger));
    // A checkpoint of VACUUM is cut off at its end: page 1 in the file is of the WAL, and the file as long as it was.
    set.commit("DELETE FROM orders WHERE id > 10; VACUUM");
    let (before, wal) = (set.file(""), set.file("-wal"));
    set.checkpoint("PASSIVE");
    let after = set.file("");
    assert!(after.len() < before.len());
    let uncut = [&after[..], &before[after.len()..]].concat();
    assert!(!said(&uncut, &wal));
}
