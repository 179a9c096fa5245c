//! The freelist: FL1xx integrity.

mod freelist_leaf_count_invalid;
mod freelist_length_mismatch;

use crate::cases::Case;

/// The fixtures of this family.
pub fn cases() -> Vec<Case> {
    vec![
        freelist_leaf_count_invalid::case(),
        freelist_length_mismatch::case(),
    ]
}
