//! What there was to see when the copies of the stories were made, which is what repairs and rebuilds have to give back.

use super::{
    across_a_checkpoint, damaged, foreign_page_size, parts_of_a_set, restored_over, wal_first,
    wal_hole, while_written,
};
use crate::builder::Truth;
use crate::cases::{indexed, killed, material};
use crate::oracle::Oracle;

/// Schema and rows, as [`Oracle::content`] words them, by the name of the file that they are written to.
pub fn truths() -> Vec<(&'static str, String)> {
    let [newer, newer_without_page_1, then] = wal_first::truths();
    let [contacts, before_high_pages, before_root_pages] = restored_over::truths();
    let [zeroed_header, torn_frame] = damaged::truths();
    let [before_deletion, after_deletion, renamed] = parts_of_a_set::truths();
    let [rolled_back, appended] = while_written::truths();
    let whole_wal = material::whole_wal(512);
    vec![
        ("before-the-deletion", before_deletion),
        ("database-then-wal", across_a_checkpoint::truth()),
        ("foreign-page-size", alone(&foreign_page_size::case().files)),
        ("half-a-transaction", killed::truth()),
        (
            "rollback-mode",
            alone(&[("app.db", material::rollback_mode())]),
        ),
        ("renamed-pair", renamed),
        ("restored-beside-high-pages", before_high_pages),
        ("restored-beside-root-pages", before_root_pages),
        ("restored-beside-whole-wal", contacts),
        ("skipped-frames", indexed::truth()),
        ("tables-only-in-wal", after_deletion),
        ("torn-last-frame", torn_frame),
        ("wal-copied-while-appended", appended),
        ("wal-copied-while-rolled-back", rolled_back),
        ("wal-header-zeroed", zeroed_header),
        ("wal-hole", wal_hole::truth()),
        ("wal-then-database", newer),
        ("wal-then-database-without-checkpoint", then),
        ("wal-then-database-without-page-1", newer_without_page_1),
        ("whole-wal", content(&whole_wal.truth, 3)),
    ]
}

/// What the live connection showed after a commit.
pub fn content(truth: &[Truth], commit: usize) -> String {
    let truth = truth.iter().find(|truth| truth.commit == commit);
    truth.unwrap().content.clone()
}

/// What SQLite shows of a database that lies alone.
fn alone(files: &[(&str, Vec<u8>)]) -> String {
    let database = &files[0].1;
    Oracle::new().content(database, None).unwrap()
}
