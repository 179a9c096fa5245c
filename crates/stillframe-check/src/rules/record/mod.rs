//! The records that rows and entries of indexes are: RC1xx integrity, RC2xx consistency of rows with their indexes and with
//! the statement of their table, RC9xx notes.

pub(crate) mod content_unreadable;
pub(crate) mod entry_differs_from_row;
pub(crate) mod entry_invalid;
pub(crate) mod entry_not_unique;
pub(crate) mod entry_out_of_order;
pub(crate) mod entry_without_row;
pub(crate) mod index_entry_count_mismatch;
pub(crate) mod index_values_differ;
pub(crate) mod null_in_not_null_column;
pub(crate) mod number_in_text_column;
pub(crate) mod payload_header_size_invalid;
pub(crate) mod primary_key_out_of_order;
pub(crate) mod record_header_invalid;
pub(crate) mod row_missing_from_index;
pub(crate) mod row_twice_in_index;
pub(crate) mod rowid_not_at_end_of_entry;
pub(crate) mod strict_type_mismatch;
pub(crate) mod text_in_numeric_column;
pub(crate) mod text_not_valid;
