//! The freelist: FL1xx integrity.

pub(crate) mod freelist_leaf_count_invalid;
pub(crate) mod freelist_length_mismatch;
