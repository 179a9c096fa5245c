//! An encrypted database with its WAL: its commits are known without the key, and can be put together.

use crate::cases::{Case, Sqlite, material};
use crate::rewrite;

pub fn case() -> Case {
    let set = rewrite::encrypt(material::room_for_a_cipher(), 16..24);
    Case {
        path: "sets/encrypted",
        what: "An encrypted database and its WAL of two commits: the page size is in clear, and so is what the WAL says of pages.",
        made: "SQLite, 48 bytes reserved on each page; the pages encrypted with SplitMix64, but for bytes 16 to 23 of the first",
        sqlite: Sqlite::Refuses(26),
        expects: vec!["DB007"],
        files: material::files(set),
    }
}
