use stillframe_database::ErrorKind as DatabaseError;
use stillframe_journal::ErrorKind as JournalError;
use stillframe_wal::ErrorKind as WalError;

use crate::Rule;
use crate::rules::{
    btree, database, freelist, journal, overflow, pointer_map, record, schema, set, wal, wal_index,
};

/// Every rule, by code.
pub static RULES: &[&Rule] = &[
    &btree::page_kind_invalid::RULE,
    &btree::cell_count_invalid::RULE,
    &btree::freeblock_out_of_place::RULE,
    &btree::freeblock_size_invalid::RULE,
    &btree::free_bytes_invalid::RULE,
    &btree::cell_pointer_invalid::RULE,
    &btree::cell_past_end::RULE,
    &btree::cell_overlap::RULE,
    &btree::fragmentation_mismatch::RULE,
    &btree::rowid_out_of_order::RULE,
    &btree::child_depth_differs::RULE,
    &btree::tree_too_deep::RULE,
    &btree::page_number_invalid::RULE,
    &btree::page_used_twice::RULE,
    &btree::page_never_used::RULE,
    &btree::free_space_not_zeroed::RULE,
    &database::not_a_database::RULE,
    &database::header_truncated::RULE,
    &database::page_size_invalid::RULE,
    &database::read_version_unsupported::RULE,
    &database::payload_fractions_invalid::RULE,
    &database::usable_size_too_small::RULE,
    &database::looks_encrypted::RULE,
    &database::size_exceeds_file::RULE,
    &database::schema_format_unsupported::RULE,
    &database::last_page_truncated::RULE,
    &database::freelist_count_exceeds_size::RULE,
    &database::write_version_unsupported::RULE,
    &database::text_encoding_invalid::RULE,
    &database::incremental_vacuum_without_auto_vacuum::RULE,
    &database::trailing_pages::RULE,
    &database::reserved_header_bytes::RULE,
    &database::database_unreadable_without_wal::RULE,
    &database::empty_database::RULE,
    &database::size_not_valid::RULE,
    &database::partial_page_unused::RULE,
    &database::trailing_zero_pages::RULE,
    &freelist::freelist_leaf_count_invalid::RULE,
    &freelist::freelist_length_mismatch::RULE,
    &overflow::overflow_length_mismatch::RULE,
    &pointer_map::pointer_map_entry_unreadable::RULE,
    &pointer_map::pointer_map_entry_mismatch::RULE,
    &pointer_map::pointer_map_page_referenced::RULE,
    &pointer_map::largest_root_page_mismatch::RULE,
    &record::payload_header_size_invalid::RULE,
    &record::record_header_invalid::RULE,
    &record::content_unreadable::RULE,
    &record::row_missing_from_index::RULE,
    &record::index_entry_count_mismatch::RULE,
    &record::null_in_not_null_column::RULE,
    &record::strict_type_mismatch::RULE,
    &record::number_in_text_column::RULE,
    &record::text_in_numeric_column::RULE,
    &record::primary_key_out_of_order::RULE,
    &record::rowid_not_at_end_of_entry::RULE,
    &record::index_values_differ::RULE,
    &record::entry_not_unique::RULE,
    &record::text_not_valid::RULE,
    &journal::header_truncated::RULE,
    &journal::magic_invalid::RULE,
    &journal::sector_size_invalid::RULE,
    &journal::page_size_invalid::RULE,
    &journal::record_checksum_mismatch::RULE,
    &journal::records_missing::RULE,
    &journal::page_number_invalid::RULE,
    &journal::foreign_journal::RULE,
    &journal::last_record_unfinished::RULE,
    &journal::leftover_records::RULE,
    &schema::schema_refused::RULE,
    &schema::schema_unreadable::RULE,
    &schema::statement_not_understood::RULE,
    &set::changed_while_reading::RULE,
    &set::empty_database_beside_wal::RULE,
    &set::wal_without_database::RULE,
    &set::sidecar_without_database::RULE,
    &set::empty_database_beside_journal::RULE,
    &set::rollback_mode_beside_wal::RULE,
    &set::hot_journal::RULE,
    &set::stale_wal::RULE,
    &set::checkpoint_missed::RULE,
    &set::page_1_unexplained::RULE,
    &set::aborted_backup::RULE,
    &set::wal_mode_without_wal::RULE,
    &set::journal_not_hot::RULE,
    &set::wal_index_present::RULE,
    &set::already_checkpointed::RULE,
    &set::never_checkpointed::RULE,
    &wal_index::wal_index_truncated::RULE,
    &wal_index::header_copies_differ::RULE,
    &wal_index::header_checksum_mismatch::RULE,
    &wal_index::version_unsupported::RULE,
    &wal_index::hash_table_damaged::RULE,
    &wal_index::checkpoint_values_impossible::RULE,
    &wal_index::page_numbers_differ::RULE,
    &wal_index::last_frame_differs::RULE,
    &wal_index::index_of_other_wal::RULE,
    &wal_index::checkpoint_skipped_frames::RULE,
    &wal_index::backfilled_pages_differ::RULE,
    &wal_index::frames_missing::RULE,
    &wal_index::frames_may_be_missing::RULE,
    &wal_index::wal_index_behind_wal::RULE,
    &wal_index::index_of_older_generation::RULE,
    &wal_index::checkpoint_incomplete::RULE,
    &wal_index::database_before_checkpoint::RULE,
    &wal_index::uncommitted_entries::RULE,
    &wal::header_truncated::RULE,
    &wal::magic_invalid::RULE,
    &wal::page_size_invalid::RULE,
    &wal::header_checksum_mismatch::RULE,
    &wal::version_unsupported::RULE,
    &wal::frame_checksum_mismatch::RULE,
    &wal::frame_salt_mismatch::RULE,
    &wal::page_number_zero::RULE,
    &wal::commit_frame_unverified::RULE,
    &wal::frame_zeroed::RULE,
    &wal::unexplained_slots::RULE,
    &wal::page_size_mismatch::RULE,
    &wal::growth_refused::RULE,
    &wal::page_missing::RULE,
    &wal::uncommitted_frames::RULE,
    &wal::leftover_frames::RULE,
    &wal::pages_past_size::RULE,
    &wal::older_generation::RULE,
    &wal::zero_salt_spill::RULE,
    &wal::torn_frame::RULE,
    &wal::zero_filled_slots::RULE,
    &wal::no_frames::RULE,
    &wal::commit_half_written::RULE,
];

