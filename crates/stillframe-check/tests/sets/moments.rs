//! A database and a WAL that are of different moments.

use stillframe_testkit::builder::{Plan, SetBuilder};

use super::*;

#[test]
fn page_1_only_in_the_wal() {
    let page_1 = database(3)[..PAGE].to_vec();
    let frames: &[(u32, u32, &[u8])] = &[(1, 3, &page_1)];
    let mut damaged = database(3);
    damaged[..100].fill(0);
    let report = check(Some(damaged), Some(wal_of(1, frames)));
    assert_eq!(all(&report), ["DB206"]);
    assert_eq!(range(&report, "DB206"), (0, 100));
    assert_eq!(report.verdict.kind, VerdictKind::CompleteWithWal);

    let broken = [7; PAGE];
    let report = check(Some(database(3)), Some(wal_of(1, &[(1, 3, &broken)])));
    assert_eq!(all(&report), ["DB001"]);
    assert_eq!(range(&report, "DB001"), (56, 72));
    assert_eq!(report.findings[0].place.input, "app.db-wal");
    assert_eq!(report.verdict.kind, VerdictKind::ForeignWal);
    assert!(report.verdict.next.unwrap().contains("--at 0"));
}

#[test]
fn a_wal_of_a_larger_database() {
    let page = [3; PAGE];
    let frames: &[(u32, u32, &[u8])] = &[(4, 0, &page), (5, 5, &page)];
    let report = check(Some(database(3)), Some(wal_of(1, frames)));
    assert_eq!(all(&report), ["DB204", "SET206"]);
    let trailing = report.findings.iter().find(|it| it.rule.code == "DB204");
    assert_eq!(trailing.unwrap().place.part.to_string(), "frame 1");
    // No transaction between the two counts of pages wrote page 1.
    assert_eq!(range(&report, "SET206"), (28, 32));
    assert_eq!(report.verdict.kind, VerdictKind::ForeignWal);
}

/// Page 1 of a database of three pages, with this change counter and schema cookie.
fn page_1(change_counter: u8, schema_cookie: u8) -> Vec<u8> {
    let mut page = database(3)[..PAGE].to_vec();
    (page[27], page[95]) = (change_counter, change_counter);
    page[43] = schema_cookie;
    page
}

