//! The records that rows and entries of indexes are: RC1xx integrity, RC2xx consistency of rows with their indexes and with
//! the statement of their table.

mod content_unreadable;
mod entry_differs_from_row;
mod entry_invalid;
mod entry_not_unique;
mod entry_out_of_order;
mod entry_without_row;
mod index_entry_count_mismatch;
mod index_values_differ;
mod null_in_not_null_column;
mod number_in_text_column;
mod payload_header_size_invalid;
mod primary_key_out_of_order;
mod record_header_invalid;
mod row_missing_from_index;
mod row_twice_in_index;
mod rowid_not_at_end_of_entry;
mod strict_type_mismatch;
mod text_in_numeric_column;

use crate::cases::Case;

/// The fixtures of this family.
pub fn cases() -> Vec<Case> {
    vec![
        payload_header_size_invalid::case(),
        record_header_invalid::case(),
        content_unreadable::case(),
        row_missing_from_index::case(),
        index_entry_count_mismatch::case(),
        null_in_not_null_column::case(),
        strict_type_mismatch::case(),
        number_in_text_column::case(),
        text_in_numeric_column::case(),
        primary_key_out_of_order::case(),
        rowid_not_at_end_of_entry::case(),
        index_values_differ::case(),
        entry_not_unique::case(),
        entry_without_row::case(),
        entry_out_of_order::case(),
        entry_invalid::case(),
        entry_differs_from_row::case(),
        row_twice_in_index::case(),
    ]
}
