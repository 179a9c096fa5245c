//! A live set of which not all was copied, and one whose content is in its WAL alone.

use super::truths::content;
use crate::builder::{Plan, SetBuilder};
use crate::cases::{Case, Files, material};

pub fn cases() -> Vec<Case> {
    vec![
        Case::good(
            "sets/wal-left-out",
            "A database that was partly checkpointed, copied without its WAL: rows are missing, and nothing shows it.",
            "SQLite, copied while the connection was open, app.db-wal left out",
            vec![partly_checkpointed().swap_remove(0)],
        ),
        Case::good(
            "sets/tables-only-in-wal",
            "A database file of one page: its tables, and the deletion of most of their rows, are in the WAL only.",
            "SQLite, never checkpointed, copied while the connection was open",
            material::files(material::fixed(only_in_wal().copy())),
        ),
        Case::good(
            "sets/renamed-pair",
            "A database and its WAL that both were given another ending: SQLite does not find the WAL.",
            "SQLite, copied while the connection was open, both files renamed",
            partly_checkpointed()
                .into_iter()
                .zip(["app.db.bak", "app.db-wal.bak"])
                .map(|((_, bytes), name)| (name, bytes))
                .collect(),
        ),
    ]
}

/// What the live connections showed: of `sets/tables-only-in-wal` before rows were deleted and at the end, and of
/// `sets/renamed-pair`.
pub fn truths() -> [String; 3] {
    let [before, after] = [2, 3].map(|commit| content(&only_in_wal().copy().truth, commit));
    [before, after, open_partly_checkpointed().content()]
}

fn partly_checkpointed() -> Files {
    material::files(material::fixed(open_partly_checkpointed().copy()))
}

fn open_partly_checkpointed() -> SetBuilder {
    let mut set = SetBuilder::new("partly", &Plan::with_page_size(512));
    set.commit(material::TABLE).commit(material::ROWS);
    set.checkpoint("TRUNCATE");
    for item in ["compass", "ruler", "chalk"] {
        set.commit(&format!(
            "INSERT INTO orders(customer, item, cents) VALUES('Maryam', '{item}', 500)"
        ));
    }
    set
}

fn only_in_wal() -> SetBuilder {
    let mut set = SetBuilder::new("only-in-wal", &Plan::with_page_size(512));
    set.commit("CREATE TABLE message(id INTEGER PRIMARY KEY, text TEXT)");
    set.commit("INSERT INTO message(text) VALUES('meet me at nine'), ('bring the ledger'), ('burn this'), ('good night')");
    set.commit("DELETE FROM message WHERE id < 4");
    set
}
