//! What is fixed when a database is born: page size, reserved bytes, encoding.

use super::{fill, insert};
use crate::builder::{Plan, Set, SetBuilder};
use crate::rewrite;

/// A few commits of growth at one page size.
pub fn page_size(page_size: u32) -> Set {
    let plan = Plan {
        page_size,
        ..Plan::default()
    };
    growth(&format!("page-size-{page_size}"), &plan)
}

/// A WAL as a big-endian host writes it.
pub fn big_endian() -> Set {
    let mut set = growth("big-endian-checksums", &Plan::default());
    set.wal = rewrite::rechecksum(&set.wal, true);
    set.shm = None;
    set
}

/// Bytes kept free at the end of each page.
pub fn reserved_bytes(page_size: u32, reserved: u8) -> Set {
    let plan = Plan {
        page_size,
        reserved,
        ..Plan::default()
    };
    let set = growth(&format!("reserved-bytes-{reserved}"), &plan);
    assert_eq!(set.wal[32 + 24 + 20], reserved, "the first frame is page 1");
    set
}

/// Text in UTF-16.
pub fn encoding(encoding: &'static str) -> Set {
    let plan = Plan {
        encoding,
        ..Plan::default()
    };
    growth(&format!("encoding-{encoding}"), &plan)
}

/// A database file of one page: tables and rows are in the WAL only.
pub fn content_only_in_wal() -> Set {
    let set = growth("content-only-in-wal", &Plan::with_page_size(512));
    assert_eq!(set.database.len(), 512);
    set
}

/// Commits that neither grow the database nor change its schema leave page 1 alone.
pub fn page_1_never_in_wal() -> Set {
    let mut set = SetBuilder::new("page-1-never-in-wal", &Plan::with_page_size(512));
    fill(&mut set, 20, 30);
    set.checkpoint("TRUNCATE");
    set.commit("UPDATE t SET v = 'a' WHERE id = 3")
        .commit("UPDATE t SET v = 'b' WHERE id = 12");
    let set = set.copy();
    let accepted = crate::naive::accept(&set.wal).unwrap();
    assert!(accepted.frames.iter().all(|frame| frame.page != 1));
    set
}

fn growth(name: &str, plan: &Plan) -> Set {
    let mut set = SetBuilder::new(name, plan);
    fill(&mut set, 20, 30);
    insert(&mut set, 3, 200);
    insert(&mut set, 1, 3 * plan.page_size);
    set.commit("UPDATE t SET v = 'changed' WHERE id < 5")
        .commit("DELETE FROM t WHERE id = 24");
    set.copy()
}
