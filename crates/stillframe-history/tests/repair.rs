//! What is put right of damaged sets, against the databases that SQLite had.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod common;

use std::collections::BTreeSet;

use common::{rebuilt, set, shown};
use stillframe_history::{
    BackupSet, Image, Older, Origin, PastDamage, RepairedPart, Residue, Timeline, WalRepairs,
};
use stillframe_testkit::builder::{Plan, Seed, SetBuilder};
use stillframe_testkit::naive;

const ROWS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) \
                    INSERT INTO t(v) SELECT printf('%.300c', 'x') FROM n";

const FRAME: usize = 24 + 512;

/// A database, and a WAL that was begun anew since it was copied.
struct Torn {
    database: Vec<u8>,
    wal: Vec<u8>,
    /// The database of the moment of the WAL.
    truth: Vec<u8>,
    /// The pages that the older generation wrote into frames which were written over.
    overwritten: BTreeSet<u32>,
}

/// Some changes of rows, of which some make the database larger.
fn change(seed: &mut Seed) -> String {
    let id = seed.below(60);
    match seed.below(5) {
        0 => format!(
            "INSERT INTO t(v) VALUES(printf('%.{}c', 'x'))",
            1 + seed.below(900)
        ),
        1 => format!("DELETE FROM t WHERE id % 20 = {}", id % 20),
        2 => format!("INSERT INTO t(v) SELECT 'row ' || {id} || ' ' || id FROM t LIMIT 5"),
        _ => format!("UPDATE t SET v = 'changed ' || {id} WHERE id = {id}"),
    }
}

fn torn(seed: u64) -> Torn {
    let mut seed = Seed(seed);
    let set = SetBuilder::new("torn", &Plan::with_page_size(512));
    set.sql("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT); CREATE INDEX ti ON t(v);");
    for _ in 0..10 + seed.below(20) {
        set.sql(&change(&mut seed));
    }
    set.checkpoint("TRUNCATE");
    for _ in 0..seed.below(8) {
        set.sql(&change(&mut seed));
    }
    if seed.below(3) == 0 {
        set.checkpoint("PASSIVE");
    }
    let database = set.file("");
    // So that the checkpoint above was not the last: else the WAL is begun anew here.
    for _ in 0..4 + seed.below(20) {
        set.sql(&change(&mut seed));
    }
    let before = set.file("-wal");
    set.checkpoint("RESTART");
    for _ in 0..1 + seed.below(3) {
        set.sql(&change(&mut seed));
    }
    let wal = set.file("-wal");
    let frames = naive::accept(&wal).unwrap().frames.len();
    let overwritten = before[32..].chunks_exact(FRAME).take(frames);
    let overwritten = overwritten.map(|frame| naive::be32(frame, 0)).collect();
    set.checkpoint("TRUNCATE");
    Torn {
        database,
        wal,
        truth: set.file(""),
        overwritten,
    }
}

fn older(set: &BackupSet) -> (Timeline, Option<Older>) {
    let (timeline, image) = Image::read(set, None, &()).unwrap();
    let residue = Residue::read(set.wal.as_ref(), &timeline, &()).unwrap();
    let older = Older::of(set, &timeline, &residue, &image.unwrap(), &()).unwrap();
    (timeline, older)
}

/// Whatever the older generation wrote is had again, but for what was written over; and nothing else is changed.
#[test]
fn a_database_from_before_a_checkpoint_is_had_as_of_after_it() {
    let (mut exact, mut lacking) = (0, 0);
    for seed in 0..150 {
        let torn = torn(seed);
        let set = set(&torn.database, &torn.wal);
        let (timeline, older) = older(&set);
        let Some(older) = older else {
            continue;
        };
        let image = older.image(&set, &timeline, &()).unwrap();
        let pages = torn.truth.len() / 512;
        assert_eq!(image.stored_pages() as usize, pages, "seed {seed}");
        if image.refusal().is_some() {
            lacking += 1;
            continue;
        }
        let found = rebuilt(&set, &image);
        let differing: Vec<u32> = (1..=pages as u32)
            .filter(|&page| {
                let at = (page as usize - 1) * 512;
                found[at..at + 512] != torn.truth[at..at + 512]
            })
            .collect();
        for page in &differing {
            assert!(torn.overwritten.contains(page), "seed {seed}: page {page}");
            let number = stillframe_format::PageNumber::new(*page).unwrap();
            let origin = image.origin(number);
            assert!(
                matches!(origin, Origin::Database { .. }),
                "seed {seed}: page {page}"
            );
        }
        exact += u32::from(differing.is_empty());
        lacking += u32::from(!differing.is_empty());
    }
    assert!(exact > 50 && lacking > 5, "{exact} {lacking}");
}

