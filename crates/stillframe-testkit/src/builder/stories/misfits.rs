//! Databases beside a WAL that is not theirs.

use super::fill;
use crate::builder::{Plan, Set, SetBuilder};

/// A database of one page size beside a whole WAL of another one.
pub fn page_size_mismatch(database: u32, wal: u32) -> Set {
    let name = format!("page-size-{database}-beside-wal-{wal}");
    let database = closed(&Plan::with_page_size(database));
    pair(name, database, wal_set(wal, 20))
}

/// A database in rollback mode beside the WAL of another database.
pub fn rollback_mode_beside_wal() -> Set {
    let database = closed(&Plan {
        page_size: 512,
        journal_mode: "DELETE",
        ..Plan::default()
    });
    pair(
        "rollback-mode-beside-wal".to_owned(),
        database,
        wal_set(512, 8),
    )
}

/// A database of no bytes beside a WAL: SQLite deletes the WAL unread.
pub fn empty_database_beside_wal() -> Set {
    pair(
        "empty-database-beside-wal".to_owned(),
        Vec::new(),
        wal_set(512, 8),
    )
}

fn pair(name: String, database: Vec<u8>, wal: Set) -> Set {
    Set {
        name,
        database,
        wal: wal.wal,
        shm: None,
        truth: Vec::new(),
    }
}

fn closed(plan: &Plan) -> Vec<u8> {
    let mut set = SetBuilder::new("closed", plan);
    fill(&mut set, 30, 60);
    set.close()
}

fn wal_set(page_size: u32, rows: u32) -> Set {
    let mut set = SetBuilder::new("foreign", &Plan::with_page_size(page_size));
    fill(&mut set, rows, 40);
    set.copy()
}
