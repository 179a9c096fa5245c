//! Which database a WAL belongs to by what stands in them: databases of one application, made by SQLite, each with its
//! own rows, and every WAL held against every database.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

use stillframe_history::{BackupSet, Contradiction, Fit, Input, Traces};
use stillframe_testkit::builder::Set;
use stillframe_testkit::builder::stories::customers;

const ROOM: usize = 1 << 20;

/// How far a WAL was checkpointed when the files were copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Nothing of it was, and nothing else ever was.
    Never,
    /// It was begun anew, and frames of the generation before are left behind it.
    BegunAnew,
    /// A part of it was.
    Partly,
    /// All of it was.
    All,
}

const STAGES: [Stage; 4] = [Stage::Never, Stage::BegunAnew, Stage::Partly, Stage::All];

fn made(seed: u64, page_size: u32, stage: Stage) -> Set {
    let set = customers::database(seed, page_size);
    match stage {
        Stage::Never => {}
        Stage::BegunAnew => {
            set.sql(&customers::rows(seed, 100, 60))
                .checkpoint("PASSIVE");
            set.sql(&customers::rows(seed, 300, 3));
        }
        Stage::Partly => {
            set.checkpoint("PASSIVE");
            let reader = set.reader();
            set.sql(&customers::rows(seed, 100, 40));
            let newer = set.reader();
            drop(reader);
            set.sql(&customers::rows(seed, 200, 40));
            set.checkpoint("PASSIVE");
            drop(newer);
        }
        Stage::All => {
            set.checkpoint("PASSIVE");
        }
    }
    set.copy()
}

fn traces(set: &Set) -> Traces {
    let wal = Input::new("x", set.wal.clone());
    Traces::read(&wal, ROOM, &()).unwrap().unwrap()
}

fn fit(traces: &Traces, database: &[u8]) -> Fit {
    let set = BackupSet {
        database: Some(Input::new("app.db", database.to_vec())),
        ..BackupSet::default()
    };
    Fit::of(traces, &set).unwrap()
}

#[test]
fn a_wal_fits_its_own_database_and_no_other() {
    let mut own = [0; 4];
    let mut others = 0;
    for (number, stage) in STAGES.into_iter().enumerate() {
        for page_size in [512, 4096] {
            let sets: Vec<Set> = (0..16).map(|seed| made(seed, page_size, stage)).collect();
            for (i, set) in sets.iter().enumerate() {
                let traces = traces(set);
                for (j, other) in sets.iter().enumerate() {
                    let fit = fit(&traces, &other.database);
                    if i == j {
                        assert_eq!(fit.contradiction, None, "{stage:?}");
                        assert!(fit.is_likely(), "{stage:?} {page_size}: {fit:?}");
                        own[number] += u32::from(fit.is_shown());
                    } else {
                        assert!(!fit.is_shown(), "{stage:?} {page_size} {i} {j}: {fit:?}");
                        others += 1;
                    }
                }
            }
        }
    }
    // What was never checkpointed has nothing in common but page 1. Of a checkpoint that stopped half way nothing shows in
    // three large pages, all of which were written again since.
    assert_eq!(own, [0, 32, 16, 32]);
    assert!(others > 1500, "{others}");
}

/// Every stage of every database against every other, and not only those that were made alike.
#[test]
fn no_wal_fits_a_database_of_another_stage_either() {
    let all: Vec<(u64, Stage, Set)> = (0..10)
        .flat_map(|seed| STAGES.map(|stage| (seed, stage, made(seed, 1024, stage))))
        .collect();
    for (seed, stage, set) in &all {
        let traces = traces(set);
        for (other_seed, other_stage, other) in &all {
            let fit = fit(&traces, &other.database);
            let what = format!("{seed} {stage:?}, {other_seed} {other_stage:?}: {fit:?}");
            assert!(!fit.is_shown() || seed == other_seed, "{what}");
        }
    }
}

