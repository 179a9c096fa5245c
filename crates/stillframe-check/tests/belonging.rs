//! Whether a WAL belongs to a database: over all fixtures, over copies of databases in use of which the truth is known, and
//! over sets that SQLite made, with their WALs swapped.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot make its input fails"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use stillframe_check::{Evidence, Grade, Report, Severity, VerdictKind};
use stillframe_history::{BackupSet, Input};
use stillframe_testkit::builder::stories::customers;
use stillframe_testkit::builder::{Set, live_copies};
use stillframe_testkit::naive;
use stillframe_testkit::oracle::Oracle;

#[path = "support/mod.rs"]
mod support;

fn set(database: &[u8], wal: &[u8], shm: Option<&[u8]>) -> BackupSet {
    BackupSet {
        database: Some(Input::new("app.db", database.to_vec())),
        wal: Some(Input::new("app.db-wal", wal.to_vec())),
        wal_index: shm.map(|shm| Input::new("app.db-shm", shm.to_vec())),
        ..BackupSet::default()
    }
}

fn check(database: &[u8], wal: &[u8], shm: Option<&[u8]>) -> Report {
    let set = set(database, wal, shm);
    Report::new(&Evidence::gather(&set, &()).unwrap())
}

fn grade(report: &Report) -> Grade {
    report.belongs.as_ref().unwrap().grade
}

/// The database that SQLite's checkpoint would make of the two, by the naive twin.
fn laid_over(database: &[u8], wal: &[u8]) -> Vec<u8> {
    let last = naive::commits(wal).len();
    naive::image(database, wal, last).unwrap().bytes().unwrap()
}

#[test]
fn the_grade_of_every_fixture_goes_with_its_verdict() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let mut grades = BTreeMap::<Grade, u32>::new();
    for kind in ["good", "bad", "sets"] {
        for folder in support::folders(&root.join(kind)) {
            let report = support::report_in(&folder, "app.db");
            let Some(belongs) = &report.belongs else {
                continue;
            };
            let name = format!("{}: {}", support::name(&folder), belongs.words());
            let is_other = [VerdictKind::ForeignWal, VerdictKind::StaleWal];
            let is_other = is_other.contains(&report.verdict.kind);
            let is_tied = [Grade::Proven, Grade::Likely].contains(&belongs.grade);
            assert!(!(is_other && is_tied), "{name}");
            if belongs.grade == Grade::Contradicted {
                assert!(report.has(Severity::Error), "{name}");
            }
            assert!(!belongs.words().ends_with(": "), "{name}");
            *grades.entry(belongs.grade).or_default() += 1;
        }
    }
    for grade in [Grade::Likely, Grade::Contradicted, Grade::Unknown] {
        assert!(grades.contains_key(&grade), "{grades:?}");
    }
}

#[test]
fn what_is_proven_of_a_copy_of_a_database_in_use_is_so() {
    let mut counts = BTreeMap::<(Grade, &str), u32>::new();
    for seed in 0..300 {
        for copy in live_copies(seed) {
            for shm in [None, Some(&copy.shm[..])] {
                let report = check(&copy.database, &copy.wal, shm);
                let Some(belongs) = &report.belongs else {
                    continue;
                };
                let truth = if copy.is_sound() {
                    "own"
                } else if copy.is_moment_of_wal || copy.shows_a_moment {
                    "a moment"
                } else {
                    "wrong"
                };
                *counts.entry((belongs.grade, truth)).or_default() += 1;
                let is_wrong = match belongs.grade {
                    Grade::Proven => truth == "wrong",
                    Grade::Contradicted => truth == "own",
                    Grade::Likely | Grade::Unknown => false,
                };
                assert!(
                    !is_wrong,
                    "{seed} {truth}: {} {}",
                    belongs.words(),
                    copy.story
                );
            }
        }
    }
    let of = |grade, truth| counts.get(&(grade, truth)).copied().unwrap_or_default();
    assert!(of(Grade::Proven, "own") > 300, "{counts:?}");
    assert!(of(Grade::Likely, "own") > 200, "{counts:?}");
    // A newer file, of which no byte tells that it is: where commits since left page 1 and most pages of the WAL alone.
    assert!(of(Grade::Likely, "wrong") <= 6, "{counts:?}");
}

