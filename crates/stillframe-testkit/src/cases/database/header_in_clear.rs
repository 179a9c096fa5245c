//! DB007: encrypted behind the first 32 bytes, as SQLCipher does where it is told to leave these in clear.

use crate::cases::{Case, Sqlite, material};
use crate::rewrite;

pub fn case() -> Case {
    let set = rewrite::encrypt(material::room_for_a_cipher(), 0..32);
    Case::bad(
        "bad/DB007-header-in-clear",
        "Pages of which all but the first 32 bytes of the file are encrypted.",
        "SQLite, 48 bytes reserved on each page; the pages encrypted with SplitMix64",
        Sqlite::Refuses(1),
        vec![("app.db", set.database)],
    )
}