/// A database that goes with its WAL lacks nothing.
#[test]
fn nothing_is_put_over_a_sound_database() {
    for seed in 0..40 {
        let mut seed = Seed(seed);
        let mut set = SetBuilder::new("sound", &Plan::with_page_size(512));
        set.sql("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT); CREATE INDEX ti ON t(v);");
        for _ in 0..seed.below(3) + 1 {
            for _ in 0..3 + seed.below(9) {
                set.sql(&change(&mut seed));
            }
            set.checkpoint(seed.pick(&["RESTART", "PASSIVE", "FULL"]));
        }
        set.commit(&change(&mut seed));
        let copy = set.copy();
        let (_, found) = older(&common::set(&copy.database, &copy.wal));
        assert!(found.is_none());
    }
}

/// A small set whose WAL has a few commits, and the database of its last one.
fn small() -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let set = SetBuilder::new("small", &Plan::with_page_size(512));
    set.sql("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT); CREATE INDEX ti ON t(v);");
    set.checkpoint("TRUNCATE");
    for id in 0..4 {
        set.sql(&format!("INSERT INTO t(v) VALUES('row {id}')"));
    }
    let (database, wal) = (set.file(""), set.file("-wal"));
    set.checkpoint("TRUNCATE");
    (database, wal, set.file(""))
}

/// The same of a WAL whose commits write different pages, and some of them twice.
fn spread() -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let set = SetBuilder::new("spread", &Plan::with_page_size(512));
    set.sql("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)");
    set.sql(ROWS);
    set.checkpoint("TRUNCATE");
    for id in [3, 50, 90, 3, 140, 50, 199, 10] {
        set.sql(&format!(
            "UPDATE t SET v = v || 'y' WHERE id IN ({id}, {id} + 1)"
        ));
    }
    let (database, wal) = (set.file(""), set.file("-wal"));
    set.checkpoint("TRUNCATE");
    (database, wal, set.file(""))
}

fn repairs(set: &BackupSet) -> WalRepairs {
    let timeline = Timeline::read(set, &()).unwrap();
    WalRepairs::of(set.wal.as_ref().unwrap(), &timeline, &()).unwrap()
}

/// The set with its WAL put right.
fn repaired(database: &[u8], wal: &[u8]) -> (BackupSet, WalRepairs) {
    let mut set = set(database, wal);
    let found = repairs(&set);
    set.wal = set.wal.take().map(|wal| found.apply(wal));
    (set, found)
}

/// What is put right is just what was there, whichever byte is damaged.
#[test]
fn every_damaged_byte_of_a_wal_is_put_right_or_left() {
    let (database, wal, truth) = small();
    assert!(repairs(&set(&database, &wal)).is_empty());
    let mut put_right = 0;
    for at in 0..wal.len() {
        let mut damaged = wal.clone();
        damaged[at] ^= 0x21;
        let (set, found) = repaired(&database, &damaged);
        if found.is_empty() {
            continue;
        }
        put_right += 1;
        let whole = set
            .wal
            .as_ref()
            .unwrap()
            .bytes
            .window(0, wal.len())
            .unwrap();
        assert_eq!(*whole, wal, "byte {at}");
        let [repair] = found.repairs() else {
            panic!("byte {at}: {found:?}");
        };
        assert_eq!(
            repair.bytes,
            wal[repair.offset as usize..][..repair.bytes.len()]
        );
        assert_eq!(
            repair.found,
            damaged[repair.offset as usize..][..repair.found.len()]
        );
        let (_, image) = Image::read(&set, None, &()).unwrap();
        assert_eq!(rebuilt(&set, &image.unwrap()), truth, "byte {at}");
    }
    assert!(put_right * 2 > wal.len(), "{put_right} of {}", wal.len());
}

