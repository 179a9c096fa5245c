use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use super::*;
use crate::naive::{accept, commits, image, prefix};
use crate::oracle::Oracle;

const SEEDS: u64 = 60;

/// At every commit: SQLite's recovery, SQLite's checkpoint and the naive twin agree byte for byte, and no page is
/// missing.
fn agree(oracle: &Oracle, set: &Set) {
    for commit in 0..=commits(&set.wal).len() {
        let cut = prefix(&set.wal, commit);
        let place = format!("{} at commit {commit}", set.name);
        let naive = image(&set.database, &set.wal, commit).unwrap();
        let judgement = oracle.judge(&set.database, Some(cut));
        let exact = set.truth.iter().any(|truth| truth.commit == commit);
        if let (Err(refusal), false) = (&judgement.outcome, exact) {
            // A later commit is already in the database, so that page 1 may tell of more pages than there are.
            assert_eq!(refusal.code, 11, "{place}: {refusal}");
            continue;
        }
        judgement
            .outcome
            .unwrap_or_else(|refusal| panic!("{place}: {refusal}"));
        if exact {
            assert_eq!(naive.missing(), [0; 0], "{place}: pages that exist nowhere");
        }
        let checkpointed = match oracle.checkpoint(&set.database, cut) {
            Ok(checkpointed) => checkpointed,
            Err(refusal) => {
                // A later commit shrank the database: this one would grow it by more than the WAL holds.
                let refused = refusal.code == 11 && !naive.missing().is_empty();
                assert!(refused && !exact, "{place}: {refusal}");
                continue;
            }
        };
        assert!(
            checkpointed == naive.zero_filled(),
            "{place}: the checkpoint differs"
        );
        let engine = judgement.image.unwrap();
        let size = engine.bytes.len();
        assert!(
            engine.bytes == checkpointed[..size],
            "{place}: the pages shown differ"
        );
        if commit > 0 {
            assert!(engine.page_count <= naive.page_count, "{place}");
        }
    }
    same_recovery(oracle, &set.database, &set.wal, &set.name);
}

fn same_recovery(oracle: &Oracle, database: &[u8], wal: &[u8], place: &str) {
    let index = oracle.glance(database, Some(wal)).wal_index;
    let Some(accepted) = accept(wal) else {
        assert_eq!(index.map_or(0, |index| index.mx_frame), 0, "{place}");
        return;
    };
    let index = index.unwrap_or_else(|| panic!("{place}: no wal-index"));
    assert_eq!(
        (index.mx_frame as usize, index.page_count),
        (accepted.mx_frame, accepted.page_count),
        "{place}"
    );
    assert_eq!(
        (index.big_endian, index.salts),
        (accepted.big_endian, accepted.salts),
        "{place}"
    );
    assert_eq!(index.checksum, accepted.checksum, "{place}");
    let page_size = if accepted.mx_frame == 0 {
        0
    } else {
        accepted.page_size
    };
    assert_eq!(index.page_size, page_size, "{place}");
}

#[test]
fn every_story_agrees_at_every_commit() {
    let oracle = Oracle::new();
    for set in stories::all() {
        agree(&oracle, &set);
        for truth in &set.truth {
            let cut = prefix(&set.wal, truth.commit);
            assert_eq!(
                oracle.content(&set.database, Some(cut)).unwrap(),
                truth.content,
                "{}",
                set.name
            );
            assert_eq!(
                oracle.integrity(&set.database, Some(cut)).unwrap(),
                ["ok"],
                "{}",
                set.name
            );
        }
        assert!(!set.truth.is_empty() || set.wal.is_empty(), "{}", set.name);
    }
}

#[test]
fn new_salts_and_the_other_byte_order_change_nothing() {
    let oracle = Oracle::new();
    for set in stories::all() {
        let before = accept(&set.wal).unwrap();
        let salted = set.with_salts(0x1000, 0x2000);
        assert_eq!(
            accept(&salted.wal).unwrap().frames,
            before.frames,
            "{}",
            salted.name
        );
        let turned = crate::rewrite::rechecksum(&salted.wal, !before.big_endian);
        assert_eq!(
            accept(&turned).unwrap().frames,
            before.frames,
            "{}",
            salted.name
        );
        same_recovery(&oracle, &salted.database, &turned, &salted.name);
    }
}

#[test]
fn random_histories_agree_at_every_commit() {
    let oracle = Oracle::new();
    for seed in 0..SEEDS {
        agree(&oracle, &random_set(seed));
    }
}

#[test]
fn every_cut_and_every_flipped_byte_is_recovered_alike() {
    let oracle = Oracle::new();
    for set in [
        stories::transactions::rolled_back_update(),
        stories::checkpoints::older_generation(),
    ] {
        let wal = &set.wal[..set.wal.len().min(8 * 536)];
        for length in 0..wal.len() {
            same_recovery(
                &oracle,
                &set.database,
                &wal[..length],
                &format!("{} cut to {length}", set.name),
            );
        }
        for offset in 0..wal.len() {
            let mut flipped = wal.to_vec();
            flipped[offset] ^= 0x10;
            same_recovery(
                &oracle,
                &set.database,
                &flipped,
                &format!("{} flipped at {offset}", set.name),
            );
        }
    }
}

