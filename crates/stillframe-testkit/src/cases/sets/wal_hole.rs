//! One flipped bit in the middle of a WAL: SQLite silently shows a third of the commits.

use crate::builder::{Plan, SetBuilder};
use crate::cases::{Case, Sqlite, material};

pub fn case() -> Case {
    let mut set = material::fixed(live().copy());
    let frame = material::frame(&set.wal, material::commit_frame(&set.wal, 9));
    set.wal[frame + 24 + 400] ^= 1;
    Case {
        path: "sets/wal-hole",
        what: "One bit in the ninth of 24 commits is wrong: SQLite shows 8 rows, and 15 intact commits are behind it.",
        made: "SQLite, one bit of that commit's last page flipped",
        sqlite: Sqlite::Content,
        expects: vec!["WAL101"],
        files: material::files(set),
    }
}

/// What the live connection showed after the last commit.
pub fn truth() -> String {
    live().content()
}

fn live() -> SetBuilder {
    let mut set = SetBuilder::new("wal-hole", &Plan::with_page_size(512));
    set.sql("CREATE TABLE readings(id INTEGER PRIMARY KEY, v TEXT); CREATE INDEX readings_by_v ON readings(v);");
    set.checkpoint("TRUNCATE");
    for reading in 1..=24 {
        set.commit(&format!(
            "INSERT INTO readings(v) VALUES('reading {reading}')"
        ));
    }
    set
}