/// A set of an application, of which every database has the same schema and settings, in each of several stages.
fn made(seed: u64, page_size: u32) -> Vec<Set> {
    let set = customers::database(seed, page_size);
    let mut stages = vec![set.copy()];
    set.checkpoint("PASSIVE");
    stages.push(set.copy());
    set.sql(&customers::rows(seed, 100, 40));
    stages.push(set.copy());
    let reader = set.reader();
    set.sql(&customers::rows(seed, 200, 40));
    set.checkpoint("PASSIVE");
    stages.push(set.copy());
    // Page 1 is left alone.
    set.sql("UPDATE customer SET name = 'x' || substr(name, 2) WHERE id % 7 = 0");
    drop(reader);
    set.checkpoint("PASSIVE");
    stages.push(set.copy());
    set.sql(&customers::rows(seed, 300, 3));
    stages.push(set.copy());
    set.checkpoint("TRUNCATE");
    set.sql("UPDATE customer SET note = 'y' || substr(note, 2) WHERE id % 5 = 0");
    stages.push(set.copy());
    stages
}

#[test]
fn no_wal_of_another_database_or_time_is_said_to_belong() {
    let mut grades = BTreeMap::<(&str, Grade), u32>::new();
    for page_size in [512, 1024, 4096] {
        let all: Vec<Vec<Set>> = (0..6).map(|seed| made(seed, page_size)).collect();
        for (seed, stages) in all.iter().enumerate() {
            for (stage, database) in stages.iter().enumerate() {
                for (of, others) in all.iter().enumerate() {
                    for (moment, wal) in others.iter().enumerate() {
                        let report = check(&database.database, &wal.wal, wal.shm.as_deref());
                        let what = match (of == seed, moment == stage) {
                            (true, true) => "own",
                            (true, false) => "of another time",
                            (false, _) => "of another database",
                        };
                        let grade = grade(&report);
                        *grades.entry((what, grade)).or_default() += 1;
                        let said = report.belongs.as_ref().unwrap();
                        let said =
                            format!("{page_size} {seed}.{stage} {of}.{moment} {}", said.words());
                        let is_tied = [Grade::Proven, Grade::Likely].contains(&grade);
                        assert!(of == seed || !is_tied, "{said}");
                        let is_said = grade != Grade::Contradicted || report.has(Severity::Error);
                        assert!(is_said, "{page_size} {seed}.{stage} {of}.{moment}");
                        assert!(what != "own" || grade != Grade::Contradicted, "{said}");
                        if what == "of another time" && is_tied {
                            let shown = laid_over(&database.database, &wal.wal);
                            let mut moments =
                                others.iter().map(|it| laid_over(&it.database, &it.wal));
                            let is_moment = moments.any(|moment| moment == shown);
                            assert!(is_moment, "{said}");
                        }
                    }
                }
            }
        }
    }
    let of = |what, grade| grades.get(&(what, grade)).copied().unwrap_or_default();
    assert!(of("own", Grade::Proven) > 30, "{grades:?}");
    assert!(
        of("of another database", Grade::Contradicted) > 1500,
        "{grades:?}"
    );
}

