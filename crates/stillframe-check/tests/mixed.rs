//! Pages of different moments told from damage, by shares: databases that SQLite made are damaged from a seed, in each of the
//! ways in which storage does it.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot build its input fails"
)]

use std::collections::BTreeMap;

use stillframe_check::{Severity, VerdictKind};
use stillframe_history::{BackupSet, Input};
use stillframe_testkit::builder::Seed;
use stillframe_testkit::recorder::{Device, Disk, open, record};

mod support;

/// How a database is damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Damage {
    /// One to four bits, anywhere.
    Bits,
    /// Up to 64 bytes side by side.
    Run,
    /// 512 bytes of zeros.
    ZeroedSector,
    /// A page of zeros.
    ZeroedPage,
    /// A page of anything.
    RandomPage,
    /// Two pages in each other's place: both writes went astray.
    Swapped,
    /// A page over another one: one write went astray, and that to its own place was lost.
    Astray,
    /// A page as it was before: its write was lost.
    Lost,
    /// Three of them.
    ThreeLost,
}

const ALL: [Damage; 9] = [
    Damage::Bits,
    Damage::Run,
    Damage::ZeroedSector,
    Damage::ZeroedPage,
    Damage::RandomPage,
    Damage::Swapped,
    Damage::Astray,
    Damage::Lost,
    Damage::ThreeLost,
];

/// A database before some transactions and after them.
struct Moments {
    before: Vec<u8>,
    after: Vec<u8>,
    page: usize,
}

fn moments(page: usize, auto_vacuum: &str, rows: u32) -> Moments {
    let run = |disk: &Disk, sql: &str| {
        let after = record(disk, Device::default(), || {
            open("app.db").unwrap().execute_batch(sql).unwrap();
        });
        after.after
    };
    let before = run(
        &Disk::default(),
        &format!(
            "PRAGMA page_size={page}; PRAGMA auto_vacuum={auto_vacuum};
             CREATE TABLE log (id INTEGER PRIMARY KEY, word, text); CREATE INDEX log_word ON log (word);
             CREATE TABLE keyed (word TEXT PRIMARY KEY, text) WITHOUT ROWID;
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})
             INSERT INTO log SELECT i, i * 7919 % 10007, printf('%.*c', 20 + i * 37 % 900, char(65 + i % 26)) FROM n;
             INSERT INTO keyed SELECT hex(word) || id, text FROM log LIMIT 100; DELETE FROM log WHERE id % 5 = 0"
        ),
    );
    let after = run(
        &before,
        "UPDATE log SET word = word * 31 % 10007 WHERE id % 3 = 0;
         INSERT INTO log (word, text) SELECT word + 1, text || 'more' FROM log LIMIT 60;
         UPDATE keyed SET text = text || 'more' WHERE word LIKE '3%'",
    );
    let of = |disk: &Disk| disk.files["app.db"].clone();
    Moments {
        before: of(&before),
        after: of(&after),
        page,
    }
}

fn damaged(moments: &Moments, damage: Damage, seed: &mut Seed) -> Vec<u8> {
    let mut bytes = moments.after.clone();
    let (page, pages) = (moments.page, moments.after.len() / moments.page);
    let mut below = |end: usize| seed.below(end as u64) as usize;
    let range = |number: usize| number * page..(number + 1) * page;
    match damage {
        Damage::Bits => {
            for _ in 0..=below(4) {
                bytes[below(moments.after.len())] ^= 1 << below(8);
            }
        }
        Damage::Run => {
            let (start, length) = (below(bytes.len() - 64), 2 + below(63));
            bytes[start..start + length].fill_with(|| below(256) as u8);
        }
        Damage::ZeroedSector => {
            let sector = 1 + below(bytes.len() / 512 - 1);
            bytes[sector * 512..][..512].fill(0);
        }
        Damage::ZeroedPage => bytes[range(1 + below(pages - 1))].fill(0),
        Damage::RandomPage => {
            let at = range(1 + below(pages - 1));
            bytes[at].fill_with(|| below(256) as u8);
        }
        Damage::Swapped | Damage::Astray => {
            let (one, other) = (1 + below(pages - 1), 1 + below(pages - 1));
            bytes.copy_within(range(one), other * page);
            if damage == Damage::Swapped {
                bytes[range(one)].copy_from_slice(&moments.after[range(other)]);
            }
        }
        Damage::Lost | Damage::ThreeLost => {
            let common = moments.before.len().min(moments.after.len()) / page;
            let changed = (1..common).filter(|&it| moments.before[range(it)] != bytes[range(it)]);
            let changed: Vec<usize> = changed.collect();
            for _ in 0..if damage == Damage::Lost { 1 } else { 3 } {
                let number = changed[below(changed.len())];
                bytes[range(number)].copy_from_slice(&moments.before[range(number)]);
            }
        }
    }
    bytes
}

#[test]
fn damage_is_told_from_pages_of_different_moments() {
    let mut seed = Seed(34);
    let mut shares: BTreeMap<Damage, (u32, u32)> = BTreeMap::new();
    for (page, rows) in [(512, 150), (1024, 600), (4096, 900)] {
        for auto_vacuum in ["NONE", "FULL", "INCREMENTAL"] {
            let moments = moments(page, auto_vacuum, rows);
            for damage in ALL {
                for _ in 0..40 {
                    let set = BackupSet {
                        database: Some(Input::new("app.db", damaged(&moments, damage, &mut seed))),
                        ..BackupSet::default()
                    };
                    let report = support::report(&set);
                    let is_wrong = !support::codes(&report, Severity::Error).is_empty();
                    let is_mixed =
                        report.verdict.kind == VerdictKind::Torn && report.verdict.cause.is_some();
                    let (mixed, wrong) = shares.entry(damage).or_default();
                    *mixed += u32::from(is_mixed);
                    *wrong += u32::from(is_wrong);
                }
            }
        }
    }
    println!("called pages of different moments: {shares:#?}");
    for (damage, (mixed, wrong)) in shares {
        // A page that is in another's place is sound by itself, too, and contradicts others: no file tells the one from the
        // other. What storage does to bytes is not taken for it.
        let (least, most) = match damage {
            Damage::Bits
            | Damage::Run
            | Damage::ZeroedSector
            | Damage::ZeroedPage
            | Damage::RandomPage => (0, 0),
            Damage::Swapped | Damage::Astray => (0, 25),
            Damage::Lost => (15, 100),
            Damage::ThreeLost => (60, 100),
        };
        let share = mixed * 100 / wrong.max(1);
        assert!(
            (least..=most).contains(&share),
            "{damage:?}: {mixed} of {wrong}"
        );
        assert!(most > 0 || mixed == 0, "{damage:?}: {mixed} of {wrong}");
        assert!(wrong > 30, "{damage:?}: {wrong}");
    }
}