#[test]
fn a_database_newer_than_its_wal() {
    let aged = |change_counter, schema_cookie| {
        let mut bytes = page_1(change_counter, schema_cookie);
        bytes.extend_from_slice(&database(3)[PAGE..]);
        if (change_counter, schema_cookie) == (9, 5) {
            // As the last commit leaves it.
            (bytes[31], bytes[35], bytes[39]) = (2, 2, 1);
        }
        bytes
    };
    // Page 2, which is free, begins as the freelist's only page does.
    let mut other = [6; PAGE];
    other[..8].fill(0);
    let (first, mut last) = (page_1(8, 4), page_1(9, 5));
    (last[31], last[35], last[39]) = (2, 2, 1);
    let frames: &[(u32, u32, &[u8])] = &[(1, 3, &first), (2, 3, &other), (1, 2, &last)];
    let codes = |database: Vec<u8>, wal: &[u8]| {
        support::codes(
            &check(Some(database), Some(wal.to_vec())),
            Severity::Warning,
        )
    };
    let whole = wal_of(1, frames);
    // What was there before the WAL, and what a checkpoint has copied.
    for (change_counter, schema_cookie) in [(7, 4), (8, 3), (8, 4), (9, 5)] {
        let database = aged(change_counter, schema_cookie);
        assert!(codes(database, &whole).is_empty());
    }
    // Not newer than the WAL, nor what it was written over: the one becomes larger and the other smaller.
    for (change_counter, schema_cookie) in [(7, 9), (9, 4)] {
        let database = aged(change_counter, schema_cookie);
        assert_eq!(codes(database, &whole), ["SET206"]);
    }
    for (change_counter, schema_cookie) in [(10, 5), (10, 1), (9, 6)] {
        assert_eq!(
            codes(aged(change_counter, schema_cookie), &whole),
            ["SET204"]
        );
    }
    // Two pages as of the last commit, three in the file, and no VACUUM in between: it was the other way round.
    let mut larger = aged(9, 5);
    larger[31] = 3;
    let report = check(Some(larger.clone()), Some(whole.clone()));
    assert_eq!(range(&report, "SET204"), (28, 32));
    // With auto-vacuum it can have become smaller; it is not what the WAL was written over all the same.
    larger[55] = 1;
    assert_eq!(codes(larger, &whole), ["SET206"]);
    // The last commit is cut off or damaged, and all was checkpointed before that.
    assert_eq!(codes(aged(9, 5), &whole[..whole.len() - SLOT]), ["SET204"]);
    let mut damaged = whole.clone();
    damaged[32 + SLOT + 24] ^= 1;
    assert_eq!(codes(aged(9, 5), &damaged), ["WAL101"]);
    // A rollback journal's database, and one of other pages, are other rules' business.
    let mut rollback_mode = aged(10, 5);
    rollback_mode[18..20].fill(1);
    assert_eq!(codes(rollback_mode, &whole), ["SET201"]);

    // SQLite refuses the file alone, too, where it is cut.
    let mut cut = aged(10, 5);
    cut.truncate(2 * PAGE);
    cut[28..32].copy_from_slice(&3u32.to_be_bytes());
    cut[92..96].copy_from_slice(&10u32.to_be_bytes());
    let verdict = check(Some(cut), Some(whole.clone())).verdict;
    assert_eq!(verdict.kind, VerdictKind::StaleWal);
    assert_eq!(verdict.next, None);
    assert_eq!(
        verdict.rebuildable,
        "nothing: page 1 of the database file counts 3 pages, of which 2 are there, and the WAL is of another moment"
    );

    let report = check(Some(aged(10, 5)), Some(whole));
    assert_eq!(range(&report, "SET204"), (24, 28));
    let verdict = &report.verdict;
    assert_eq!(verdict.kind, VerdictKind::StaleWal);
    let destroyed = verdict.sqlite_destroys.as_deref().unwrap();
    assert!(
        destroyed.starts_with("2 newer pages of app.db"),
        "{destroyed}"
    );
    assert!(destroyed.ends_with("1 page at its end"), "{destroyed}");
    assert!(verdict.next.as_deref().unwrap().contains("--at 0"));
}

/// A WAL of a second generation, whose one commit is to page 3, over the rest of the first: three commits to page 2.
fn begun_anew() -> Vec<u8> {
    let older: Vec<[u8; PAGE]> = (1..=4).map(|byte| [byte; PAGE]).collect();
    let older: Vec<(u32, u32, &[u8])> = older.iter().map(|page| (2, 3, &page[..])).collect();
    let mut bytes = wal_of(1, &older);
    let third = database(3)[2 * PAGE..].to_vec();
    let newer = wal_of(2, &[(3, 3, &third)]);
    bytes[..newer.len()].copy_from_slice(&newer);
    bytes
}

#[test]
fn a_database_without_what_a_checkpoint_brought_into_it() {
    let (mut checkpointed, wal) = (database(3), begun_anew());
    checkpointed[PAGE..2 * PAGE].fill(4);
    let report = check(Some(checkpointed.clone()), Some(wal.clone()));
    assert_eq!(support::codes(&report, Severity::Warning), [""; 0]);

    let report = check(Some(database(3)), Some(wal.clone()));
    assert_eq!(support::codes(&report, Severity::Warning), ["SET205"]);
    assert_eq!(range(&report, "SET205"), (PAGE as u64, 2 * PAGE as u64));
    assert_eq!(report.verdict.kind, VerdictKind::Torn);
    // Cut within the last slot, as a limit to its size does it: a later version may have been behind.
    let cut = wal[..wal.len() - 1].to_vec();
    let report = check(Some(database(3)), Some(cut));
    assert_eq!(support::codes(&report, Severity::Warning), [""; 0]);
    // Only what chains is known to have been committed.
    let mut rotten = wal.clone();
    for slot in [1, 2, 3] {
        rotten[32 + slot * SLOT + 24] ^= 1;
    }
    let report = check(Some(database(3)), Some(rotten));
    assert_eq!(support::codes(&report, Severity::Warning), [""; 0]);
    // The log of a larger database is not this one's.
    let mut smaller = database(2);
    smaller.resize(3 * PAGE, 0);
    let report = check(Some(smaller), Some(wal));
    assert_eq!(support::codes(&report, Severity::Warning), ["DB204"]);
    assert_eq!(report.verdict.kind, VerdictKind::ForeignWal);
}