#[test]
fn what_sqlite_overwrites_is_what_its_checkpoint_does() {
    let oracle = Oracle::new();
    let mut compared = 0;
    for (one, other) in [(512, 512), (1024, 4096), (4096, 1024)] {
        let (ones, others) = (made(1, one), made(2, other));
        for database in &ones {
            for wal in others.iter().chain(&ones) {
                let report = check(&database.database, &wal.wal, None);
                let Some(written) = report.belongs.unwrap().overwrites else {
                    continue;
                };
                let after = oracle.checkpoint(&database.database, &wal.wal).unwrap();
                assert_eq!(written.bytes_after, after.len() as u64);
                let size = written.page_size as usize;
                let pages = database.database.chunks(size).zip(after.chunks(size));
                let differing: Vec<u32> = (1..)
                    .zip(pages)
                    .filter(|(_, (before, after))| before != after)
                    .map(|(page, _)| page)
                    .collect();
                let is_in = |page: &u32| {
                    let mut runs = written.runs.iter();
                    runs.any(|(first, last)| (first..=last).contains(&page))
                };
                assert!(differing.iter().all(is_in), "{written:?} {differing:?}");
                let of_runs: u32 = written
                    .runs
                    .iter()
                    .map(|(first, last)| last - first + 1)
                    .sum();
                assert_eq!(of_runs, written.overwritten);
                if let Some(changed) = written.changed {
                    assert_eq!(changed as usize, differing.len());
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 100, "{compared}");
}

/// Bytes that have no structure.
fn random(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) as u8
    };
    (0..length).map(|_| next()).collect()
}

#[test]
fn of_an_encrypted_database_equal_pages_and_the_salt_tell() {
    const PAGE: usize = 4096;
    let database = random(1, 4 * PAGE);
    let wal = |frames: &[(u32, &[u8])]| {
        let mut writer = naive::Writer::new(PAGE as u32, (7, 8), 0);
        for (number, (page, data)) in frames.iter().enumerate() {
            let is_last = number + 1 == frames.len();
            writer.frame(*page, data, if is_last { 4 } else { 0 });
        }
        writer.into_bytes()
    };
    let page = |number: usize| &database[(number - 1) * PAGE..number * PAGE];
    let other = random(2, PAGE);
    let of_the_same_key = [&page(1)[..16], &other[16..]].concat();
    for (frames, expected) in [
        (&[(1, page(1)), (3, page(3))][..], Grade::Proven),
        (&[(1, &other[..]), (3, page(3))], Grade::Likely),
        (&[(1, &of_the_same_key[..]), (3, &other[..])], Grade::Likely),
        (&[(1, &other[..]), (3, &other[..])], Grade::Unknown),
    ] {
        let report = check(&database, &wal(frames), None);
        assert_eq!(report.verdict.kind, VerdictKind::Encrypted);
        assert_eq!(
            grade(&report),
            expected,
            "{}",
            report.belongs.unwrap().words()
        );
    }
    // What is in clear names pages of another size than the WAL, whatever page 1 in the WAL says.
    let mut in_clear = database.clone();
    in_clear[16..24].copy_from_slice(&[4, 0, 2, 2, 32, 64, 32, 32]);
    let frames: &[&[(u32, &[u8])]] = &[&[(1, page(1)), (3, page(3))], &[(3, page(3))]];
    for frames in frames {
        let report = check(&in_clear, &wal(frames), None);
        let words = report.belongs.as_ref().unwrap().words();
        assert_eq!(
            words,
            "contradicted: the database file has pages of 1024 bytes, the WAL of 4096"
        );
        assert!(report.has(Severity::Error));
    }
}

/// Frames of the generation before that are not all there tie a file to nothing: of another database of that size, in which each
/// letter is another, the same is said.
#[test]
fn what_is_left_in_part_does_not_tell_an_older_copy_from_another_database() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let set = support::set(
        &fixtures.join("sets/database-then-wal-overwritten"),
        "app.db",
    );
    let report = support::report(&set);
    let mut other = fs::read(fixtures.join("sets/database-then-wal-overwritten/app.db")).unwrap();
    let letters = other[512..]
        .iter_mut()
        .filter(|byte| byte.is_ascii_alphabetic());
    assert!(letters.map(|byte| *byte ^= 0x20).count() > 100);
    let other = BackupSet {
        database: Some(Input::new("app.db", other)),
        ..set
    };
    let of_other = support::report(&other);
    assert_eq!(all(&of_other), all(&report));
    assert_eq!(of_other.verdict, report.verdict);
}

fn all(report: &Report) -> Vec<(&'static str, &str)> {
    let findings = report.findings.iter();
    findings.map(|it| (it.rule.code, &*it.message)).collect()
}
