//! The records that rows and entries of indexes are: RC1xx integrity.

pub(crate) mod payload_header_size_invalid;