/// What is behind the log is read for its reasons and, only where a generation before is left of which pages can be
/// missing, once more; where some are, twice and with the log, and the database with them is looked at. The log is read
/// first, in a piece together with what is behind.
#[test]
fn all_that_is_read_for_missing_pages_is_expected() {
    for (wal, slots_behind) in [(begun_anew(), 3), (wal(), 0)] {
        let behind = slots_behind * SLOT as u64;
        let set = set(Some(database(3)), Some(wal));
        let counter = Counter::default();
        let evidence = Evidence::gather(&set, &counter).unwrap();
        assert_eq!(evidence.missed.is_some(), slots_behind > 0);
        // Where nothing is missing, the three pages are looked at, for their structure and for their content.
        let walked = evidence.inside.map_or(0, |_| 2 * 3 * PAGE as u64);
        let expected = counter.expected.into_inner();
        let repaired = match slots_behind {
            0 => 0,
            _ => behind + set.wal_bytes() + 2 * 3 * PAGE as u64,
        };
        assert_eq!(expected, behind + walked + repaired);
        let read = set.wal_bytes() - 32 + behind;
        assert_eq!(counter.done.into_inner(), read + expected);
    }
}

/// Of the generation before the last more pages have to be missing than the last can have written in frames that are gone.
#[test]
fn a_database_without_what_the_checkpoint_before_the_last_brought_into_it() {
    let mut set = SetBuilder::new("two-resets", &Plan::with_page_size(512));
    set.commit("CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER, v TEXT)");
    set.commit(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
         INSERT INTO t SELECT i, 1, printf('%050d', i) FROM n",
    );
    set.checkpoint("TRUNCATE");
    // Each of them writes one page, and no other one.
    let updates = |set: &mut SetBuilder, ids: &[u32]| {
        for id in ids {
            set.commit(&format!("UPDATE t SET n = n + 1 WHERE id = {id}"));
        }
    };
    let before = set.file("");
    updates(&mut set, &[1, 20, 40, 60, 80, 100, 120, 140]);
    let first = set.file("");
    set.checkpoint("RESTART");
    // Of the eight pages it writes three again; all of its frames are written over.
    updates(&mut set, &[140, 120, 100]);
    set.checkpoint("RESTART");
    updates(&mut set, &[180, 160, 200]);
    let copy = set.copy();
    let codes = |database: &[u8]| {
        let report = check(Some(database.to_vec()), Some(copy.wal.clone()));
        support::codes(&report, stillframe_check::Severity::Warning)
    };
    assert_eq!(codes(&copy.database), [""; 0]);
    assert_eq!(codes(&before), ["SET205"]);
    assert_eq!(codes(&first), ["SET205"]);
    // Of the eight pages, the frames of the first three are written over, and nothing vouches for that of the fourth.
    let size = 512;
    let pages = (0..before.len() / size).map(|page| page * size..(page + 1) * size);
    let changed = pages.filter(|page| before[page.clone()] != copy.database[page.clone()]);
    let changed: Vec<_> = changed.collect();
    assert_eq!(changed.len(), 8);
    for (lost, expected) in [(2, &[][..]), (3, &[][..]), (4, &["SET205"][..])] {
        let mut some = copy.database.clone();
        let page = changed[lost].clone();
        some[page.clone()].copy_from_slice(&before[page]);
        assert_eq!(codes(&some), expected, "{lost}");
    }
}
