//! The wal-index.

mod backfilled_pages_differ;
mod backfilled_pages_hidden;
mod checkpoint_skipped_frames;
mod checkpoint_values_impossible;
mod checkpointed_pages_missing;
mod database_of_other_size;
mod frames_damaged;
mod frames_may_be_missing;
mod frames_missing;
mod hash_table_damaged;
mod header_checksum_mismatch;
mod header_copies_differ;
mod index_header_differs;
mod index_of_other_wal;
mod last_frame_differs;
mod page_numbers_differ;
mod version_unsupported;
mod wal_index_truncated;

use crate::cases::Case;

/// The fixtures of this family.
pub fn cases() -> Vec<Case> {
    vec![
        wal_index_truncated::case(),
        header_copies_differ::case(),
        header_checksum_mismatch::case(),
        version_unsupported::case(),
        hash_table_damaged::case(),
        checkpoint_values_impossible::case(),
        page_numbers_differ::case(),
        last_frame_differs::case(),
        index_of_other_wal::case(),
        checkpoint_skipped_frames::case(),
        backfilled_pages_differ::case(),
        frames_missing::case(),
        frames_damaged::case(),
        frames_may_be_missing::case(),
        database_of_other_size::case(),
        checkpointed_pages_missing::case(),
        backfilled_pages_hidden::case(),
        index_header_differs::case(),
    ]
}
