//! Database files that are newer than their WAL in pages which the WAL has, too: SQLite writes both, and what is said is so of
//! no moment at which both were there.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot build its input fails"
)]

use stillframe_check::{Report, VerdictKind};
use stillframe_history::{BackupSet, Input};
use stillframe_testkit::builder::{Plan, SetBuilder};

mod support;

const PAGE: usize = 1024;
const SLOT: usize = 24 + PAGE;

/// A table of 200 rows in some 20 pages, all of it checkpointed.
fn orders() -> SetBuilder {
    let mut set = SetBuilder::new("other-moment", &Plan::with_page_size(PAGE as u32));
    set.commit("CREATE TABLE orders(id INTEGER PRIMARY KEY, cents INT, item TEXT)");
    insert(&mut set, 1, 200);
    set.checkpoint("TRUNCATE");
    set
}

fn insert(set: &mut SetBuilder, first: u32, last: u32) {
    set.commit(&format!(
        "WITH RECURSIVE n(i) AS (VALUES({first}) UNION ALL SELECT i + 1 FROM n WHERE i < {last})
        INSERT INTO orders SELECT i, i * 100, hex(zeroblob(40)) || i FROM n",
    ));
}

fn update(set: &mut SetBuilder, id: u32, cents: u32) {
    set.commit(&format!(
        "UPDATE orders SET cents = {cents} WHERE id = {id}"
    ));
}

fn report(database: &[u8], wal: &[u8]) -> Report {
    support::report(&BackupSet {
        database: Some(Input::new("app.db", database.to_vec())),
        wal: Some(Input::new("app.db-wal", wal.to_vec())),
        ..BackupSet::default()
    })
}

/// What is worse than a note.
fn codes(report: &Report) -> Vec<&'static str> {
    support::codes(report, stillframe_check::Severity::Warning)
}

/// The message of SET209 and the slot that it points to, where that is all there is.
fn told(report: &Report) -> (String, Option<String>) {
    assert_eq!(codes(report), ["SET209"]);
    assert_eq!(
        report.verdict.kind,
        VerdictKind::ConsistentCompletenessUnknown
    );
    let finding = report
        .findings
        .iter()
        .find(|it| it.rule.code == "SET209")
        .unwrap();
    let related = finding
        .related
        .first()
        .map(|(place, _)| place.part.to_string());
    (finding.message.clone(), related)
}

/// The page of frame `slot`, from 1.
fn page_of(wal: &[u8], slot: usize) -> usize {
    let start = 32 + (slot - 1) * SLOT;
    u32::from_be_bytes(wal[start..start + 4].try_into().unwrap()) as usize
}

/// A WAL begun anew whose first commit writes over a page of the generation before, the file at that time, after a checkpoint of
/// that commit, and after one of a later commit to the same page.
struct Rewritten {
    wal: Vec<u8>,
    before: Vec<u8>,
    copied: Vec<u8>,
    later: Vec<u8>,
    /// The page, from 1.
    page: usize,
}

fn rewritten() -> Rewritten {
    let mut set = orders();
    for id in [10, 30, 50, 70, 90, 110] {
        update(&mut set, id, 1);
    }
    set.checkpoint("RESTART");
    // Rows in either half of the page.
    set.commit("UPDATE orders SET cents = 2 WHERE id BETWEEN 88 AND 93");
    let (wal, before) = (set.file("-wal"), set.file(""));
    set.checkpoint("PASSIVE");
    let copied = set.file("");
    update(&mut set, 90, 3);
    set.checkpoint("PASSIVE");
    let page = page_of(&wal, 1);
    assert_eq!(page_of(&wal, 5), page);
    Rewritten {
        wal,
        before,
        copied,
        later: set.file(""),
        page,
    }
}

