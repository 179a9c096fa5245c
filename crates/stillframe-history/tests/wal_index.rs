//! Wal-indexes: those of the corpora against their WALs, every damage of a small one against a naive reading, and what is
//! written against SQLite.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read its input fails"
)]

use std::collections::BTreeMap;
use std::fs;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;

use stillframe_format::PageNumber;
use stillframe_history::{
    BackupSet, Input, Lacking, PagesDiffer, Relation, Residue, Timeline, WalIndex,
};
use stillframe_testkit::builder::{Plan, Seed, SetBuilder};
use stillframe_testkit::naive::wal_index as naive;
use stillframe_testkit::naive::wal_index::Header;
use stillframe_wal::wal_index::{
    BLOCK_BYTES, Block, CheckpointInfo, HEAD_BYTES, Head, Writer, block_of,
};
use stillframe_wal::{ByteOrder, FrameNumber};

fn set(wal: &[u8], index: &[u8]) -> BackupSet {
    BackupSet {
        wal: Some(Input::new("app.db-wal", wal.to_vec())),
        wal_index: Some(Input::new("app.db-shm", index.to_vec())),
        ..BackupSet::default()
    }
}

/// What a wal-index says, how it goes together with the WAL, and what differs.
fn look(set: &BackupSet) -> (WalIndex, Relation, PagesDiffer, Timeline) {
    let timeline = Timeline::read(set, &()).unwrap();
    let residue = Residue::read(set.wal.as_ref(), &timeline, &()).unwrap();
    let index = WalIndex::read(set.wal_index.as_ref().unwrap()).unwrap();
    let relation = Relation::of(&index, set, &timeline, &residue).unwrap();
    let differ = PagesDiffer::of(&index, relation, set, &timeline).unwrap();
    (index, relation, differ, timeline)
}

/// All that SQLite's tests left are sound, each as the host wrote it, and each is what a writer makes of its own pages.
/// What they say agrees with what we recover from the WAL:
///
/// * of the same generation: the last frame is the same, or the WAL has more, and all pages are the same;
/// * `Ahead`: the test had a crash lose the end of the WAL;
/// * `Older`: the test kept the index of a moment before the WAL was begun anew;
/// * `OtherWal`: the test put another WAL in its place.
#[test]
fn every_wal_index_of_the_corpora_agrees_with_its_wal() {
    let Some(corpora) = std::env::var_os("STILLFRAME_CORPORA").map(PathBuf::from) else {
        println!("skipped: STILLFRAME_CORPORA does not name the corpora");
        return;
    };
    let mut relations: BTreeMap<String, usize> = BTreeMap::new();
    let mut written = 0;
    for entry in fs::read_dir(corpora.join("sqlite-testsuite/wal")).unwrap() {
        let folder = entry.unwrap().path();
        let Ok(bytes) = fs::read(folder.join("t.db-shm")) else {
            continue;
        };
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let wal = fs::read(folder.join("t.db-wal")).unwrap();
        let set = set(&wal, &bytes);
        let (index, relation, differ, timeline) = look(&set);
        assert_eq!(index.refusal(), None, "{name}");
        assert_eq!(index.problems().count, 0, "{name}");
        assert_eq!(index.frames(), index.mx_frame(), "{name}");
        assert_eq!(differ, PagesDiffer::default(), "{name}");
        let header = index.header().unwrap();
        assert_eq!(
            naive::header(&bytes, false),
            Header::Used(header.mx_frame),
            "{name}"
        );
        let lacks = Lacking::of(&index, relation, &set, &timeline).unwrap();
        match relation {
            Relation::Same => assert!(header.mx_frame <= timeline.mx_frame(), "{name}"),
            Relation::Ahead => assert!(name.starts_with("walcrash"), "{name}"),
            Relation::Older => assert!(name.starts_with("walfault"), "{name}"),
            Relation::OtherWal => {
                assert!(
                    name.starts_with("wal3-") || name.starts_with("walbak-"),
                    "{name}"
                );
            }
            other => unreachable!("{name}: {other:?}"),
        }
        assert_eq!(lacks.is_some(), relation == Relation::Ahead, "{name}");
        let kind = match relation {
            Relation::Same if header.mx_frame < timeline.mx_frame() => "Behind".to_owned(),
            relation => format!("{relation:?}"),
        };
        *relations.entry(kind).or_default() += 1;
        if index.later_frames() == 0 {
            assert!(again(&bytes) == bytes, "{name}: not what SQLite wrote");
            written += 1;
        }
    }
    println!("{relations:?}; {written} written again just as SQLite wrote them");
    let expected = [
        ("Ahead", 6),
        ("Behind", 7),
        ("Older", 22),
        ("OtherWal", 15),
        ("Same", 214),
    ];
    let found: Vec<_> = relations
        .iter()
        .map(|(name, &n)| (name.as_str(), n))
        .collect();
    assert_eq!(found, expected);
    assert_eq!(written, 237);
}

