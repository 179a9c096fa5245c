//! What is found in a database file: its length, its header, its structure.

use super::*;

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
        (120, "nothing leads to 119 pages, the first of them page 2"),
        // Of so many problems not all are kept.
        (
            20_002,
            "nothing leads to 20,001 pages, the first of them page 2",
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
