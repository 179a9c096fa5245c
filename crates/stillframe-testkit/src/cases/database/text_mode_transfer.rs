//! DB106: a carriage return before every line feed.

use crate::cases::{Case, Files, Sqlite, material};

pub fn case() -> Case {
    let files = material::made_by(&[
        "CREATE TABLE letters(id INTEGER PRIMARY KEY, text TEXT)",
        "INSERT INTO letters(text) VALUES(replace('Dear Ada,|the engine|weaves.|', '|', char(10))),
        (replace('Dear Charles,|algebraical|patterns.|', '|', char(10)))",
    ]);
    Case::bad(
        "bad/DB106-text-mode-transfer",
        "A carriage return stands before each of the line feeds in two letters.",
        "SQLite, sent as text",
        Sqlite::Complains,
        as_text(files),
    )
}

/// The files as a transfer makes them that writes each line feed as two bytes.
pub fn as_text(files: Files) -> Files {
    let text = |bytes: Vec<u8>| {
        let lines: Vec<&[u8]> = bytes.split(|&byte| byte == b'\n').collect();
        lines.join(&b"\r\n"[..])
    };
    let files = files.into_iter();
    files.map(|(name, bytes)| (name, text(bytes))).collect()
}