/// A wal-index with the same head and pages, as the writer makes it.
fn again(bytes: &[u8]) -> Vec<u8> {
    let head = Head::parse(bytes).unwrap();
    let order = head.order.unwrap();
    let mut writer = Writer::new(order);
    for frame in 1..=head.copies[0].mx_frame {
        let block = block_of(FrameNumber::new(frame).unwrap());
        let block = Block::new(block, order, &bytes[block as usize * BLOCK_BYTES..]).unwrap();
        let entry = frame - block.frame(0).get();
        writer.frame(PageNumber::new(block.page(entry as usize).unwrap()).unwrap());
    }
    writer.finish(head.copies[0], head.checkpoint)
}

/// A set of so many commits of a frame each, with its wal-index.
fn small(commits: u32) -> (SetBuilder, Vec<u8>) {
    let mut set = SetBuilder::new("small", &Plan::with_page_size(512));
    set.commit("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)");
    set.commit("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60) INSERT INTO t SELECT i, printf('%.40c', 'x') FROM n");
    set.checkpoint("TRUNCATE");
    for commit in 0..commits {
        let id = commit * 7 % 60 + 1;
        set.commit(&format!(
            "UPDATE t SET v = 'commit {commit}' WHERE id = {id}"
        ));
    }
    let index = set.file("-shm");
    (set, index)
}

/// Whether a header is used, made anew or refused is what the naive reading says, and where nothing is called wrong every
/// page is found that SQLite would find.
fn agrees(bytes: &[u8], what: &str) -> WalIndex {
    let index = WalIndex::read(&Input::new("app.db-shm", bytes.to_vec())).unwrap();
    let naive = naive::header(bytes, false);
    match (index.refusal().map(|error| error.kind), naive) {
        (None, Header::Used(mx_frame)) => assert_eq!(index.mx_frame(), mx_frame, "{what}"),
        (Some(stillframe_wal::wal_index::ErrorKind::Version { .. }), Header::Refused) => {}
        (Some(kind), Header::MadeAnew) => {
            assert!(
                !matches!(kind, stillframe_wal::wal_index::ErrorKind::Version { .. }),
                "{what}"
            );
        }
        other => unreachable!("{what}: {other:?}"),
    }
    let is_whole = bytes.len() % BLOCK_BYTES == 0 && index.frames() == index.mx_frame();
    if is_whole && index.problems().count == 0 {
        for (page, frame) in index.pages().iter() {
            let found = naive::find(bytes, false, page.get(), index.mx_frame());
            assert_eq!(found, Some(frame.get()), "{what}: page {page}");
        }
    }
    index
}

