//! DB008: random bytes in place of the first pages, as a disk that fails leaves whole sectors.

use crate::builder::Seed;
use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    let mut files = material::made_by(&[
        "CREATE TABLE letters(id INTEGER PRIMARY KEY, text TEXT)",
        "INSERT INTO letters(text) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
         SELECT 'Dear Ada, the engine weaves ' || i FROM n",
    ]);
    files[0].1[..4096].copy_from_slice(&Seed(8).bytes(4096));
    Case::bad(
        "bad/DB008-page-1-overwritten",
        "Random bytes in place of the first pages, and behind them those of a table.",
        "SQLite, its first 4,096 bytes replaced with those of SplitMix64",
        Sqlite::Refuses(26),
        files,
    )
}
