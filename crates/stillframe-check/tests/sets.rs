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

mod support;

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

/// A WAL of these frames: page, size after, content.
fn wal_of(salt1: u32, frames: &[(u32, u32, &[u8])]) -> Vec<u8> {
    let size = PageSize::new(PAGE as u32).unwrap();
    let header = Header::new(size, ByteOrder::Little, 0, Salts { salt1, salt2: 9 });
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

#[test]
fn a_sound_set_has_no_findings() {
    let report = check(Some(database(3)), Some(wal()));
    assert!(all(&report).is_empty(), "{:?}", report.findings);
    assert_eq!(report.verdict.kind, VerdictKind::CompleteWithWal);
}

#[test]
fn a_wal_cut_anywhere_is_no_damage() {
    let whole = wal();
    for length in 0..=whole.len() {
        let report = check(Some(database(3)), Some(whole[..length].to_vec()));
        let expected: &[&str] = if (1..32).contains(&length) {
            &["WAL001"]
        } else {
            &[]
        };
        assert_eq!(
            support::codes(&report, Severity::Warning),
            expected,
            "{length}"
        );
    }
}

#[test]
fn a_bit_flipped_anywhere_in_a_wal_is_found_once() {
    let whole = wal();
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        let report = check(Some(database(3)), Some(bytes));
        let codes = support::codes(&report, Severity::Warning);
        let [code] = codes[..] else {
            panic!("byte {at}: {codes:?}");
        };
        let last = whole.len() - SLOT;
        let expected = match (at, at.saturating_sub(32) % SLOT) {
            (3, _) => ["WAL004", "WAL004"],
            (..4, _) => ["WAL002", "WAL002"],
            (8..12, _) => ["WAL003", "WAL003"],
            (..32, _) => ["WAL004", "WAL004"],
            (_, 8..16) => ["WAL102", "WAL102"],
            _ if at >= last => ["WAL104", "WAL104"],
            _ => ["WAL101", "WAL103"],
        };
        assert!(expected.contains(&code), "byte {at}: {code}");
    }
}

#[test]
fn frames_of_zeros_hide_commits() {
    let mut bytes = wal();
    let second = 32 + SLOT;
    bytes[second..second + SLOT].fill(0);
    let report = check(Some(database(3)), Some(bytes.clone()));
    assert_eq!(all(&report), ["WAL105"]);
    assert_eq!(
        range(&report, "WAL105"),
        (second as u64, (second + SLOT) as u64)
    );
    assert_eq!(report.verdict.kind, VerdictKind::Corrupt);

    let page = [5; PAGE];
    let frames: &[(u32, u32, &[u8])] = &[(2, 3, &page[..]); 5];
    let mut longer = wal_of(1, frames);
    longer[second..second + 2 * SLOT].fill(0);
    let report = check(Some(database(3)), Some(longer));
    let message = &report.findings[0].message;
    assert!(
        message.contains("zeros; the same is true of 1 slot behind it"),
        "{message}"
    );

    bytes[second + 3] = 2;
    let report = check(Some(database(3)), Some(bytes));
    assert_eq!(all(&report), ["WAL105"]);
    let message = &report.findings[0].message;
    assert!(
        message.contains("its checksum are zero. 1 commit "),
        "{message}"
    );
}

#[test]
fn a_commit_half_written_over_an_older_frame_is_a_note() {
    let older = wal();
    let pages = [[8; PAGE], [9; PAGE]];
    let frames: Vec<(u32, u32, &[u8])> = pages.iter().map(|page| (2, 3, &page[..])).collect();
    let newer = wal_of(2, &frames);
    let written = 32 + SLOT + 24;
    let mut bytes = older.clone();
    bytes[..written].copy_from_slice(&newer[..written]);
    let report = check(Some(database(3)), Some(bytes));
    assert_eq!(all(&report), ["WAL904", "WAL909"]);
    assert_eq!(range(&report, "WAL909").0, (32 + SLOT) as u64);
}

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
fn a_size_that_does_not_count_and_a_page_that_is_not_whole() {
    let mut bytes = database(3);
    bytes[95] = 6;
    bytes.truncate(3 * PAGE - 1);
    let report = check(Some(bytes.clone()), Some(Vec::new()));
    assert_eq!(all(&report), ["DB103", "DB901", "WAL908"]);
    assert_eq!(range(&report, "DB103"), (1024, 1535));
    assert_eq!(report.verdict.kind, VerdictKind::Torn);

    let mut longer = database(3);
    longer.push(b'\n');
    let report = check(Some(longer), Some(Vec::new()));
    assert_eq!(all(&report), ["DB902", "WAL908"]);
    assert_eq!(range(&report, "DB902"), (1536, 1537));

    let third = &database(3)[2 * PAGE..];
    bytes[95] = 7;
    let report = check(Some(bytes), Some(wal_of(1, &[(3, 3, third)])));
    assert_eq!(all(&report), ["DB902"]);
}

