//! The pointer map of databases with auto-vacuum: PM1xx integrity.

mod largest_root_page_mismatch;
mod pointer_map_entry_mismatch;
mod pointer_map_entry_unreadable;
mod pointer_map_page_referenced;

use crate::cases::Case;

/// The fixtures of this family.
pub fn cases() -> Vec<Case> {
    vec![
        pointer_map_entry_unreadable::case(),
        pointer_map_entry_mismatch::case(),
        pointer_map_page_referenced::case(),
        largest_root_page_mismatch::case(),
    ]
}