#[test]
fn a_byte_flipped_anywhere_or_a_cut_is_judged_as_a_naive_reading_does() {
    let (set, whole) = small(12);
    let wal = set.file("-wal");
    assert_eq!(agrees(&whole, "whole").problems().count, 0);
    let last = usize::from(whole[16]);
    let used = |offset: usize| offset < HEAD_BYTES + 4 * last || offset >= 16384;
    let mut silent = 0;
    for offset in (0..whole.len()).filter(|&offset| used(offset)) {
        for bit in [0, 7] {
            let mut bytes = whole.clone();
            bytes[offset] ^= 1 << bit;
            let what = format!("bit {bit} of byte {offset}");
            let index = agrees(&bytes, &what);
            let is_found = index.refusal().is_some() || index.problems().count > 0;
            // A header that does not hold leaves its copy; checkpoint info has no checksum; a slot that leads nowhere
            // that is not committed means nothing.
            if offset < 96 {
                assert!(
                    index.refusal().is_some() && index.mx_frame() == last as u32,
                    "{what}"
                );
            } else if (HEAD_BYTES..HEAD_BYTES + 4 * last).contains(&offset) {
                // A page that is a multiple of 8192 further is looked for in the same slot.
                let is_in_same_slot = (offset - HEAD_BYTES) % 4 * 8 + bit >= 13;
                assert!(is_found || is_in_same_slot, "{what}");
                let (_, relation, differ, _) = look(&self::set(&wal, &bytes));
                assert_eq!((relation, differ.frames), (Relation::Same, 1), "{what}");
            } else if !is_found && offset >= 16384 {
                silent += 1;
                let (before, after) = (&whole[offset & !1..][..2], &bytes[offset & !1..][..2]);
                let slot = |two: &[u8]| usize::from(u16::from_le_bytes([two[0], two[1]]));
                assert!(slot(before) == 0 && slot(after) > last, "{what}");
            }
        }
    }
    assert!(silent > 0);
    for length in (0..200).chain(16380..16390).chain([whole.len() - 1]) {
        let index = agrees(&whole[..length], &format!("{length} bytes"));
        let entries = length.saturating_sub(HEAD_BYTES) / 4;
        let there = if length < HEAD_BYTES {
            0
        } else {
            entries.min(last)
        };
        assert_eq!(index.frames() as usize, there, "{length} bytes");
        assert_eq!(index.is_blank(), length <= 3, "{length} bytes");
    }
}

/// SQLite uses what the writer makes, in place of the one it has open: it reads the database as of the frame that the
/// header names, and makes nothing anew.
#[test]
fn sqlite_uses_what_is_written() {
    let (set, whole) = small(9);
    assert!(again(&whole) == whole);
    let count = "SELECT count(*) FROM t WHERE v LIKE 'commit%'";
    let query = || {
        let reader = set.reader();
        let rows: i64 = reader.query_row(count, [], |row| row.get(0)).unwrap();
        rows
    };
    assert_eq!(query(), 9);
    let mut head = Head::parse(&whole).unwrap();
    let order = head.order.unwrap();
    let wal = set.file("-wal");
    let timeline = Timeline::read(&self::set(&wal, &whole), &()).unwrap();
    assert_eq!(timeline.mx_frame(), head.copies[0].mx_frame);
    // The same with the last three frames left out, and a mark that making it anew would change.
    let mut header = head.copies[0];
    header.mx_frame -= 3;
    header.change += 1;
    header.checksum = header.computed_checksum(order);
    head.copies = [header; 2];
    head.checkpoint = CheckpointInfo {
        attempted: 5,
        ..CheckpointInfo::recovered(header.mx_frame)
    };
    let mut shorter = whole.clone();
    shorter[..HEAD_BYTES].copy_from_slice(&head.encode());
    let written = again(&shorter);
    let mut file = fs::OpenOptions::new()
        .write(true)
        .open(set.path("-shm"))
        .unwrap();
    file.seek(SeekFrom::Start(0)).unwrap();
    file.write_all(&written).unwrap();
    assert_eq!(query(), 6);
    let after = Head::parse(&set.file("-shm")).unwrap();
    assert_eq!(after.copies, [header; 2]);
    assert_eq!(after.checkpoint.attempted, 5);
}