#[test]
fn short_files() {
    let start = database(1);
    for length in 0..100 {
        let report = check(Some(start[..length].to_vec()), Some(Vec::new()));
        let expected: &[&str] = if length < 2 { &["DB207"] } else { &["DB002"] };
        assert_eq!(support::codes(&report, Severity::Warning), expected);
        let kind = report.verdict.kind;
        assert_eq!(kind == VerdictKind::Torn, length >= 2, "{length}: {kind:?}");
    }
    let report = check(Some(b"404 page not found\n".to_vec()), None);
    assert_eq!(all(&report), ["DB001"]);
    assert_eq!(report.verdict.kind, VerdictKind::NotSqlite);
    let report = check(Some(b"404".to_vec()), None);
    assert_eq!(range(&report, "DB001"), (0, 3));
}

#[test]
fn an_empty_database_beside_a_wal() {
    let page_1 = database(1);
    let whole = wal_of(1, &[(1, 1, &page_1)]);
    for length in [0, 32] {
        for database in [Vec::new(), vec![0]] {
            let report = check(Some(database), Some(whole[..length].to_vec()));
            assert_eq!(all(&report), ["DB207", "WAL908"]);
        }
        let report = check(None, Some(whole[..length].to_vec()));
        assert_eq!(all(&report), ["SET103", "WAL908"]);
    }
    for (database, code) in [(Some(vec![0]), "SET101"), (None, "SET102")] {
        let report = check(database, Some(whole.clone()));
        assert_eq!(support::codes(&report, Severity::Warning), [code]);
        assert_eq!(report.verdict.kind, VerdictKind::ProvenIncomplete);
        assert!(report.verdict.sqlite_destroys.is_some());
        assert!(
            report.findings[0]
                .help
                .as_ref()
                .unwrap()
                .contains("rebuild")
        );
    }
}