#[test]
fn misfits_do_what_they_claim() {
    let oracle = Oracle::new();
    let foreign = stories::misfits::rollback_mode_beside_wal();
    assert!(oracle.checkpoint(&foreign.database, &foreign.wal).unwrap() != foreign.database);
    let smaller = stories::misfits::page_size_mismatch(4096, 1024);
    let overwritten = oracle.checkpoint(&smaller.database, &smaller.wal).unwrap();
    assert_eq!(
        overwritten,
        image(&smaller.database, &smaller.wal, commits(&smaller.wal).len())
            .unwrap()
            .bytes()
            .unwrap()
    );
    let empty = stories::misfits::empty_database_beside_wal();
    assert!(!oracle.keeps_wal(&empty.database, &empty.wal));
}

#[test]
fn the_same_seed_makes_the_same_history() {
    let twice = [random_set(7), random_set(7)].map(|set| set.with_salts(1, 2));
    assert_eq!(twice[0].database, twice[1].database);
    assert!(twice[0].wal == twice[1].wal);
}

#[test]
fn around_the_lock_byte_sqlite_and_the_naive_twin_agree() {
    for checkpointed in [false, true] {
        let set = lock_byte_set(checkpointed);
        let (lock_page, wal) = (set.lock_page, std::fs::read(&set.wal).unwrap());
        let accepted = accept(&wal).unwrap();
        let held = |page| accepted.frames.iter().any(|frame| frame.page == page);
        assert!(
            held(lock_page - 1) && held(lock_page + 1) && !held(lock_page),
            "{:?}",
            accepted.frames
        );
        let size = std::fs::metadata(&set.database).unwrap().len();
        assert_eq!(size > naive::LOCK_BYTE + 65536, checkpointed);

        let file = File::open(&set.database).unwrap();
        let read = |page: u32| {
            let mut bytes = vec![0; 65536];
            let mut file = &file;
            file.seek(SeekFrom::Start(u64::from(page - 1) * 65536))
                .unwrap();
            file.read_exact(&mut bytes).unwrap();
            bytes
        };
        let pages = [
            1,
            2,
            3,
            4,
            lock_page - 2,
            lock_page - 1,
            lock_page,
            lock_page + 1,
            lock_page + 2,
        ];
        let last = image(&[], &wal, commits(&wal).len()).unwrap();
        let before: Vec<_> = pages
            .iter()
            .map(|&page| last.frames.get(&page).map(|frame| frame.to_vec()))
            .collect();
        let connection = connect(&set.database);
        let sizes = "SELECT id || ':' || length(b) FROM filler UNION ALL SELECT id || ':' || length(b) FROM t";
        let lengths = oracle::first_column_of(&connection, sizes).unwrap();
        assert_eq!(lengths[2..], ["1:200000", "2:100000"], "{lengths:?}");
        assert_eq!(
            oracle::first_column_of(&connection, "PRAGMA integrity_check").unwrap(),
            ["ok"]
        );
        connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .unwrap();
        for (page, frame) in pages.into_iter().zip(before) {
            assert!(frame.is_none_or(|frame| frame == read(page)), "page {page}");
        }
        assert_eq!(
            file.metadata().unwrap().len(),
            u64::from(accepted.page_count) * 65536
        );
    }
}

#[test]
fn large_wals_have_the_shape_they_are_asked_for() {
    let folder = oracle::private_folder();
    for (shape, commits_asked) in [(Shape::Hot, 200), (Shape::Distinct, 5)] {
        std::fs::create_dir(folder.path().join(format!("{shape:?}"))).unwrap();
        let (_, wal) = big_wal(
            &folder.path().join(format!("{shape:?}")),
            4,
            shape,
            commits_asked,
        );
        let wal = std::fs::read(wal).unwrap();
        let accepted = accept(&wal).unwrap();
        let distinct: BTreeSet<u32> = accepted.frames.iter().map(|frame| frame.page).collect();
        assert!(
            wal.len().abs_diff(4_000_000) < 400_000,
            "{} bytes",
            wal.len()
        );
        assert_eq!(commits(&wal).len() as u64, commits_asked);
        assert!(shape == Shape::Hot || distinct.len() * 10 > accepted.frames.len() * 9);
    }
    let path = folder.path().join("huge-wal");
    huge_wal(&path, 5_000_000, 300).unwrap();
    let wal = std::fs::read(path).unwrap();
    let accepted = accept(&wal).unwrap();
    assert_eq!(
        (accepted.mx_frame, accepted.page_count),
        (5_000_000 / 4120, 300)
    );
}

/// What is killed shows one state or the other afterwards, and the stories have what they are there for.
#[test]
fn killed_transactions_are_whole() {
    for story in journal_stories() {
        let (mut moments, mut hot, mut named) = (0, 0, 0);
        for moment in story.recording.moments() {
            moments += 1;
            for name in &story.databases {
                let journal = moment.files.get(&format!("{name}-journal"));
                hot += u32::from(journal.is_some_and(|bytes| bytes.first() == Some(&0xd9)));
            }
            named += u32::from(moment.files.keys().any(|name| name.contains("-mj")));
            for name in ["app.db", "second.db", "third.db"] {
                if !story.databases.contains(&name) {
                    continue;
                }
                crate::recorder::record(&moment, crate::recorder::Device::default(), || {
                    let database = crate::recorder::open(name).unwrap();
                    let rows =
                        oracle::first_column_of(&database, "PRAGMA integrity_check").unwrap();
                    assert_eq!(rows, ["ok"], "{} {name}", story.name);
                });
            }
        }
        println!(
            "{}: {moments} moments, {hot} with a journal, {named} with a super-journal",
            story.name
        );
        assert!(hot > 0, "{}", story.name);
        assert_eq!(
            named > 0,
            story.databases.len() > 1 && story.databases[1] == "second.db"
        );
    }
}
