//! A WAL whose last commit counts pages that exist nowhere: whether SQLite's checkpoint makes the database file as large
//! depends on how many frames there are, so on whether the WAL is compacted.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::compacted;
use stillframe_history::Input;
use stillframe_history::compact::{Growth, Keep, Plan};
use stillframe_testkit::builder::SetBuilder;
use stillframe_testkit::naive;
use stillframe_testkit::oracle::Oracle;

const PAGE: u64 = 512;

/// A database, and a WAL of so many frames of its page 1, of which the last leaves `size` pages.
fn set(frames: u32, size: u32) -> (Vec<u8>, Vec<u8>) {
    let plan = stillframe_testkit::builder::Plan::with_page_size(PAGE as u32);
    let mut builder = SetBuilder::new("growth", &plan);
    builder.commit("CREATE TABLE t(x)");
    let database = builder.close();
    let mut page_1 = database[..PAGE as usize].to_vec();
    page_1[28..32].copy_from_slice(&size.to_be_bytes());
    let mut wal = naive::Writer::new(PAGE as u32, (1, 2), 0);
    for frame in 1..=frames {
        wal.frame(1, &page_1, if frame == frames { size } else { 0 });
    }
    (database, wal.into_bytes())
}

#[test]
fn what_a_checkpoint_of_the_compacted_wal_refuses_is_foretold() {
    let oracle = Oracle::new();
    let (database, _) = set(1, 2);
    // What the file, its allowance and one frame reach.
    let reach = (database.len() as u64 + 65_536 + PAGE) / PAGE;
    for (frames, size, is_refused, was_refused) in [
        (40, reach as u32, false, false),
        (40, reach as u32 + 1, true, false),
        (40, reach as u32 + 39, true, false),
        (40, reach as u32 + 40, true, true),
    ] {
        let (database, wal) = set(frames, size);
        let small = compacted(&wal, &Keep::Last).unwrap();
        let plan = Plan::read(&Input::new("app.db-wal", wal.clone()), &Keep::Last, &()).unwrap();
        let growth = plan.growth(database.len() as u64);
        let expected = is_refused.then_some(Growth {
            after: u64::from(size) * PAGE,
            reach: reach * PAGE,
            was_refused,
        });
        assert_eq!(growth, expected, "{size} pages");
        let refuses = |wal: &[u8]| oracle.checkpoint(&database, wal).is_err();
        assert_eq!(refuses(&small), is_refused, "{size} pages");
        assert_eq!(refuses(&wal), was_refused, "{size} pages");
        // Without a database nothing is known.
        assert_eq!(plan.growth(0), None);
    }
}
