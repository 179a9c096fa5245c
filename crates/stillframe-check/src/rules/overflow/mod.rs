//! Overflow chains: OV1xx integrity.

pub(crate) mod overflow_length_mismatch;
