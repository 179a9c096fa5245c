//! Stories: sets to try the tool on.

mod foreign_page_size;
mod orders;
mod wal_hole;

use crate::cases::Case;

/// The fixtures of this family.
pub fn cases() -> Vec<Case> {
    vec![orders::case(), wal_hole::case(), foreign_page_size::case()]
}