#[test]
fn what_cannot_be_of_one_moment_contradicts() {
    let set = customers::database(1, 1024);
    let young = set.copy();
    set.checkpoint("TRUNCATE");
    // One connection gives all its transactions the same change counter.
    let by_another = |from| {
        let other = set.reader();
        let sql = format!("COMMIT; {}", customers::rows(1, from, 60));
        other.execute_batch(&sql).unwrap();
    };
    for round in 1..6 {
        by_another(100 * round);
    }
    let old = set.copy();
    set.checkpoint("TRUNCATE");
    by_another(900);
    let later = set.copy();
    let contradiction =
        |wal: &Set, database: &Set| fit(&traces(wal), &database.database).contradiction;
    assert_eq!(
        contradiction(&young, &later),
        Some(Contradiction::DatabaseIsNewer)
    );
    assert_eq!(
        contradiction(&later, &young),
        Some(Contradiction::DatabaseIsOlder)
    );
    assert_eq!(contradiction(&old, &old), None);
    let small = made(1, 512, Stage::All);
    assert_eq!(contradiction(&small, &old), Some(Contradiction::PageSize));
    let mut plain = old.database.clone();
    plain[18..20].copy_from_slice(&[1, 1]);
    let found = fit(&traces(&old), &plain).contradiction;
    assert_eq!(found, Some(Contradiction::NotInWalMode));
    let found = fit(&traces(&old), &[7; 4096]).contradiction;
    assert_eq!(found, Some(Contradiction::NotInWalMode));
}

#[test]
fn the_salts_in_a_wal_index_tie_what_shares_no_page() {
    let mut found = 0;
    for seed in 0..4 {
        let set = made(seed, 1024, Stage::Never);
        for other in 0..4 {
            let index = made(other, 1024, Stage::Never);
            let shm = if other == seed { &set.shm } else { &index.shm };
            let backup = BackupSet {
                database: Some(Input::new("app.db", set.database.clone())),
                wal_index: Some(Input::new("app.db-shm", shm.clone().unwrap())),
                ..BackupSet::default()
            };
            let fit = Fit::of(&traces(&set), &backup).unwrap();
            assert_eq!(fit.has_salts, other == seed);
            assert_eq!(fit.is_shown(), other == seed);
            found += u32::from(fit.is_shown());
        }
    }
    assert_eq!(found, 4);
}

#[test]
fn a_wal_without_a_commit_has_no_traces() {
    let set = made(1, 1024, Stage::Never);
    for length in [0, 16, 32, 600, 1080] {
        let wal = Input::new("x", set.wal[..length].to_vec());
        assert!(Traces::read(&wal, ROOM, &()).unwrap().is_none());
    }
    let wal = Input::new("x", vec![7; 5000]);
    assert!(Traces::read(&wal, ROOM, &()).unwrap().is_none());
}

/// Little is kept of however large a WAL.
#[test]
fn what_is_kept_is_bounded() {
    let set = made(1, 512, Stage::All);
    let wal = || Input::new("x", set.wal.clone());
    for room in [0, 512, 2048, ROOM] {
        let traces = Traces::read(&wal(), room, &()).unwrap().unwrap();
        let fit = fit(&traces, &set.database);
        assert!(fit.compared as usize <= (room / 512).max(2), "{fit:?}");
    }
}

/// Every WAL of the fixtures against every database of them: what is called shown shares a page at least, but for its
/// reserved bytes.
#[test]
fn no_wal_of_a_fixture_fits_a_database_that_it_shares_nothing_with() {
    let cases = stillframe_testkit::cases::all();
    let mut pairs = [0; 2];
    for case in &cases {
        let Some(wal) = case.file("app.db-wal") else {
            continue;
        };
        let Some(traces) = Traces::read(&Input::new("x", wal.to_vec()), ROOM, &()).unwrap() else {
            continue;
        };
        let page_size = u32::from_be_bytes(wal[8..12].try_into().unwrap()) as usize;
        for other in &cases {
            let Some(database) = other.file("app.db") else {
                continue;
            };
            let shares = wal[32..].chunks_exact(24 + page_size).any(|frame| {
                let page = u32::from_be_bytes(frame[..4].try_into().unwrap()) as usize;
                let start = page.saturating_sub(1).checked_mul(page_size);
                // All but what SQLite leaves alone.
                let usable = page_size - usize::from(database.get(20).copied().unwrap_or(0));
                let held = start.and_then(|start| database.get(start..)?.get(..usable));
                page > 1 && held == Some(&frame[24..][..usable])
            });
            let fit = fit(&traces, database);
            assert!(
                shares || !fit.is_shown(),
                "{} {}: {fit:?}",
                case.path,
                other.path
            );
            pairs[usize::from(fit.is_shown())] += 1;
        }
    }
    assert!(pairs[0] > 5000 && pairs[1] > 10, "{pairs:?}");
}
