//! Databases in which many tables have one root: their rows are not read again for each.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot make its input fails"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use stillframe_check::content::Level;
use stillframe_check::{Evidence, Report};
use stillframe_history::{BackupSet, Input};
use stillframe_testkit::builder::{Plan, SetBuilder};
use support::counted::Counted;

mod support;

#[test]
fn rows_of_a_shared_root_are_not_read_for_each_table() {
    let mut builder = SetBuilder::new("shared-roots", &Plan::with_page_size(1024));
    builder.commit("CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT)");
    builder.commit(
        "INSERT INTO rows WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
         SELECT i, 'row ' || i FROM n",
    );
    let tables: Vec<String> = (0..500)
        .map(|i| format!("CREATE TABLE t{i} (a, b)"))
        .collect();
    builder.commit(&tables.join(";"));
    builder.commit(
        "PRAGMA writable_schema = ON;
         UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'rows')",
    );
    let bytes = builder.close();
    let (length, read) = (bytes.len() as u64, Arc::new(AtomicU64::new(0)));
    let counted = Counted {
        bytes,
        read: Arc::clone(&read),
    };
    let set = BackupSet {
        database: Some(Input::new("app.db", counted)),
        ..BackupSet::default()
    };
    let evidence = Evidence::gather_at(&set, Some(Level::Full), &()).unwrap();
    let report = Report::new(&evidence);
    assert!(report.findings.iter().all(|it| it.rule.code == "BT112"));
    assert_eq!(report.not_checked.len(), 21, "{:?}", report.not_checked);
    let read = read.load(Ordering::Relaxed);
    assert!(read < 8 * length, "{read} of {length} bytes");
}
