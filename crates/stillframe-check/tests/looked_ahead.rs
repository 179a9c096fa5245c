//! Databases whose inside was looked at before the rest of their set was known.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read its input fails"
)]

use std::path::Path;

use stillframe_check::content::Level;
use stillframe_check::{Evidence, Inside, Report};

mod support;

/// The report, where the database was looked at alone before; and whether that was of use.
fn looked_ahead(
    folder: &Path,
    before: Option<Level>,
    level: Option<Level>,
) -> (String, String, bool) {
    let set = support::set(folder, "app.db");
    let alone = support::set(folder, "app.db");
    let alone = stillframe_history::BackupSet {
        wal: None,
        wal_index: None,
        journal: None,
        ..alone
    };
    let inside = Inside::of_database_alone(&alone, before, &()).unwrap();
    let is_any = inside.is_some();
    let with = Evidence::gather_looked(&set, level, inside, &()).unwrap();
    let without = Evidence::gather_at(&set, level, &()).unwrap();
    let [with, without] = [with, without].map(|evidence| {
        let report = Report::new(&evidence);
        format!("{:?} {:?}", report.verdict, report.findings)
    });
    (with, without, is_any)
}

#[test]
fn what_was_seen_before_changes_nothing() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let mut looked = 0;
    for kind in ["good", "bad", "sets"] {
        for folder in support::folders(&root.join(kind)) {
            for (before, level) in [
                (None, None),
                (Some(Level::Structure), Some(Level::Structure)),
                // Another level is looked at anew.
                (Some(Level::Structure), Some(Level::Full)),
            ] {
                let (with, without, is_any) = looked_ahead(&folder, before, level);
                assert_eq!(with, without, "{}", folder.display());
                looked += usize::from(is_any);
            }
        }
    }
    assert!(looked > 300, "{looked}");
}

#[test]
fn a_set_with_a_wal_or_a_journal_is_not_looked_at_before() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    for folder in ["good/live-wal", "good/rollback-mode"] {
        let set = support::set(&root.join(folder), "app.db");
        let inside = Inside::of_database_alone(&set, None, &()).unwrap();
        let is_alone = set.wal.is_none() && set.journal.is_none();
        assert_eq!(inside.is_some(), is_alone, "{folder}");
    }
}
