//! The last frame of a WAL that does not hold: what it is without a wal-index, and with one that knows it or does not.

use stillframe_testkit::builder::{Plan, SetBuilder};
use stillframe_testkit::naive::checksum;

use super::*;

/// A WAL that was begun anew and has one commit, and two then: the second stands where the last frame stood before.
struct Story {
    database: Vec<u8>,
    first: Vec<u8>,
    second: Vec<u8>,
    /// The wal-indexes of these; and the first one as SQLite makes it anew of the WAL.
    indexes: [Vec<u8>; 3],
}

const WAL_PAGE: usize = 1024;
const WAL_SLOT: usize = 24 + WAL_PAGE;

fn orders() -> SetBuilder {
    let mut set = SetBuilder::new("end-of-log", &Plan::with_page_size(WAL_PAGE as u32));
    set.commit("CREATE TABLE orders(id INTEGER PRIMARY KEY, cents INT, item TEXT)");
    set.commit(
        "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 160)
        INSERT INTO orders SELECT i, i * 100, hex(zeroblob(30)) || i FROM n",
    );
    set
}

fn update(set: &mut SetBuilder, id: u32) {
    set.commit(&format!("UPDATE orders SET cents = 7 WHERE id = {id}"));
}

fn story() -> Story {
    let mut set = orders();
    set.checkpoint("TRUNCATE");
    update(&mut set, 10);
    update(&mut set, 50);
    set.checkpoint("RESTART");
    update(&mut set, 90);
    let (first, index) = (set.file("-wal"), set.file("-shm"));
    update(&mut set, 130);
    let second = set.file("-wal");
    assert_eq!([first.len(), second.len()], [32 + 2 * WAL_SLOT; 2]);
    Story {
        database: set.file(""),
        first,
        second,
        indexes: [index.clone(), set.file("-shm"), made_anew(index)],
    }
}

/// No transaction was made since.
fn made_anew(mut index: Vec<u8>) -> Vec<u8> {
    for copy in index[..96].chunks_exact_mut(48) {
        copy[8..12].fill(0);
        let (first, second) = checksum(cfg!(target_endian = "big"), (0, 0), &copy[..40]);
        copy[40..44].copy_from_slice(&first.to_ne_bytes());
        copy[44..].copy_from_slice(&second.to_ne_bytes());
    }
    index
}

impl Story {
    fn report(&self, wal: &[u8], index: Option<usize>) -> Report {
        let index = index.and_then(|index| self.indexes.get(index));
        support::report(&BackupSet {
            wal_index: index.map(|bytes| Input::new("app.db-shm", bytes.clone())),
            ..set(Some(self.database.clone()), Some(wal.to_vec()))
        })
    }
}

/// Nothing stands behind it that tells.
#[test]
fn a_commit_half_written_over_the_last_frame() {
    let story = story();
    let last = 32 + WAL_SLOT;
    let mut half = story.first.clone();
    half[last..last + 24].copy_from_slice(&story.second[last..last + 24]);
    for (index, code) in [
        (None, "WAL104"),
        (Some(0), "WAL909"),
        (Some(1), "WAL104"),
        (Some(2), "WAL104"),
    ] {
        let report = story.report(&half, index);
        let codes = all(&report);
        let of_frame = codes
            .iter()
            .filter(|code| ["WAL104", "WAL108", "WAL909"].contains(code));
        assert_eq!(of_frame.collect::<Vec<_>>(), [&code], "{index:?}");
        assert_ne!(report.verdict.kind, VerdictKind::CompleteWithWal);
        let is_noted = support::codes(&report, Severity::Warning).is_empty();
        assert_eq!(is_noted, index == Some(0), "{index:?}");
        assert!(
            !codes.iter().any(|code| code.starts_with("SHM0")),
            "{codes:?}"
        );
    }
}

/// So is what stood there before, if that differs in one byte.
#[test]
fn a_last_commit_with_a_byte_that_is_wrong() {
    let story = story();
    let mut damaged = story.second.clone();
    *damaged.last_mut().unwrap() ^= 1;
    for (index, code) in [(None, "WAL104"), (Some(0), "WAL104"), (Some(1), "WAL108")] {
        let report = story.report(&damaged, index);
        assert!(
            all(&report).contains(&code),
            "{index:?}: {:?}",
            all(&report)
        );
        assert_ne!(report.verdict.kind, VerdictKind::CompleteWithWal);
    }
    // In a WAL that was never begun anew nothing stood there.
    let mut set = orders();
    update(&mut set, 10);
    let mut damaged = set.file("-wal");
    *damaged.last_mut().unwrap() ^= 1;
    let report = check(Some(set.file("")), Some(damaged));
    assert!(all(&report).contains(&"WAL108"));
}
