//! Copies whose names do not tell which WAL is of which database.

use crate::builder::{Plan, SetBuilder};
use crate::cases::{Case, material};

/// A WAL under another name; and two copies of one database with the WAL of one of them.
pub fn cases() -> Vec<Case> {
    let mut set = SetBuilder::new("renamed", &Plan::with_page_size(512));
    set.sql(
        "CREATE TABLE parcel(id INTEGER PRIMARY KEY, street TEXT, town TEXT);
         WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 40)
         INSERT INTO parcel SELECT n, 'Street ' || hex(n * 7919 % 1000003) || ' no. ' || (n * 37 % 101),
            CASE n % 3 WHEN 0 THEN 'Galway' WHEN 1 THEN 'Potsdam' ELSE 'Madrid' END FROM number;",
    );
    set.checkpoint("PASSIVE");
    set.commit("INSERT INTO parcel VALUES(41, 'Harbour Street 8', 'Galway')")
        .commit("UPDATE parcel SET town = 'Oslo' WHERE id = 3");
    let copy = material::fixed(set.copy());
    vec![
        Case::good(
            "sets/renamed-wal",
            "A copy whose WAL was given another ending: SQLite shows the database without the parcel to Galway.",
            "SQLite, copied while the connection was open, the WAL renamed",
            vec![
                ("app.db", copy.database.clone()),
                ("app.db-wal.bak", copy.wal.clone()),
            ],
        ),
        Case::good(
            "sets/two-copies",
            "Two copies of one database and one WAL, which could be of either.",
            "SQLite, copied twice while the connection was open, and the WAL under another name",
            vec![
                ("app.db", copy.database.clone()),
                ("copy.db", copy.database),
                ("saved", copy.wal),
            ],
        ),
    ]
}
