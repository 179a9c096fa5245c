//! DB208: a carriage return before the one line feed, in the last page: nothing but the length of the file shows it.

use super::text_mode_transfer::as_text;
use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    let files = material::made_by(&[
        "CREATE TABLE letters(id INTEGER PRIMARY KEY, text TEXT)",
        "INSERT INTO letters(text) VALUES('Dear Ada,' || char(13, 10) || 'the engine weaves.')",
    ]);
    Case::bad(
        "bad/DB208-may-be-text-mode",
        "A second carriage return stands before the only line feed, so that a letter lacks its last byte.",
        "SQLite, sent as text",
        Sqlite::Content,
        as_text(files),
    )
}
