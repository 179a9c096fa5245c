//! The database file: DB0xx cannot be read, DB1xx integrity, DB2xx consistency.

mod database_unreadable_without_wal;
mod dump_cut_off;
mod empty_database;
mod freelist_count_exceeds_size;
mod git_lfs_pointer;
mod header_in_clear;
mod header_truncated;
mod incremental_vacuum_without_auto_vacuum;
mod last_page_truncated;
mod looks_encrypted;
mod magic_in_clear;
mod may_be_text_mode;
mod not_a_database;
mod page_1_overwritten;
mod page_checksum_mismatch;
mod page_size_invalid;
mod payload_fractions_invalid;
mod read_version_unsupported;
mod reserved_header_bytes;
mod schema_format_unsupported;
mod size_exceeds_file;
mod text_encoding_invalid;
mod text_mode_transfer;
mod trailing_pages;
mod usable_size_too_small;
mod write_version_unsupported;

use crate::cases::Case;

/// The fixtures of this family.
pub fn cases() -> Vec<Case> {
    vec![
        not_a_database::case(),
        dump_cut_off::case(),
        git_lfs_pointer::case(),
        header_truncated::case(),
        page_size_invalid::case(),
        page_checksum_mismatch::case(),
        text_mode_transfer::case(),
        may_be_text_mode::case(),
        header_in_clear::case(),
        magic_in_clear::case(),
        read_version_unsupported::case(),
        payload_fractions_invalid::case(),
        usable_size_too_small::case(),
        looks_encrypted::case(),
        page_1_overwritten::case(),
        size_exceeds_file::case(),
        schema_format_unsupported::case(),
        last_page_truncated::case(),
        freelist_count_exceeds_size::case(),
        write_version_unsupported::case(),
        text_encoding_invalid::case(),
        incremental_vacuum_without_auto_vacuum::case(),
        trailing_pages::case(),
        reserved_header_bytes::case(),
        database_unreadable_without_wal::case(),
        empty_database::case(),
    ]
}
