//! What is found in a WAL that is damaged, or cut short.

use super::*;

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
            // Of what is in the upper half of a word the byte cannot be told.
            (_, offset) if at >= last && is_told(offset) => ["WAL108", "WAL108"],
            _ if at >= last => ["WAL104", "WAL104"],
            _ => ["WAL101", "WAL103"],
        };
        assert!(expected.contains(&code), "byte {at}: {code}");
    }
}

/// Whether damage to the lowest bit of this byte of a frame in the order of little words can be told: it is in the lower
/// half of a word, or in the sum or the last word that is added to it.
fn is_told(offset: usize) -> bool {
    offset % 4 < 2 || (16..24).contains(&offset) || offset >= SLOT - 4
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

/// So does one over the frames of a transaction that was rolled back: the next of them goes on from the one that is written over.
/// Behind a commit that was damaged they go on from that.
#[test]
fn a_commit_half_written_over_a_transaction_rolled_back_is_a_note() {
    let pages = [[4; PAGE], [5; PAGE], [6; PAGE], [7; PAGE]];
    let frames = |sizes: [u32; 4]| {
        let frames: Vec<(u32, u32, &[u8])> = (pages.iter().zip(sizes))
            .map(|(page, size)| (2, size, &page[..]))
            .collect();
        wal_of(2, &frames)
    };
    let rolled_back = frames([3, 0, 0, 0]);
    let newer = wal_of(2, &[(2, 3, &pages[0]), (3, 3, &[9; PAGE])]);
    let second = 32 + SLOT;
    let mut written = rolled_back.clone();
    written[..second + 24].copy_from_slice(&newer[..second + 24]);
    let report = check(Some(database(3)), Some(written));
    assert_eq!(support::codes(&report, Severity::Warning), [""; 0]);
    assert_eq!(range(&report, "WAL909").0, second as u64);
    let mut damaged = frames([3, 3, 0, 0]);
    damaged[second + 24..second + 34].fill(0xee);
    let report = check(Some(database(3)), Some(damaged));
    assert_eq!(support::codes(&report, Severity::Warning), ["WAL104"]);
}

/// Over frames of a generation before: whether a page is that of the older frame, or was damaged, nothing tells where one
/// byte is another. What stands in the header of a frame was written in one piece.
#[test]
fn a_last_commit_that_was_damaged_is_told_from_one_half_written() {
    let pages = [[8; PAGE], [9; PAGE]];
    let frames: Vec<(u32, u32, &[u8])> = pages.iter().map(|page| (2, 3, &page[..])).collect();
    let newer = wal_of(2, &frames);
    let mut whole = wal();
    whole[..newer.len()].copy_from_slice(&newer);
    let last = 32 + SLOT;
    for (at, value, code) in [
        (0, 3, "WAL108"),  // page number
        (4, 1, "WAL108"),  // size
        (9, 7, "WAL102"),  // salts
        (17, 7, "WAL104"), // checksum
        (24, 7, "WAL104"), // page
    ] {
        let mut bytes = whole.clone();
        bytes[last + at] = value;
        let report = check(Some(database(3)), Some(bytes));
        assert_eq!(
            support::codes(&report, Severity::Warning),
            [code],
            "byte {at}"
        );
        assert_ne!(report.verdict.kind, VerdictKind::CompleteWithWal);
    }
}

/// Without a size the frame is no commit, until that is put right.
#[test]
fn a_commit_whose_size_was_damaged_is_lost() {
    let page = [5; PAGE];
    let whole = wal_of(1, &[(2, 3, &page), (2, 3 << 24, &page)]);
    let mut bytes = whole.clone();
    bytes[32 + SLOT + 4] = 0;
    let report = check(Some(database(3)), Some(bytes));
    assert_eq!(all(&report), ["WAL108"]);
    assert_eq!(range(&report, "WAL108").0, (32 + SLOT) as u64);
    assert_eq!(report.verdict.kind, VerdictKind::Corrupt);
    assert!(report.verdict.next.unwrap().contains("--repair"));
}

/// A frame of other salts that follows from one of this generation is of this generation.
#[test]
fn a_commit_behind_a_hole_whose_salts_were_damaged_was_one() {
    let mut bytes = wal();
    let (second, fourth) = (32 + SLOT, 32 + 3 * SLOT);
    bytes.truncate(fourth);
    bytes[second + 24 + 2] ^= 1;
    bytes[second + 24 + 100] ^= 1;
    bytes[second + 2 * SLOT - SLOT + 9] ^= 1;
    let report = check(Some(database(3)), Some(bytes));
    assert_eq!(support::codes(&report, Severity::Warning), ["WAL101"]);
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
