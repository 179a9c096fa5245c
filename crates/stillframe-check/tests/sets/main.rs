//! Sets that are built here byte by byte, and what is found in them.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot build its input fails"
)]

use std::sync::atomic::{AtomicU64, Ordering};

use stillframe_check::{Evidence, Part, Report, Severity, VerdictKind};
use stillframe_format::{PageNumber, PageSize};
use stillframe_history::{BackupSet, Input, Progress};
use stillframe_wal::{ByteOrder, Header, Salts, Writer};

#[path = "../support/mod.rs"]
mod support;

mod database;
mod encrypted;
mod end_of_log;
mod index_header;
mod indexes;
mod manifests;
mod moments;
mod policy;
mod sidecars;
mod trailing;
mod verdicts;
mod wal_index;
mod wals;

const PAGE: usize = 512;
const SLOT: usize = 24 + PAGE;

/// A database in WAL mode of so many pages, by its header and by its length. All but the first are free, as the last
/// one says: what is on the others does not matter.
fn database(pages: u32) -> Vec<u8> {
    let mut bytes = vec![0; pages as usize * PAGE];
    bytes[..16].copy_from_slice(b"SQLite format 3\0");
    bytes[16..24].copy_from_slice(&[2, 0, 2, 2, 0, 64, 32, 32]);
    bytes[24..28].copy_from_slice(&7u32.to_be_bytes());
    bytes[28..32].copy_from_slice(&pages.to_be_bytes());
    bytes[43] = 1;
    bytes[47] = 4;
    bytes[59] = 1;
    bytes[92..96].copy_from_slice(&7u32.to_be_bytes());
    bytes[100] = 13;
    bytes[105] = 2;
    if pages > 1 {
        bytes[32..36].copy_from_slice(&pages.to_be_bytes());
        bytes[36..40].copy_from_slice(&(pages - 1).to_be_bytes());
        let trunk = (2..pages).flat_map(u32::to_be_bytes);
        let last = (pages as usize - 1) * PAGE;
        bytes[last + 4..last + 8].copy_from_slice(&(pages - 2).to_be_bytes());
        for (byte, value) in bytes[last + 8..].iter_mut().zip(trunk) {
            *byte = value;
        }
    }
    bytes
}

/// A WAL of these frames: page, size after, content. It was begun anew once for each one that `salt1` is above 1.
fn wal_of(salt1: u32, frames: &[(u32, u32, &[u8])]) -> Vec<u8> {
    let size = PageSize::new(PAGE as u32).unwrap();
    let header = Header::new(
        size,
        ByteOrder::Little,
        salt1 - 1,
        Salts { salt1, salt2: 9 },
    );
    let mut writer = Writer::new(&header).unwrap();
    let mut wal = header.encode().to_vec();
    for &(page, size_after, data) in frames {
        wal.extend(writer.frame(PageNumber::new(page).unwrap(), size_after, data));
        wal.extend(data);
    }
    wal
}

/// A WAL of four commits to page 2 of a database of three pages.
fn wal() -> Vec<u8> {
    let pages: Vec<[u8; PAGE]> = (1..=4).map(|byte| [byte; PAGE]).collect();
    let frames: Vec<(u32, u32, &[u8])> = pages.iter().map(|page| (2, 3, &page[..])).collect();
    wal_of(1, &frames)
}

fn set(database: Option<Vec<u8>>, wal: Option<Vec<u8>>) -> BackupSet {
    BackupSet {
        database: database.map(|bytes| Input::new("app.db", bytes)),
        wal: wal.map(|bytes| Input::new("app.db-wal", bytes)),
        ..BackupSet::default()
    }
}

fn check(database: Option<Vec<u8>>, wal: Option<Vec<u8>>) -> Report {
    support::report(&set(database, wal))
}

fn all(report: &Report) -> Vec<&'static str> {
    support::codes(report, Severity::Note)
}

/// Start and end of the place of the one finding of this code.
fn range(report: &Report, code: &str) -> (u64, u64) {
    let mut findings = report.findings.iter();
    let finding = findings.find(|finding| finding.rule.code == code).unwrap();
    (finding.place.range.start, finding.place.range.end)
}

/// Counts what there is to do, and what is done.
#[derive(Default)]
struct Counter {
    expected: AtomicU64,
    done: AtomicU64,
}

impl Progress for Counter {
    fn advance(&self, bytes: u64) {
        self.done.fetch_add(bytes, Ordering::Relaxed);
    }

    fn expect(&self, bytes: u64) {
        self.expected.fetch_add(bytes, Ordering::Relaxed);
    }
}