/// More frames than a block has: SQLite's own index of 9,000 frames is what is written of its pages, and is sound.
#[test]
fn an_index_of_several_blocks() {
    let mut set = SetBuilder::new("blocks", &Plan::with_page_size(512));
    set.commit("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)");
    let rows = |n: u32| {
        format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {n}) INSERT INTO t(v) SELECT printf('%.400c', 'x') FROM n"
        )
    };
    for _ in 0..3 {
        set.sql(&rows(3000));
    }
    let (wal, bytes) = (set.file("-wal"), set.file("-shm"));
    assert_eq!(bytes.len(), 3 * BLOCK_BYTES);
    let (index, relation, differ, timeline) = look(&self::set(&wal, &bytes));
    assert_eq!((relation, differ), (Relation::Same, PagesDiffer::default()));
    assert_eq!(index.frames(), timeline.mx_frame());
    assert_eq!(index.problems().count, 0);
    assert!(again(&bytes) == bytes);
    for frame in [1, 4062, 4063, 8158, 8159, index.mx_frame()] {
        let number = block_of(FrameNumber::new(frame).unwrap());
        let block = Block::new(
            number,
            ByteOrder::Little,
            &bytes[number as usize * BLOCK_BYTES..],
        )
        .unwrap();
        let entry = frame - block.frame(0).get();
        assert_eq!(
            block.page(entry as usize),
            Some(naive::page_of(&bytes, false, frame))
        );
    }
    agrees(&bytes, "three blocks");
    // Cut off in the second block, most of the frames are known all the same.
    let cut = &bytes[..BLOCK_BYTES + 400];
    let (index, relation, ..) = look(&self::set(&wal, cut));
    assert_eq!((relation, index.frames()), (Relation::Same, 4162));
}

/// More than two blocks, a reader in the midst, and a checkpoint that came as far as that: whatever byte of the last block is
/// changed in the page of a committed frame or in its slot, that is found.
#[test]
fn a_changed_byte_in_the_last_of_three_blocks() {
    let plan = Plan {
        cache_size: 10,
        ..Plan::with_page_size(512)
    };
    let mut set = SetBuilder::new("last block", &plan);
    set.commit("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)");
    let rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) INSERT INTO t(v) SELECT printf('%.400c', 'x') FROM n";
    let frames = |set: &SetBuilder| (set.file("-wal").len() - 32) / 536;
    while frames(&set) < 5000 {
        set.sql(rows);
    }
    let reader = set.reader();
    let marked = u32::try_from(frames(&set)).unwrap();
    while frames(&set) < 9500 {
        set.sql(rows);
    }
    let (_, all, copied) = set.checkpoint("PASSIVE");
    assert!(copied > 4062 && copied < all, "{copied} of {all}");
    let (wal, bytes) = (set.file("-wal"), set.file("-shm"));
    drop(reader);
    let (index, relation, differ, timeline) = look(&self::set(&wal, &bytes));
    assert_eq!((relation, differ), (Relation::Same, PagesDiffer::default()));
    let (last, problems) = (index.mx_frame(), index.problems().count);
    assert_eq!((last, problems), (timeline.mx_frame(), 0));
    assert_eq!(index.backfilled(), u32::try_from(copied).unwrap());
    let marks = index.checkpoint().unwrap().read_marks;
    assert!(marks.contains(&marked), "{marks:?}, {marked}");
    for frame in 1..=last {
        let at = 32 + (frame as usize - 1) * 536;
        let page = u32::from_be_bytes(wal[at..at + 4].try_into().unwrap());
        assert_eq!(naive::page_of(&bytes, false, frame), page);
    }

    let block = 2 * BLOCK_BYTES;
    let used = last as usize - 8158;
    let slots = (0..8192).map(|slot| block + 16384 + 2 * slot);
    let is_used = |&at: &usize| {
        (1..=used).contains(&usize::from(u16::from_ne_bytes([bytes[at], bytes[at + 1]])))
    };
    let slots: Vec<usize> = slots.filter(is_used).collect();
    assert_eq!(slots.len(), used);
    let mut seed = Seed(12);
    for _ in 0..400 {
        let (entry, value) = (seed.below(used as u64) as usize, 1 + seed.below(255) as u8);
        for at in [
            block + 4 * entry + seed.below(4) as usize,
            slots[entry] + seed.below(2) as usize,
        ] {
            let mut damaged = bytes.clone();
            damaged[at] ^= value;
            let (index, _, differ, _) = look(&self::set(&wal, &damaged));
            let is_found = index.problems().count > 0 || differ != PagesDiffer::default();
            assert!(is_found, "byte {at:#x} ^ {value:#x}");
        }
    }
}
