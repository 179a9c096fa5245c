//! Stories: sets to try the tool on.

mod encrypted;
mod foreign_page_size;
mod half_a_transaction;
mod journal_removed;
mod orders;
mod page_writes_lost;
mod renamed;
mod two_databases;
mod wal_hole;

use crate::cases::Case;

/// The fixtures of this family.
pub fn cases() -> Vec<Case> {
    let mut cases = vec![
        orders::case(),
        wal_hole::case(),
        encrypted::case(),
        foreign_page_size::case(),
        half_a_transaction::case(),
        journal_removed::case(),
        page_writes_lost::case(),
    ];
    cases.extend(two_databases::cases());
    cases.extend(renamed::cases());
    cases
}
