//! What is unusual and sound: databases of every shape that SQLite makes, side by side.

use crate::builder::{Plan, SetBuilder};
use crate::cases::{Case, material};

pub fn case() -> Case {
    let small = Plan::with_page_size(512);
    let utf_16 = Plan {
        encoding: "UTF-16be",
        ..small.clone()
    };
    let full = Plan {
        auto_vacuum: "FULL",
        ..small.clone()
    };
    let incremental = Plan {
        auto_vacuum: "INCREMENTAL",
        ..small.clone()
    };
    let reserved = Plan {
        reserved: 80,
        ..Plan::with_page_size(1024)
    };
    let table = format!("{} {}", material::TABLE, material::ROWS);
    let freed = format!(
        "{table} CREATE TABLE spare(x); INSERT INTO spare VALUES(zeroblob(2000)); DROP TABLE spare;"
    );
    let keyed = "CREATE TABLE word(word TEXT COLLATE NOCASE, language TEXT, meaning, PRIMARY KEY(word, language DESC)) WITHOUT ROWID;
         INSERT INTO word VALUES('lamp', 'en', 1), ('Lampe', 'de', 1), ('gift', 'en', 2), ('Gift', 'de', x'00ff');
         CREATE INDEX word_by_meaning ON word(meaning DESC) WHERE meaning IS NOT NULL;";
    let chains = "CREATE TABLE note(id INTEGER PRIMARY KEY, body TEXT, size INTEGER AS (length(body)) STORED) STRICT;
         INSERT INTO note(body) VALUES(printf('%.2000c', 'x')), (printf('%.477c', 'y')), (printf('%.478c', 'z'));
         CREATE INDEX note_by_body ON note(body);";
    let databases = [
        ("auto-vacuum.db", full, freed.as_str()),
        ("incremental-vacuum.db", incremental, &freed),
        ("overflow-chains.db", small.clone(), chains),
        ("reserved-80.db", reserved, &table),
        ("utf-16be.db", utf_16, &table),
        ("without-rowid.db", small, keyed),
    ];
    Case::good(
        "sets/every-shape",
        "Sound databases with 80 bytes reserved, in UTF-16, with auto-vacuum, overflow chains and WITHOUT ROWID.",
        "SQLite, each closed cleanly",
        databases
            .into_iter()
            .map(|(name, plan, sql)| (name, closed(plan, sql)))
            .collect(),
    )
}

/// In rollback mode, so that nothing can be missing.
fn closed(plan: Plan, sql: &str) -> Vec<u8> {
    let plan = Plan {
        journal_mode: "DELETE",
        ..plan
    };
    let set = SetBuilder::new("shape", &plan);
    set.sql(sql);
    set.close()
}
