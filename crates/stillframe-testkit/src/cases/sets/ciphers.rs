//! A database as SQLCipher encrypts it: nothing is in clear. Ours is noise in the place of cipher text: nobody without the
//! key can tell the difference.

use crate::builder::{Plan, Seed, Set, SetBuilder};
use crate::cases::{Case, Files, Sqlite, material};
use crate::naive::{FRAME_HEADER, WAL_HEADER};
use crate::rewrite;

const PAGE: usize = 1024;

pub fn case() -> Case {
    Case {
        path: "sets/encrypted-with-wal",
        what: "An encrypted database with nothing in clear, and its WAL, whose headers, salts and checksums are.",
        made: "SQLite, 80 bytes reserved a page as SQLCipher 4 does; noise in the place of each page, the sums recomputed",
        sqlite: Sqlite::Refuses(26),
        expects: vec!["DB007"],
        files: encrypted(),
    }
}

fn set() -> Set {
    let plan = Plan {
        reserved: 80,
        ..Plan::with_page_size(PAGE as u32)
    };
    let mut set = SetBuilder::new("encrypted", &plan);
    set.commit(material::TABLE).commit(material::ROWS);
    set.checkpoint("TRUNCATE");
    for id in 1..=3 {
        set.commit(&format!("UPDATE orders SET cents = 100 WHERE id = {id}"));
    }
    material::fixed(set.copy())
}

/// The live set, with noise in the place of each page.
fn encrypted() -> Files {
    let mut set = set();
    let mut noise = Seed(43);
    set.database = noise.bytes(set.database.len());
    for frame in set.wal[WAL_HEADER..].chunks_exact_mut(FRAME_HEADER + PAGE) {
        frame[FRAME_HEADER..].copy_from_slice(&noise.bytes(PAGE));
    }
    let frames = (set.wal.len() - WAL_HEADER) / (FRAME_HEADER + PAGE);
    rewrite::seal_frames(&mut set.wal, 1..=frames);
    material::files(set)
}