#[test]
fn a_page_that_was_written_again_since() {
    let story = rewritten();
    for database in [&story.before, &story.copied] {
        assert!(codes(&report(database, &story.wal)).is_empty());
    }
    let (message, related) = told(&report(&story.later, &story.wal));
    assert_eq!(
        message,
        format!(
            "the database file has page {} as no commit of the WAL wrote it, nor as it was when the WAL was begun: it is hardly of \
             the moment of the WAL",
            story.page
        )
    );
    assert_eq!(related.as_deref(), Some("frame 5"));
}

/// While a checkpoint writes the page, or where the power fails.
#[test]
fn a_page_that_is_half_written_is_of_the_moment() {
    let story = rewritten();
    let page = (story.page - 1) * PAGE..story.page * PAGE;
    let mut halves = 0;
    for (front, rest) in [
        (&story.before, &story.copied),
        (&story.copied, &story.before),
    ] {
        let mut torn = rest.clone();
        torn[page.start..page.start + 512].copy_from_slice(&front[page.start..page.start + 512]);
        halves += usize::from(torn != *story.before && torn != *story.copied);
        assert!(codes(&report(&torn, &story.wal)).is_empty());
    }
    // The header of the page is in the one half, the row in the other.
    assert_eq!(halves, 2);
    let mut zeroed = story.before.clone();
    zeroed[page].fill(0);
    assert!(!codes(&report(&zeroed, &story.wal)).contains(&"SET209"));
}

/// A frame as a transaction leaves it behind that wrote a page twice as the cache was full, and was rolled back.
fn spilled(page: usize) -> Vec<u8> {
    let mut frame = vec![0; SLOT];
    frame[..4].copy_from_slice(&(page as u32).to_be_bytes());
    frame[24..].fill(0x5a);
    frame
}

/// What stands behind frames without salts, or in front of them, is not certain any more, and told as likely.
#[test]
fn a_page_under_frames_of_a_transaction_that_was_rolled_back() {
    let story = rewritten();
    let other = page_of(&story.wal, 4);
    assert_ne!(other, story.page);
    for spill in [story.page, other] {
        let wal = [&story.wal[..], &spilled(spill)].concat();
        for database in [&story.before, &story.copied] {
            assert!(codes(&report(database, &wal)).is_empty());
        }
        let (message, related) = told(&report(&story.later, &wal));
        assert!(message.contains(&format!("has page {} as no commit", story.page)));
        assert_eq!(related.as_deref(), Some("frame 5"));
    }
    // A page that the log does not have is missed for certain, but for such frames.
    let mut older = story.before.clone();
    older[other * PAGE - 100] ^= 1;
    assert_eq!(codes(&report(&older, &story.wal)), ["SET205"]);
    for spill in [story.page, other] {
        let wal = [&story.wal[..], &spilled(spill)].concat();
        let (message, related) = told(&report(&older, &wal));
        assert!(message.contains(&format!("has page {other} as no commit")));
        assert_eq!(related.as_deref(), Some("frame 4"));
    }
}

/// What a page was that the file did not have: nothing.
#[test]
fn a_page_behind_the_database_of_before_that_was_written_again_since() {
    let mut set = orders();
    update(&mut set, 10, 1);
    let before = set.file("");
    insert(&mut set, 201, 260);
    let wal = set.file("-wal");
    set.checkpoint("PASSIVE");
    let copied = set.file("");
    update(&mut set, 230, 1);
    set.checkpoint("PASSIVE");
    let later = set.file("");
    for database in [&before, &copied] {
        assert!(codes(&report(database, &wal)).is_empty());
    }
    let (message, related) = told(&report(&later, &wal));
    let differs = (0..later.len())
        .find(|&at| later[at] != copied[at])
        .unwrap();
    let page = 1 + differs / PAGE;
    assert!(page > before.len() / PAGE);
    assert!(message.contains(&format!("has page {page} as no commit")));
    assert_eq!(related, None);
    // A hole, as where a later page was written and this one not yet.
    let mut hole = copied;
    hole[(page - 1) * PAGE..page * PAGE].fill(0);
    assert!(!codes(&report(&hole, &wal)).contains(&"SET209"));
}