#[test]
fn a_wal_of_a_larger_database() {
    let page = [3; PAGE];
    let frames: &[(u32, u32, &[u8])] = &[(4, 0, &page), (5, 5, &page)];
    let report = check(Some(database(3)), Some(wal_of(1, frames)));
    assert_eq!(all(&report), ["DB204"]);
    assert_eq!(report.findings[0].place.part.to_string(), "frame 1");
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
    // What was there before the WAL, what a checkpoint has copied, and what lies: a smaller counter says older.
    for (change_counter, schema_cookie) in [(7, 4), (8, 3), (8, 4), (9, 5), (7, 9), (9, 4)] {
        let database = aged(change_counter, schema_cookie);
        assert!(codes(database, &whole).is_empty());
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
    // With auto-vacuum it can have become smaller.
    larger[55] = 1;
    assert!(codes(larger, &whole).is_empty());
    // The last commit is cut off or damaged, and all was checkpointed before that.
    assert_eq!(codes(aged(9, 5), &whole[..whole.len() - SLOT]), ["SET204"]);
    let mut damaged = whole.clone();
    damaged[32 + SLOT + 24] ^= 1;
    assert_eq!(codes(aged(9, 5), &damaged), ["WAL101"]);
    // A rollback journal's database, and one of other pages, are other rules' business.
    let mut rollback_mode = aged(10, 5);
    rollback_mode[18..20].fill(1);
    assert_eq!(codes(rollback_mode, &whole), ["SET201"]);

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

#[test]
fn a_wal_header_of_zeros() {
    let mut bytes = wal();
    bytes[..32].fill(0);
    let report = check(Some(database(3)), Some(bytes));
    assert_eq!(all(&report), ["WAL002"]);
    assert_eq!(report.findings[0].place.part, Part::WalHeader);
    assert!(report.verdict.sqlite_destroys.is_some());
}

#[test]
fn a_wal_index_alone_and_a_journal_that_is_not_hot() {
    let mut set = set(Some(database(3)), None);
    set.wal_index = Some(Input::new("app.db-shm", vec![0; 32768]));
    set.journal = Some(Input::new("app.db-journal", vec![0; 600]));
    let report = support::report(&set);
    assert_eq!(all(&report), ["SET901", "SET902", "SET903"]);
    let kind = report.verdict.kind;
    assert_eq!(kind, VerdictKind::ConsistentCompletenessUnknown);

    set.journal = Some(Input::new("app.db-journal", vec![1; 600]));
    let report = support::report(&set);
    assert_eq!(all(&report), ["SET202", "SET903"]);
}

/// SQLite looks for a WAL under one name only, and deletes no other.
#[test]
fn only_a_wal_with_the_name_for_it_is_deleted_unread() {
    for database in [None, Some(Vec::new())] {
        for (name, is_deleted) in [
            ("app.db-wal", true),
            ("other-wal", database.is_none()),
            ("c.wal", false),
            ("-", false),
        ] {
            let mut set = set(database.clone(), None);
            set.wal = Some(Input::new(name, wal()));
            let report = support::report(&set);
            let finding = &report.findings[0];
            assert!(["SET101", "SET102"].contains(&finding.rule.code));
            let says = finding.message.ends_with("deletes it unread");
            assert_eq!(says, is_deleted, "{name}: {}", finding.message);
            let destroyed = report.verdict.sqlite_destroys;
            assert_eq!(destroyed.is_some(), is_deleted, "{name}: {destroyed:?}");
        }
    }
    // Neither is what SQLite would make of its damage, were it to read it.
    let mut damaged = wal();
    damaged[32 + SLOT + 24] ^= 1;
    let mut alone = set(None, None);
    alone.wal = Some(Input::new("c.wal", damaged));
    assert_eq!(support::report(&alone).verdict.sqlite_destroys, None);
}

#[test]
fn sidecars_without_their_database() {
    let alone = |name: &str, bytes: Vec<u8>| {
        let mut set = BackupSet::default();
        let input = Some(Input::new(name, bytes));
        if name.ends_with("-shm") {
            set.wal_index = input;
        } else {
            set.journal = input;
        }
        support::report(&set)
    };
    let report = alone("app.db-shm", vec![0; 32768]);
    assert_eq!(all(&report), ["SET103", "SET903"]);
    assert_eq!(report.verdict.kind, VerdictKind::ProvenIncomplete);
    assert_eq!(report.verdict.sqlite_destroys, None);

    let report = alone("app.db-journal", vec![1; 600]);
    assert_eq!(all(&report), ["SET103"]);
    assert!(
        report.findings[0]
            .message
            .starts_with("app.db is not there")
    );
    assert_eq!(report.verdict.kind, VerdictKind::ProvenIncomplete);
    let destroyed = report.verdict.sqlite_destroys.unwrap();
    assert!(
        destroyed.starts_with("app.db-journal: deleted"),
        "{destroyed}"
    );
    assert_eq!(report.verdict.rebuildable, "nothing");

    // A database of 1 byte counts as empty for the journal, too.
    let mut set = set(Some(vec![0]), None);
    set.journal = Some(Input::new("app.db-journal", vec![1; 600]));
    let report = support::report(&set);
    assert_eq!(all(&report), ["DB207", "SET902"]);
    assert!(report.verdict.sqlite_destroys.is_some());
}

#[test]
fn the_verdict_says_that_there_are_warnings() {
    let mut bytes = database(3);
    bytes[80] = 1;
    let report = check(Some(bytes.clone()), Some(wal()));
    assert_eq!(all(&report), ["DB205"]);
    let words = report.verdict.words();
    assert_eq!(words, "complete with its WAL, with warnings");
    let report = check(Some(bytes), Some(Vec::new()));
    assert_eq!(report.verdict.words(), "complete, with warnings");
    let report = check(Some(database(3)), Some(wal()));
    assert_eq!(report.verdict.words(), "complete with its WAL");
}

#[test]
fn a_page_that_is_cut_off_is_in_no_image() {
    let mut bytes = database(3);
    bytes.truncate(3 * PAGE - 1);
    for wal in [None, Some(wal())] {
        let report = check(Some(bytes.clone()), wal);
        let rebuildable = &report.verdict.rebuildable;
        assert!(
            rebuildable.ends_with("page 3 is cut off there, too"),
            "{rebuildable}"
        );
    }
    bytes.truncate(99);
    let rebuildable = check(Some(bytes), None).verdict.rebuildable;
    assert!(rebuildable.starts_with("no database"), "{rebuildable}");
}

#[test]
fn pages_that_nothing_leads_to_are_one_finding() {
    for (pages, message) in [
        (2, "nothing leads to page 2"),
        (9, "nothing leads to 8 pages, the first of them page 2"),
        (
            120,
            "nothing leads to 100 pages or more, the first of them page 2",
        ),
    ] {
        let mut bytes = database(pages);
        bytes[32..40].fill(0);
        let report = check(Some(bytes), Some(Vec::new()));
        assert_eq!(support::codes(&report, Severity::Warning), ["BT113"]);
        assert_eq!(range(&report, "BT113"), (512, 1024));
        assert_eq!(report.findings[0].message, message);
    }
}

#[test]
fn a_page_that_can_have_no_pointer_map_entry_is_one_finding() {
    // Page 2 is the pointer map, and a leaf of the freelist whose only trunk page is 3.
    let mut bytes = database(3);
    bytes[55] = 1;
    bytes[PAGE] = 2;
    let report = check(Some(bytes.clone()), Some(Vec::new()));
    assert_eq!(support::codes(&report, Severity::Warning), ["PM103"]);
    let leaf = 2 * PAGE + 8;
    assert_eq!(range(&report, "PM103"), (leaf as u64, (leaf + 4) as u64));
    for past_end in [4, 255] {
        bytes[leaf + 3] = past_end;
        let report = check(Some(bytes.clone()), Some(Vec::new()));
        assert_eq!(support::codes(&report, Severity::Warning), ["BT111"]);
    }
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

#[test]
fn the_first_trailing_page_with_content_is_found_wherever_it_is() {
    const PAGES: usize = 6000;
    for at in [3 * PAGE, 2047 * PAGE + 511, 2051 * PAGE, PAGES * PAGE - 1] {
        let mut bytes = database(3);
        bytes.resize(PAGES * PAGE, 0);
        bytes[at] = 1;
        let set = set(Some(bytes), Some(Vec::new()));
        let counter = Counter::default();
        let evidence = Evidence::gather(&set, &counter).unwrap();
        let trailing = evidence.trailing.unwrap();
        let page = PageNumber::new((at / PAGE) as u32 + 1);
        assert_eq!(trailing.content, page);
        assert_eq!(trailing.pages() as usize, PAGES - 3);
        let done = counter.done.into_inner();
        assert_eq!(done, counter.expected.into_inner());
        // The trailing pages, and the three that are walked.
        assert_eq!(done as usize, PAGES * PAGE);
    }
}

#[test]
fn a_trailing_page_that_is_in_the_wal_is_looked_at_there() {
    let mut bytes = database(3);
    bytes.resize(6 * PAGE, 7);
    let zeros = [0; PAGE];
    let first_content = |frames: &[(u32, u32, &[u8])]| {
        let set = set(Some(bytes.clone()), Some(wal_of(1, frames)));
        let trailing = Evidence::gather(&set, &()).unwrap().trailing.unwrap();
        trailing.content.map(PageNumber::get)
    };
    assert_eq!(first_content(&[(4, 6, &zeros)]), Some(5));
    assert_eq!(
        first_content(&[(4, 0, &zeros), (5, 6, &[1; PAGE])]),
        Some(5)
    );
    assert_eq!(first_content(&[(4, 6, &[1; PAGE])]), Some(4));
    let all: &[(u32, u32, &[u8])] = &[(6, 0, &zeros), (5, 0, &zeros), (4, 6, &zeros)];
    assert_eq!(first_content(all), None);
}

#[test]
fn a_set_that_changes() {
    let set = set(Some(database(3)), Some(wal()));
    let mut evidence = Evidence::gather(&set, &()).unwrap();
    for name in ["app.db", "app.db-wal"] {
        let how = "it became longer".to_owned();
        evidence.changes.push((name.to_owned(), how));
    }
    let report = Report::new(&evidence);
    assert_eq!(all(&report), ["SET001", "SET001"]);
    assert_eq!(range(&report, "SET001"), (0, 3 * PAGE as u64));
    assert_eq!(report.verdict.kind, VerdictKind::ChangedWhileReading);
}