/// The rule for what the database crate could not accept.
pub fn rule_of_database_error(kind: DatabaseError) -> &'static Rule {
    match kind {
        DatabaseError::HeaderTruncated { .. } => &database::header_truncated::RULE,
        DatabaseError::PageSize { .. } => &database::page_size_invalid::RULE,
        DatabaseError::ReadVersion { .. } => &database::read_version_unsupported::RULE,
        DatabaseError::PayloadFractions { .. } => &database::payload_fractions_invalid::RULE,
        DatabaseError::UsableSize { .. } => &database::usable_size_too_small::RULE,
        DatabaseError::BtreePageKind { .. } => &btree::page_kind_invalid::RULE,
        DatabaseError::CellCount { .. } => &btree::cell_count_invalid::RULE,
        DatabaseError::FreeblockOffset { .. } => &btree::freeblock_out_of_place::RULE,
        DatabaseError::FreeblockSize { .. } => &btree::freeblock_size_invalid::RULE,
        DatabaseError::FreeBytes { .. } => &btree::free_bytes_invalid::RULE,
        DatabaseError::CellPointer { .. } => &btree::cell_pointer_invalid::RULE,
        DatabaseError::CellPastEnd { .. } => &btree::cell_past_end::RULE,
        DatabaseError::FreelistLeafCount { .. } => &freelist::freelist_leaf_count_invalid::RULE,
        DatabaseError::Magic { .. } => &database::not_a_database::RULE,
    }
}

/// The rule for what the WAL crate could not accept.
pub fn rule_of_wal_error(kind: WalError) -> &'static Rule {
    match kind {
        WalError::HeaderTruncated { .. } => &wal::header_truncated::RULE,
        WalError::PageSize { .. } => &wal::page_size_invalid::RULE,
        WalError::HeaderChecksum { .. } => &wal::header_checksum_mismatch::RULE,
        WalError::Version { .. } => &wal::version_unsupported::RULE,
        WalError::Magic { .. } => &wal::magic_invalid::RULE,
    }
}

/// The rule for what the journal crate could not accept.
pub fn rule_of_journal_error(kind: JournalError) -> &'static Rule {
    match kind {
        JournalError::HeaderTruncated { .. } => &journal::header_truncated::RULE,
        JournalError::Magic { .. } => &journal::magic_invalid::RULE,
        JournalError::SectorSize { .. } => &journal::sector_size_invalid::RULE,
        JournalError::PageSize { .. } => &journal::page_size_invalid::RULE,
    }
}

/// The rule with this code, in capitals or not.
pub fn rule_with_code(code: &str) -> Option<&'static Rule> {
    RULES
        .iter()
        .copied()
        .find(|rule| rule.code.eq_ignore_ascii_case(code))
}
