//! What storage and transfers do to files: a page of zeros, a header of zeros, letters that were converted.

use super::truths::content;
use crate::builder::{Plan, SetBuilder};
use crate::cases::{Case, Files, Sqlite, material};

pub fn cases() -> Vec<Case> {
    vec![
        Case {
            path: "sets/wal-header-zeroed",
            what: "The header of the WAL is zeros: SQLite takes no frame of it, and deletes it.",
            made: "the set of good/live-wal, the first 32 bytes of its WAL set to 0",
            sqlite: Sqlite::Content,
            expects: vec!["WAL002"],
            files: material::live_but(|wal| wal[..32].fill(0)),
        },
        Case {
            path: "sets/page-zeroed",
            what: "One page in the middle of a table is zeros, as sparse copies and failing disks leave it.",
            made: "SQLite, rollback mode; a leaf of the table set to 0",
            sqlite: Sqlite::Complains,
            expects: vec!["BT001"],
            files: page_zeroed(),
        },
        Case {
            path: "sets/letters-converted",
            what: "A transfer took the file for text in UTF-8, and replaced every byte that is none.",
            made: "SQLite, rollback mode; each sequence that is not UTF-8 made ef bf bd",
            sqlite: Sqlite::Complains,
            expects: vec!["DB106"],
            files: vec![("app.db", letters_converted())],
        },
    ]
}

/// What the live connection showed of `sets/wal-header-zeroed`, and what it showed a commit before.
pub fn truths() -> [String; 2] {
    let truth = material::live().truth;
    [6, 5].map(|commit| content(&truth, commit))
}

fn page_zeroed() -> Files {
    let mut database = material::readings(60);
    database[3 * 512..4 * 512].fill(0);
    vec![("app.db", database)]
}

/// Of a database whose pages have 4,096 bytes, as most have.
fn letters_converted() -> Vec<u8> {
    let mut set = SetBuilder::new("letters", &Plan::with_page_size(4096));
    set.commit(material::TABLE).commit(material::ROWS);
    String::from_utf8_lossy(&set.close())
        .into_owned()
        .into_bytes()
}
