//! Stories: sets to try the tool on.

mod across_a_checkpoint;
mod ciphers;
mod damaged;
mod encrypted;
mod encrypted_beneath;
mod foreign;
mod foreign_page_size;
mod half_a_transaction;
mod journal_removed;
mod orders;
mod page_writes_lost;
mod parts_of_a_set;
mod renamed;
mod restored_over;
mod shapes;
mod truths;
mod two_databases;
mod wal_first;
mod wal_hole;
mod while_written;

use crate::cases::Case;
pub use truths::truths;

/// The fixtures of this family.
pub fn cases() -> Vec<Case> {
    let mut cases = vec![
        orders::case(),
        wal_hole::case(),
        encrypted::case(),
        encrypted_beneath::case(),
        foreign_page_size::case(),
        half_a_transaction::case(),
        journal_removed::case(),
        page_writes_lost::case(),
    ];
    cases.extend(two_databases::cases());
    cases.extend(renamed::cases());
    cases.extend(parts_of_a_set::cases());
    cases.extend(while_written::cases());
    cases.extend(across_a_checkpoint::cases());
    cases.extend(wal_first::cases());
    cases.extend(restored_over::cases());
    cases.extend(damaged::cases());
    cases.push(shapes::case());
    cases.push(ciphers::case());
    cases.extend(foreign::cases());
    cases
}
