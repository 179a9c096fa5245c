//! DB007: encrypted behind the magic string, as SQLCipher does where it is told to leave 16 bytes in clear.

use crate::cases::{Case, Sqlite, material};
use crate::rewrite;

pub fn case() -> Case {
    let set = rewrite::encrypt(material::room_for_a_cipher(), 0..16);
    Case::bad(
        "bad/DB007-magic-in-clear",
        "Pages of which all but the first 16 bytes of the file are encrypted.",
        "SQLite, 48 bytes reserved on each page; the pages encrypted with SplitMix64",
        Sqlite::Refuses(26),
        vec![("app.db", set.database)],
    )
}
