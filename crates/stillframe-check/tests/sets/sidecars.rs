//! Files without the database that they belong to, and what SQLite would make of them.

use stillframe_history::SuperJournalFile;
use stillframe_testkit::naive;

use super::*;

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
    assert_eq!(all(&report), ["RJ002", "SET901", "SET903"]);
    assert_eq!(report.verdict.kind, VerdictKind::Torn);
}

/// What is checked beside a hot journal is the database as it is once that was played back.
#[test]
fn a_database_is_checked_as_a_hot_journal_leaves_it() {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../fixtures/bad/SET202-hot-journal"
    );
    let hot = support::set(folder.as_ref(), "app.db");
    // Page 4 is in the journal, and page 3 is not.
    let database = hot.database.as_ref().unwrap();
    let length = usize::try_from(database.bytes.len()).unwrap();
    let bytes = database.bytes.window(0, length).unwrap().to_vec();
    for (page, codes, kind) in [
        (4, &["SET202"][..], VerdictKind::HotJournal),
        (3, &["BT001", "BT113", "SET202"], VerdictKind::Corrupt),
    ] {
        let mut damaged = bytes.clone();
        damaged[(page - 1) * PAGE] = 0xff;
        let mut hot = support::set(folder.as_ref(), "app.db");
        hot.database = Some(Input::new("app.db", damaged));
        let report = support::report(&hot);
        assert_eq!(support::codes(&report, Severity::Error), codes);
        assert_eq!(report.verdict.kind, kind);
    }
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

/// What a journal with a super-journal comes to hangs on whether that is there.
#[test]
fn a_journal_that_names_a_super_journal() {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../fixtures/bad/SET202-hot-journal"
    );
    for (file, code, shows, says) in [
        (
            SuperJournalFile::Present,
            "SET202",
            "as it was before",
            "before anything else",
        ),
        (
            SuperJournalFile::Missing,
            "SJ101",
            "the database file",
            "not all of the journal was synced",
        ),
        (
            SuperJournalFile::Empty,
            "SJ101",
            "the database file",
            "not all of the journal was synced",
        ),
        (
            SuperJournalFile::Unknown,
            "SJ102",
            "hangs on the super-journal",
            "is not known",
        ),
    ] {
        let mut hot = support::set(folder.as_ref(), "app.db");
        let journal = hot.journal.as_ref().unwrap();
        let length = usize::try_from(journal.bytes.len()).unwrap();
        let mut bytes = journal.bytes.window(0, length).unwrap().to_vec();
        bytes.extend(naive::super_journal(b"app.db-mj012345978", PAGE as u32));
        hot.journal = Some(Input::new("app.db-journal", bytes));
        hot.super_journal = file;
        let report = support::report(&hot);
        let verdict = &report.verdict;
        // Without it the transaction counts as committed, and records behind the last header that counts show that it was
        // not.
        assert_eq!(verdict.kind, VerdictKind::HotJournal);
        assert!(
            verdict.sqlite_shows.contains(shows),
            "{}",
            verdict.sqlite_shows
        );
        let mut findings = report.findings.iter();
        let finding = findings.find(|finding| finding.rule.code == code);
        let message = &finding.unwrap().message;
        assert!(message.contains(says), "{message}");
    }
}

/// A database that half a transaction damages was not committed, though its super-journal is gone.
#[test]
fn half_a_transaction_whose_super_journal_is_gone() {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../fixtures/sets/half-a-transaction"
    );
    let mut half = support::set(folder.as_ref(), "app.db");
    let journal = half.journal.as_ref().unwrap();
    let length = usize::try_from(journal.bytes.len()).unwrap();
    let mut bytes = journal.bytes.window(0, length).unwrap().to_vec();
    bytes.extend(naive::super_journal(b"app.db-mj012345978", PAGE as u32));
    half.journal = Some(Input::new("app.db-journal", bytes));
    half.super_journal = SuperJournalFile::Missing;
    let report = support::report(&half);
    assert!(all(&report).contains(&"SJ101"), "{:?}", report.findings);
    assert_eq!(report.verdict.kind, VerdictKind::HotJournal);
    let next = report.verdict.next.unwrap();
    assert!(next.contains("--at journal"), "{next}");
}