#[test]
fn a_zeroed_header_is_made_again() {
    let (database, wal, truth) = small();
    let mut damaged = wal.clone();
    damaged[..32].fill(0);
    let (set, found) = repaired(&database, &damaged);
    assert_eq!(found.repairs()[0].part, RepairedPart::Header);
    assert_eq!(found.repairs()[0].bytes, wal[..32]);
    let (_, image) = Image::read(&set, None, &()).unwrap();
    assert_eq!(rebuilt(&set, &image.unwrap()), truth);
}

/// Each of many frames has a damaged byte.
#[test]
fn many_damaged_frames_are_put_right() {
    let (database, wal, truth) = small();
    let mut damaged = wal.clone();
    for (number, frame) in damaged[32..].chunks_exact_mut(FRAME).enumerate() {
        frame[24 + 4 * number] ^= 0x18;
    }
    let frames = (wal.len() - 32) / FRAME;
    let (set, found) = repaired(&database, &damaged);
    assert_eq!(found.repairs().len(), frames);
    let (_, image) = Image::read(&set, None, &()).unwrap();
    assert_eq!(rebuilt(&set, &image.unwrap()), truth);
}

/// Frames behind the last commit are left as they are: nothing comes of them.
#[test]
fn what_was_not_committed_is_not_put_right() {
    let (database, mut wal, _) = small();
    let last = wal.len() - FRAME;
    wal[last + 4..last + 8].fill(0);
    wal[last + 30] ^= 1;
    assert!(repairs(&set(&database, &wal)).is_empty());
}

/// Damage to a frame, and what there is behind it: every page is as it was, or is said to be in doubt, or its frame is one
/// of those of which nothing is known.
#[test]
fn what_is_behind_damage_is_had() {
    let (database, wal, truth) = spread();
    let frames = (wal.len() - 32) / FRAME;
    let (mut whole, mut doubtful) = (0, 0);
    for frame in 0..frames {
        for damage in [24..536, 24..200, 0..24, 4..8, 8..16, 16..24] {
            let mut damaged = wal.clone();
            let start = 32 + frame * FRAME;
            damaged[start + damage.start..start + damage.end].fill(0xa5);
            let set = set(&database, &damaged);
            let timeline = Timeline::read(&set, &()).unwrap();
            let found = PastDamage::of(&set, &timeline, &()).unwrap();
            let Some(found) = found else {
                assert!(frame + 2 >= frames, "frame {frame}, {damage:?}");
                continue;
            };
            assert_eq!(found.first.get() as usize, frame + 1);
            assert_eq!(found.commit.last_frame.get() as usize, frames);
            let image = found.image(&set, &timeline, &()).unwrap();
            assert_eq!(image.refusal(), None);
            let shown = shown(&image);
            assert_eq!(shown.len(), truth.len());
            for page in 1..=truth.len() / 512 {
                let at = (page - 1) * 512;
                if shown[at..at + 512] == truth[at..at + 512] {
                    continue;
                }
                let number = stillframe_format::PageNumber::new(page as u32).unwrap();
                let in_doubt = found.doubtful().frame(number).is_some();
                assert!(
                    in_doubt || found.unknown > 0,
                    "frame {frame}, {damage:?}, page {page}"
                );
                doubtful += 1;
            }
            whole += u32::from(shown == truth);
        }
    }
    assert!(whole > 10 && doubtful > 10, "{whole} {doubtful}");
}

/// What a transaction left that was rolled back is no commit, whatever is behind it.
#[test]
fn nothing_rolled_back_is_had() {
    let plan = Plan {
        cache_size: 5,
        ..Plan::with_page_size(512)
    };
    let set = SetBuilder::new("spilled", &plan);
    set.sql("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT);");
    set.sql(ROWS);
    set.checkpoint("TRUNCATE");
    set.sql("INSERT INTO t(v) VALUES('one')");
    set.sql("BEGIN; UPDATE t SET v = v || 'y'; ROLLBACK;");
    set.sql("INSERT INTO t(v) VALUES('two')");
    let copy = set.copy();
    let set = common::set(&copy.database, &copy.wal);
    let timeline = Timeline::read(&set, &()).unwrap();
    assert!(timeline.slots() > u64::from(timeline.mx_frame()) + 20);
    assert!(PastDamage::of(&set, &timeline, &()).unwrap().is_none());
    assert!(repairs(&set).is_empty());
}
